import { z } from "zod";
import { textSchema } from "./locale.ts";

/**
 * What a check found out about one task.
 * - `passed`: the task is done.
 * - `failed`: it is not; says what was expected, what was found, and where to look.
 * - `errored`: the check could not find out. Ours, never the learner's: no attempt is lost.
 */
export const taskVerdictSchema = z.discriminatedUnion("outcome", [
  z.object({ task: z.string(), outcome: z.literal("passed"), found: textSchema }),
  z.object({
    task: z.string(),
    outcome: z.literal("failed"),
    expected: textSchema,
    found: textSchema,
    look: textSchema,
  }),
  z.object({ task: z.string(), outcome: z.literal("errored"), reason: textSchema }),
]);
export type TaskVerdict = z.infer<typeof taskVerdictSchema>;

/** A verdict tells of so many contradictions at most. */
export const MOST_DISAGREEMENTS = 8;

/** The verdict on an exercise: the worst outcome of its tasks (`errored` before `failed` before `passed`). */
export const verdictSchema = z.object({
  exercise: z.string(),
  outcome: z.enum(["passed", "failed", "errored"]),
  tasks: z.array(taskVerdictSchema),
  /** Where witnesses contradicted each other. It decides nothing by itself. Absent where they did not. */
  disagreements: z.array(textSchema).max(MOST_DISAGREEMENTS).optional(),
  /** When the facts were read, ISO 8601. */
  at: z.string(),
  /** How long the check took, in milliseconds. */
  ms: z.number(),
  /** The number of attempts counted so far, this one included (an errored one counts as none). */
  attempts: z.number().int(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** A learner's standing in one exercise, computed from the attempts. */
export const progressSchema = z.object({
  exercise: z.string(),
  attempts: z.number().int(),
  /** Tasks that passed in the latest attempt. */
  passedTasks: z.array(z.string()),
  /** When the exercise was first passed, ISO 8601; absent if it never was. */
  passedAt: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;
