import { z } from "zod";
import { exerciseIdSchema } from "./exercise.ts";
import { parameterValuesSchema } from "./parameter-schemas.ts";
import { personSchema } from "./people.ts";
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
  /** Whether it has a desktop, which is then the screen `desktop` (see `screen.ts`). */
  desktop: z.boolean(),
  /** True while the host stands still because nobody looks at it. */
  frozen: z.boolean(),
  /** Whether it can be saved: snapshots, and going on later where it stood. */
  savable: z.boolean(),
});
export type HostView = z.infer<typeof hostViewSchema>;

/** The host as it once was, memory and all, to which its learner can return. */
export const snapshotViewSchema = z.object({
  id: z.string(),
  /** The learner's own word for it. */
  name: z.string(),
  at: z.string(),
  /** What it takes on the node's disk. */
  bytes: z.number().int().optional(),
});
export type SnapshotView = z.infer<typeof snapshotViewSchema>;
/** Each takes about a gigabyte of the node's disk. */
export const MOST_SNAPSHOTS = 5;

/**
 * When something of a seat ends, counted from the moment at which this was sent: the reader's clock may be wrong. `life`: the
 * host's time is nearly up; it is then parked, or ended where it cannot be saved. `kept`: the parked host is cleared away.
 */
export const expiryViewSchema = z.object({
  kind: z.enum(["life", "kept"]),
  inMs: z.number().int().min(0),
  /** What `POST /api/v1/seats/:seat/more` adds; absent when there is no more to be had. */
  moreMs: z.number().int().optional(),
});
export type ExpiryView = z.infer<typeof expiryViewSchema>;

/** What holds at a seat that is part of an exam: no hints, no solution, no ticks by themselves. */
export const seatExamSchema = z.object({
  class: z.string(),
  /** Counted from the moment at which this was sent. */
  endsInMs: z.number().int().min(0),
  /** Verdicts that are left for this exercise. */
  checksLeft: z.number().int().min(0),
  snapshots: z.boolean(),
});
export type SeatExamView = z.infer<typeof seatExamSchema>;

/**
 * A learner at work on one exercise.
 * `queued` and `starting` lead to `ready`; a host that nobody looks at may be `parked` on the disk, and goes on from there when
 * somebody does; `failed` and `lost` offer a new host; `ended` is the end.
 */
export const SEAT_PHASES = ["queued", "starting", "ready", "parked", "failed", "lost", "ended"] as const;
export const seatViewSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  phase: z.enum(SEAT_PHASES),
  /** Place in the queue, from 1; only while `queued`. */
  place: z.number().int().min(1).optional(),
  steps: z.array(stepSchema),
  host: hostViewSchema.optional(),
  problem: problemSchema.optional(),
  /** Why nobody can work here just now: the class is paused. */
  held: problemSchema.optional(),
  /** What was drawn for the learner; absent where the exercise draws nothing, and for a moment after the start. */
  parameters: parameterValuesSchema.optional(),
  expires: expiryViewSchema.optional(),
  /** Present in an exam. */
  exam: seatExamSchema.optional(),
  /** Oldest first. */
  snapshots: z.array(snapshotViewSchema),
  startedAt: z.string(),
});
export type SeatView = z.infer<typeof seatViewSchema>;

/**
 * POST /api/v1/seats. With a seat on another exercise the answer is `seat_taken`, unless `replace` is true:
 * then that host is ended first. The same exercise again gives the seat that is there.
 */
export const startSeatSchema = z.strictObject({
  exercise: exerciseIdSchema,
  replace: z.boolean().default(false),
});
export type StartSeat = z.input<typeof startSeatSchema>;

/** POST /api/v1/seats/:seat/snapshots: the host stands still for a moment and runs on. */
export const takeSnapshotSchema = z.strictObject({ name: z.string().trim().min(1).max(60) });
export type TakeSnapshot = z.input<typeof takeSnapshotSchema>;

/** POST /api/v1/seats/:seat/hints: the learner has looked at a hint of a task; the first one is 1. */
export const tookHintSchema = z.strictObject({ task: z.string().min(1).max(60), number: z.number().int().min(1).max(50) });
export type TookHint = z.input<typeof tookHintSchema>;

/** POST /api/v1/seats/:seat/solution */
export const solutionSchema = z.object({ solution: z.string() });
export type Solution = z.infer<typeof solutionSchema>;

/** POST /api/v1/seats/:seat/checks */
export const runCheckSchema = z.strictObject({});

/** GET /api/v1/me */
export const meSchema = z.object({
  /** Who is signed in; null without an account. */
  person: personSchema.nullable(),
  seat: seatViewSchema.nullable(),
  progress: z.array(z.object({ exercise: z.string(), attempts: z.number().int(), passedTasks: z.array(z.string()), passedAt: z.string().optional() })),
  accelerator: acceleratorViewSchema,
  /** Why the learner's last seat is no more, where the lab has ended it. */
  farewell: problemSchema.optional(),
});
export type Me = z.infer<typeof meSchema>;
