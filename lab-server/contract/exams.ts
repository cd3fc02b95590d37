import { z } from "zod";
import { exerciseIdSchema } from "./exercise.ts";

export const MOST_EXAM_MINUTES = 600;
export const MOST_EXAM_ATTEMPTS = 20;
/** What may be given beyond an exam's minutes at a time. */
export const MOST_EXTRA_MINUTES = 240;

/** The exam of a class, as part of its wish: at most one. */
export const examWishSchema = z.strictObject({
  /** Of the class's exercises. */
  exercises: z.array(exerciseIdSchema).min(1, "expected at least one exercise"),
  /** For all of them together, from the moment at which a learner begins. The class's closing ends it all the same. */
  minutes: z.number().int().min(1).max(MOST_EXAM_MINUTES),
  /** Verdicts for each exercise; the best one counts. What is left of them at the end is used for the state at the end. */
  attempts: z.number().int().min(1).max(MOST_EXAM_ATTEMPTS).default(1),
  /** Whether learners may save their host and return to it. */
  snapshots: z.boolean().default(false),
});
export type ExamWish = z.output<typeof examWishSchema>;

/**
 * Where a learner stands. `early`: the class has not opened; `open`: may begin; `running`; `over`: handed in or time up, perhaps not yet graded;
 * `missed`: the class has closed, and they never began.
 */
export const EXAM_STATES = ["early", "open", "running", "over", "missed"] as const;

export const examTaskSchema = z.object({
  exercise: z.string(),
  points: z.number(),
  /** Verdicts that are left. */
  checksLeft: z.number().int(),
  /** It was begun, and its host is there or kept. */
  begun: z.boolean(),
  /** What came of the state at the end; absent before. `used`: every attempt had been made. */
  graded: z.enum(["passed", "failed", "errored", "used", "no-host"]).optional(),
});

/** GET /api/v1/exams: a learner's own. */
export const examViewSchema = z.object({
  class: z.string(),
  className: z.string(),
  state: z.enum(EXAM_STATES),
  minutes: z.number().int(),
  /** Given to this learner beyond them. */
  extraMinutes: z.number().int(),
  attempts: z.number().int(),
  snapshots: z.boolean(),
  /** While it runs; counted from the moment at which this was sent. */
  endsInMs: z.number().int().optional(),
  endReason: z.enum(["handed-in", "time-up", "class-closed"]).optional(),
  opensAt: z.string().optional(),
  closesAt: z.string().optional(),
  tasks: z.array(examTaskSchema),
});
export type ExamView = z.infer<typeof examViewSchema>;
export const examListSchema = z.object({ exams: z.array(examViewSchema) });
export type ExamList = z.infer<typeof examListSchema>;

/** GET /api/v1/classes/:class/exam: all of it, for the instructor. */
export const examRoomSchema = z.object({
  minutes: z.number().int(),
  attempts: z.number().int(),
  learners: z.array(
    z.object({
      learner: z.string(),
      name: z.string(),
      state: z.enum(EXAM_STATES),
      extraMinutes: z.number().int(),
      startedAt: z.string().optional(),
      endedAt: z.string().optional(),
      endReason: z.enum(["handed-in", "time-up", "class-closed"]).optional(),
      endsInMs: z.number().int().optional(),
      tasks: z.array(
        z.object({
          exercise: z.string(),
          attempts: z.number().int(),
          /** Tasks passed in the best of them, of all. */
          passed: z.number().int(),
          of: z.number().int(),
          graded: z.enum(["passed", "failed", "errored", "used", "no-host"]).optional(),
          /** The frozen host is kept. */
          host: z.boolean(),
        }),
      ),
    }),
  ),
  /** When no server was there while somebody’s exam ran, and whose. */
  outages: z.array(z.object({ from: z.string(), until: z.string(), learners: z.array(z.string()) })),
  /** Frozen hosts of all classes, and what is let go of next if it gets tight. */
  hosts: z.object({
    bytes: z.number(),
    mostBytes: z.number(),
    /** Of this class. */
    kept: z.number().int(),
    keptDays: z.number().int(),
    /** When the first of this class is let go of. */
    nextGoneAt: z.string().optional(),
    /** There is hardly room for more: the oldest ones are let go of when more come. */
    tight: z.boolean(),
    /** Of this class, those that had to go for want of room. */
    goneForRoom: z.number().int(),
  }),
});
export type ExamRoomView = z.infer<typeof examRoomSchema>;

/** POST /api/v1/classes/:class/exam/minutes: more time, before or while it runs; without a learner for everybody. Negative minutes take back what was given. */
export const extraMinutesSchema = z.strictObject({
  minutes: z
    .number()
    .int()
    .min(-MOST_EXTRA_MINUTES)
    .max(MOST_EXTRA_MINUTES)
    .refine((minutes) => minutes !== 0, "expected some minutes"),
  learner: z.string().max(64).optional(),
});
/** POST /api/v1/classes/:class/exam/reopen: an exam that is over goes on for so many minutes, on the hosts that were kept. */
export const reopenSchema = z.strictObject({ learner: z.string().max(64), minutes: z.number().int().min(1).max(MOST_EXTRA_MINUTES) });
/** POST /api/v1/classes/:class/exam/grade: what could not be graded at the end is tried again. */
export const gradeAgainSchema = z.strictObject({ learner: z.string().max(64) });
