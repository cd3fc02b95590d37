import { z } from "zod";
import { exerciseIdSchema } from "./exercise.ts";
import { textSchema } from "./locale.ts";
import { parameterValuesSchema } from "./parameter-schemas.ts";
import { problemSchema } from "./problem.ts";
import { verdictSchema } from "./verdict.ts";

/** A script that is run by root on a host; execve(2) takes 128 KiB. In bytes. */
export const MOST_SCRIPT_BYTES = 96 * 1024;
/** Of one person, queued and running. */
export const MOST_GRADINGS = 4;
/** What is done is told for so long, in minutes. */
export const GRADING_KEPT_MINUTES = 60;

/** The steps of a grading, in order. `create` may wait in the queue. */
export const GRADING_STEPS = ["create", "setup", "baseline", "script", "check"] as const;
export type GradingStep = (typeof GRADING_STEPS)[number];

/** POST /api/v1/gradings: the exercise's own solution, or a script, on a host of the server's own. */
export const newGradingSchema = z.strictObject({
  exercise: exerciseIdSchema,
  script: z
    .string()
    .min(1, "expected a shell script")
    .max(MOST_SCRIPT_BYTES)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "a script is text")
    .refine((text) => new TextEncoder().encode(text).length <= MOST_SCRIPT_BYTES, `expected at most ${MOST_SCRIPT_BYTES} bytes`)
    .optional(),
  /** What the exercise draws is drawn from it; without it by chance. */
  seed: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,80}$/, "expected at most 80 letters, digits, dots, hyphens and underscores")
    .optional(),
});
export type NewGrading = z.output<typeof newGradingSchema>;

/** What came of it. */
export const gradingReportSchema = z.object({
  outcome: z.enum(["passed", "failed", "errored"]),
  /** Absent when a step before it failed. */
  verdict: verdictSchema.omit({ attempts: true }).optional(),
  /** How the script ended: its status (null: by a signal), and the end of what it printed. */
  script: z.object({ code: z.number().int().nullable(), output: z.string() }).optional(),
  /** The step that failed through no fault of the work. */
  problem: z.object({ step: z.enum(GRADING_STEPS), problem: problemSchema }).optional(),
  /** Of the steps that were taken, in milliseconds. */
  ms: z.partialRecord(z.enum(GRADING_STEPS), z.number()),
});
export type GradingReport = z.infer<typeof gradingReportSchema>;

/** One grading, under way or done. */
export const gradingViewSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  module: z.string(),
  /** With what was drawn in it. */
  title: textSchema,
  kind: z.enum(["solution", "script"]),
  seed: z.string(),
  parameters: parameterValuesSchema,
  at: z.string(),
  state: z.enum(["queued", "running", "done"]),
  /** In the queue, from 1; only while it waits for a host. */
  place: z.number().int().optional(),
  /** Only while it runs. */
  step: z.enum(GRADING_STEPS).optional(),
  /** Once it is done. */
  report: gradingReportSchema.optional(),
});
export type GradingView = z.infer<typeof gradingViewSchema>;

/** GET /api/v1/gradings: one's own, the newest first. */
export const gradingsViewSchema = z.object({ gradings: z.array(gradingViewSchema) });
export type GradingsView = z.infer<typeof gradingsViewSchema>;
