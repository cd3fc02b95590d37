import { z } from "zod";
import { exerciseIdSchema } from "./exercise.ts";
import { problemSchema } from "./problem.ts";

/** The steps of a start, in order. A host from the warm pool has the first three behind it. */
export const STEP_IDS = ["queue", "clone", "wake", "connect", "setup", "shell"] as const;
export type StepId = (typeof STEP_IDS)[number];

export const stepSchema = z.object({
  id: z.enum(STEP_IDS),
  state: z.enum(["pending", "running", "done", "skipped", "failed"]),
  /** How long the step took, in milliseconds, once it is over. */
  ms: z.number().optional(),
});
export type Step = z.infer<typeof stepSchema>;

export const acceleratorViewSchema = z.object({
  /** `kvm`: the node's own virtualization, nested. `tcg`: QEMU's emulator, which plays AMD SVM. */
  kind: z.enum(["kvm", "tcg"]),
  /** True where the operator forced the choice. */
  forced: z.boolean(),
  /** Why, in a stable word that the page translates. */
  reason: z.enum(["works", "no-device", "start-failed", "no-nesting", "unsafe-kernel", "forced"]),
});
export type AcceleratorView = z.infer<typeof acceleratorViewSchema>;

export const hostViewSchema = z.object({
  id: z.string(),
  /** The host name the learner sees in the prompt. */
  name: z.string(),
  accelerator: acceleratorViewSchema,
  vcpus: z.number().int(),
  memoryMiB: z.number().int(),
  /** True while the host stands still because nobody looks at it. */
  frozen: z.boolean(),
});
export type HostView = z.infer<typeof hostViewSchema>;

/**
 * A learner at work on one exercise.
 * `queued` and `starting` lead to `ready`; `failed` and `lost` offer a new host; `ended` is the end.
 */
export const SEAT_PHASES = ["queued", "starting", "ready", "failed", "lost", "ended"] as const;
export const seatViewSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  phase: z.enum(SEAT_PHASES),
  /** Place in the queue, from 1; only while `queued`. */
  place: z.number().int().min(1).optional(),
  steps: z.array(stepSchema),
  host: hostViewSchema.optional(),
  problem: problemSchema.optional(),
  startedAt: z.string(),
});
export type SeatView = z.infer<typeof seatViewSchema>;

/**
 * POST /api/seats. With a seat on another exercise the answer is `seat_taken`, unless `replace` is true:
 * then that host is ended first. The same exercise again gives the seat that is there.
 */
export const startSeatSchema = z.strictObject({
  exercise: exerciseIdSchema,
  replace: z.boolean().default(false),
});
export type StartSeat = z.input<typeof startSeatSchema>;

/** POST /api/seats/:seat/checks */
export const runCheckSchema = z.strictObject({});

/** GET /api/me */
export const meSchema = z.object({
  seat: seatViewSchema.nullable(),
  progress: z.array(z.object({ exercise: z.string(), attempts: z.number().int(), passedTasks: z.array(z.string()), passedAt: z.string().optional() })),
  accelerator: acceleratorViewSchema,
});
export type Me = z.infer<typeof meSchema>;
