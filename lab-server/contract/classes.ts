import { z } from "zod";
import { liveRoomSchema, WORK_STATES, watcherSchema } from "./classroom.ts";
import { examWishSchema } from "./exams.ts";
import { exerciseIdSchema } from "./exercise.ts";
import { textSchema } from "./locale.ts";
import { personNameSchema } from "./people.ts";

/** More is no class but a course, which is several. */
export const MOST_MEMBERS = 1000;
export const MOST_EXERCISES = 100;

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const className = z
  .string()
  .trim()
  .min(1, "expected a name")
  .max(100)
  .regex(/^[^\p{C}]*$/u, "expected no control characters");

/** One exercise of a class: what it counts, until when, and what is left of its points afterwards. */
export const classExerciseSchema = z.strictObject({
  exercise: exerciseIdSchema,
  points: z.number().int().min(0).max(1000).default(100),
  dueAt: moment.optional(),
  /** Of the points, for what is done after the due date, percent. */
  latePercent: z.number().int().min(0).max(100).default(50),
});
export type ClassExercise = z.output<typeof classExerciseSchema>;

/** POST /api/v1/classes, and PUT /api/v1/classes/:class with all of it again. */
export const classWishSchema = z
  .strictObject({
    name: className,
    exercises: z.array(classExerciseSchema).min(1, "expected at least one exercise").max(MOST_EXERCISES),
    /** Learners at most. */
    seats: z.number().int().min(1).max(MOST_MEMBERS).default(30),
    /** Of their hosts, so many run at once at most; without it as many as the machine holds. */
    hosts: z.number().int().min(1).max(MOST_MEMBERS).optional(),
    opensAt: moment.optional(),
    closesAt: moment.optional(),
    /** Whether somebody can still come in with the code. */
    codeOn: z.boolean().default(true),
    /** Which of the exercises are its exam, and what holds in it. */
    exam: examWishSchema.optional(),
  })
  .refine(({ opensAt, closesAt }) => opensAt === undefined || closesAt === undefined || opensAt < closesAt, {
    path: ["closesAt"],
    message: "expected a moment after opensAt",
  })
  .refine(({ exercises }) => new Set(exercises.map(({ exercise }) => exercise)).size === exercises.length, {
    path: ["exercises"],
    message: "expected each exercise once",
  })
  .refine(({ exercises, exam }) => exam === undefined || exam.exercises.every((id) => exercises.some(({ exercise }) => exercise === id)), {
    path: ["exam", "exercises"],
    message: "expected exercises of the class",
  })
  .refine(({ exam }) => exam === undefined || new Set(exam.exercises).size === exam.exercises.length, {
    path: ["exam", "exercises"],
    message: "expected each exercise once",
  });
export type ClassWish = z.output<typeof classWishSchema>;
export type ClassRequest = z.input<typeof classWishSchema>;

/** Whether the machine can hold a class, said when it is made. */
export const capacitySchema = z.object({
  /** Hosts that run side by side here. Those that nobody looks at stand still and are saved to the disk when there is no room. */
  hosts: z.number().int(),
  /** Hosts that the class may need at once. */
  wanted: z.number().int(),
  enough: z.boolean(),
});
export type Capacity = z.infer<typeof capacitySchema>;

/** A class as its instructor sees it. */
export const classViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  exercises: z.array(z.object({ exercise: z.string(), points: z.number(), dueAt: z.string().optional(), latePercent: z.number() })),
  seats: z.number().int(),
  hosts: z.number().int().optional(),
  opensAt: z.string().optional(),
  closesAt: z.string().optional(),
  code: z.string(),
  codeOn: z.boolean(),
  paused: z.boolean(),
  members: z.number().int(),
  createdAt: z.string(),
  exam: z.object({ exercises: z.array(z.string()), minutes: z.number().int(), attempts: z.number().int(), snapshots: z.boolean() }).optional(),
  capacity: capacitySchema,
});
export type ClassView = z.infer<typeof classViewSchema>;

/** A class as its learners see it. */
export const joinedClassSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** How they are called in it. */
  as: z.string(),
  exercises: z.array(z.object({ exercise: z.string(), points: z.number(), dueAt: z.string().optional(), latePercent: z.number() })),
  opensAt: z.string().optional(),
  closesAt: z.string().optional(),
  paused: z.boolean(),
});
export type JoinedClass = z.infer<typeof joinedClassSchema>;

/** GET /api/v1/classes */
export const classesViewSchema = z.object({ teaching: z.array(classViewSchema), joined: z.array(joinedClassSchema) });
export type ClassesView = z.infer<typeof classesViewSchema>;

/** As people read it out: two groups of four, of Crockford's 32 letters; what is taken for another letter counts as that. */
export const joinCodeSchema = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1"))
  .refine((code) => /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code), "expected a code such as ABCD-EFGH");

/** GET /api/v1/join/:code: what one is about to join. */
export const joinViewSchema = z.object({ name: z.string(), instructor: z.string(), exercises: z.number().int() });
export type JoinView = z.infer<typeof joinViewSchema>;

/** POST /api/v1/join: come into a class. Who is signed in may leave the name out. */
export const joinSchema = z.strictObject({ code: joinCodeSchema, name: personNameSchema.optional() });

/** GET /api/v1/classes/:class/members: everybody and what they have reached, for the instructor. */
export const standingSchema = z.object({
  learner: z.string(),
  name: z.string(),
  joinedAt: z.string(),
  cells: z.array(
    z.object({
      exercise: z.string(),
      /** Tasks passed in the best attempt, of all that there are. */
      passed: z.number().int(),
      tasks: z.number().int(),
      /** Those tasks, by id. */
      done: z.array(z.string()),
      /** Tasks that the latest attempt failed and no attempt has passed, with what was found. */
      failing: z.array(z.object({ task: z.string(), found: textSchema, times: z.number().int() })),
      attempts: z.number().int(),
      hints: z.number().int(),
      /** Whether the solution was looked at. */
      solution: z.boolean(),
      passedAt: z.string().optional(),
      late: z.boolean(),
      points: z.number(),
      /** From the first seat to the first passed attempt, or to the last one, ms. */
      ms: z.number().optional(),
      /** It is a task of the class's exam: only what was done in it counts. */
      exam: z.boolean().optional(),
      /** Witnesses contradicted each other in an attempt. */
      disagreement: z.boolean().optional(),
      /** There is an appeal without an answer. */
      appeal: z.boolean().optional(),
      /** The points were given by hand. */
      byHand: z.boolean().optional(),
    }),
  ),
  points: z.number(),
  state: z.enum(WORK_STATES),
  /** Their host now. */
  now: z
    .object({
      exercise: z.string(),
      phase: z.string(),
      /** It stands still, for nobody looks at it. */
      frozen: z.boolean(),
      /** Those that can be watched. */
      terminals: z.array(z.string()),
      watchers: z.array(watcherSchema),
      /** Tasks that the lab sees done on it, whether or not a check was asked for. */
      done: z.array(z.string()),
    })
    .optional(),
  hand: z.object({ at: z.string(), text: z.string(), twin: z.boolean() }).optional(),
});
export type Standing = z.infer<typeof standingSchema>;
export const gradesSchema = z.object({ class: z.string(), name: z.string(), at: z.string(), most: z.number(), learners: z.array(standingSchema) });
export type Grades = z.infer<typeof gradesSchema>;

/** Server-sent events of one class, `GET /api/v1/classes/:class/live`: everything at once and whenever the class itself changes, then learner by learner, new ones too, and what goes on in the room. */
export const classEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("grades"), grades: gradesSchema }),
  z.object({ type: z.literal("standing"), standing: standingSchema }),
  /** Something about its exam or its appeals has changed. */
  z.object({ type: z.literal("review") }),
  z.object({ type: z.literal("room"), room: liveRoomSchema }),
]);
export type ClassEvent = z.infer<typeof classEventSchema>;
