import { z } from "zod";
import { textSchema } from "./locale.ts";
import { parametersSchema } from "./parameter-schemas.ts";

const id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "expected lower-case words joined by hyphens, such as cpu-hot-add")
  .max(60);

/**
 * The starting states that `lab-host/build.sh` makes, each a saved running host:
 * `empty` no guest; `installer` the same with installation media in the pool's folder; `shut-off` smartgo_01 defined and off;
 * `running` smartgo_01 running; `fleet` smartgo_01 and smartgo_02 running, smartgo_03 off; `desktop` as `running`, with a desktop on which
 * virt-manager shows it. Network `default` is active in all of them.
 */
export const TEMPLATES = ["running", "shut-off", "empty", "installer", "fleet", "desktop"] as const;

/** The one that is made after the others, while the lab is already in use. */
export const LATE_TEMPLATE = "desktop" satisfies (typeof TEMPLATES)[number];

/** Whether a host that was cloned from a starting state has a desktop. */
export function hasDesktop(template: string): boolean {
  return template === LATE_TEMPLATE;
}

/** One thing to do. A task has its own verdict, so a learner sees which part is still missing. */
export const taskSchema = z.strictObject({
  /** Names the task's check in `checks.ts`; never shown, the same in every language. */
  id,
  text: textSchema,
  /** Shown one at a time, from a nudge to nearly the answer. */
  hints: z.array(textSchema).default([]),
});

/**
 * `exercise.yaml`: the part of an exercise that a learner may see. The folder's name is the exercise's id,
 * the folder above it is its module. `setup.sh`, `checks.ts`, `solve.sh` and `mistakes/` never leave the server.
 */
export const exerciseSchema = z.strictObject({
  title: textSchema,
  summary: textSchema,
  /** How long a learner needs, in minutes. */
  minutes: z.number().int().min(1).max(240),
  /** The starting state that `setup.sh` goes on from. */
  template: z.enum(TEMPLATES).default("running"),
  /** Nobody helps: the host is not looked at by itself, and the solution is not shown. */
  exam: z.boolean().default(false),
  /** What is drawn for each learner. Every text of the exercise may name one between braces: `{vcpus}`. */
  parameters: parametersSchema.default({}),
  /** Whether each new start draws anew. Otherwise a learner gets the same values every time. */
  redraw: z.boolean().default(false),
  tasks: z.array(taskSchema).min(1),
});
export type ExerciseTask = z.infer<typeof taskSchema>;
export type ExerciseDefinition = z.infer<typeof exerciseSchema>;

/** An exercise as the page gets it. */
export interface PublicExercise extends ExerciseDefinition {
  readonly id: string;
  readonly module: string;
}
export const exerciseIdSchema = id;
