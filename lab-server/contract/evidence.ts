import { z } from "zod";
import { exerciseIdSchema } from "./exercise.ts";
import { textSchema } from "./locale.ts";
import { parameterValuesSchema } from "./parameter-schemas.ts";
import { recordingViewSchema } from "./recording.ts";
import { taskVerdictSchema } from "./verdict.ts";

/** Attempts of one learner at one exercise that are listed, the newest. */
export const MOST_ATTEMPTS_LISTED = 200;
/** Commands that are shown with one attempt, the last ones. */
export const MOST_COMMANDS_SHOWN = 300;

const outcomeSchema = z.enum(["passed", "failed", "errored"]);
const reason = z.string().trim().min(1, "expected a sentence").max(2000);

/** One line of a list of attempts. */
export const attemptEntrySchema = z.object({
  id: z.number().int(),
  at: z.string(),
  outcome: outcomeSchema,
  /** Tasks passed, of all. What counts now, after what was decided. */
  passed: z.number().int(),
  tasks: z.number().int(),
  /** It belongs to an exam. */
  exam: z.boolean(),
  /** Witnesses contradicted each other. */
  disagreement: z.boolean(),
  /** `open`: the learner has appealed and has no answer yet. */
  appeal: z.enum(["none", "open", "answered"]),
  /** Another verdict than the first one counts. */
  regraded: z.boolean(),
});
export type AttemptEntry = z.infer<typeof attemptEntrySchema>;

/** What an instructor has said the exercise is worth, whatever its attempts say. */
export const handPointsSchema = z.object({ points: z.number(), reason: z.string(), by: z.string(), at: z.string() });
export type HandPoints = z.infer<typeof handPointsSchema>;

/** GET /api/v1/attempts?exercise=…, and GET /api/v1/classes/:class/learners/:learner/attempts?exercise=…, the newest first. */
export const attemptListSchema = z.object({
  exercise: z.string(),
  attempts: z.array(attemptEntrySchema),
  /** In this class; for the learner, in each of theirs. */
  points: z.array(z.object({ class: z.string(), name: z.string(), by: handPointsSchema })),
});
export type AttemptList = z.infer<typeof attemptListSchema>;
export const attemptsOfSchema = z.strictObject({ exercise: exerciseIdSchema });

/** One thing that was said or decided after an attempt; nothing is ever overwritten. */
export const decisionSchema = z.object({
  id: z.number().int(),
  at: z.string(),
  kind: z.enum(["appeal", "answer", "facts", "host", "counts", "points"]),
  /** Who decided; absent for the learner. */
  by: z.string().optional(),
  text: z.string().optional(),
  /** Of a verdict that was computed again. */
  outcome: outcomeSchema.optional(),
  tasks: z.array(taskVerdictSchema).optional(),
  disagreements: z.array(textSchema).optional(),
  /** Whether the exercise was the same as at the attempt. */
  sameVersion: z.boolean().optional(),
  /** `counts`: the verdict that counts from then on; absent: the first one again. */
  regrade: z.number().int().optional(),
  points: z.number().optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** What one probe found, for people: names and values, and the words it came in. */
export const shownFactSchema = z.object({
  probe: z.string(),
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The host's own words, cut short. */
  said: z.string(),
});
export type ShownFact = z.infer<typeof shownFactSchema>;

/** GET /api/v1/attempts/:attempt, and GET /api/v1/classes/:class/attempts/:attempt: a verdict opened with its evidence. */
export const attemptViewSchema = z.object({
  id: z.number().int(),
  exercise: z.string(),
  learner: z.string(),
  at: z.string(),
  ms: z.number(),
  outcome: outcomeSchema,
  tasks: z.array(taskVerdictSchema),
  disagreements: z.array(textSchema),
  exam: z.boolean(),
  parameters: parameterValuesSchema,
  /** `unknown`: it is older than evidence is. `changed`: the exercise is another one by now, and its facts may mean something else. */
  version: z.enum(["same", "changed", "unknown"]),
  facts: z.array(shownFactSchema),
  /** Why there are no facts. */
  factsGone: z.enum(["age", "room", "number", "size", "never"]).optional(),
  commands: z.array(z.object({ at: z.string(), terminal: z.string(), line: z.string(), status: z.number().int().optional() })),
  /** The learner's own; for the instructor those that the learner shows. */
  recordings: z.array(recordingViewSchema),
  /** The host as it stood when the exam ended. */
  host: z.object({ at: z.string(), bytes: z.number(), keptUntil: z.string(), gone: z.string().optional() }).optional(),
  /** A verdict is just being read anew from the frozen host. */
  regrading: z.boolean(),
  history: z.array(decisionSchema),
  /** The verdict that counts: of that decision; absent: the first one. */
  counts: z.number().int().optional(),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

/** POST /api/v1/attempts/:attempt/appeal */
export const appealSchema = z.strictObject({ text: reason, recordings: z.array(z.string().max(40)).max(10).default([]) });
export type AppealRequest = z.input<typeof appealSchema>;
/** POST /api/v1/classes/:class/attempts/:attempt/answer */
export const answerSchema = z.strictObject({ text: reason });
/** POST /api/v1/classes/:class/attempts/:attempt/regrade: from the facts at once; from the host it takes a while, and comes into the history. */
export const regradeSchema = z.strictObject({ from: z.enum(["facts", "host"]) });
/** POST /api/v1/classes/:class/attempts/:attempt/counts: which verdict counts; null: the first one. */
export const countsSchema = z.strictObject({ regrade: z.number().int().nullable() });
/** POST /api/v1/classes/:class/learners/:learner/points: by hand; null takes it back. */
export const givePointsSchema = z.strictObject({ exercise: exerciseIdSchema, points: z.number().min(0).max(1000).nullable(), reason });

/** GET /api/v1/classes/:class/appeals: those without an answer first, then the newest. */
export const appealListSchema = z.object({
  appeals: z.array(
    z.object({
      attempt: z.number().int(),
      learner: z.string(),
      name: z.string(),
      exercise: z.string(),
      at: z.string(),
      text: z.string(),
      answered: z.boolean(),
    }),
  ),
});
export type AppealList = z.infer<typeof appealListSchema>;
