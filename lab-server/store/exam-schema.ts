import type { Generated } from "kysely";

/** The exam of a class: at most one. What it consists of is in `ClassExercisesTable.exam`. */
export interface ExamsTable {
  class: string;
  minutes: number;
  /** Verdicts for each exercise; the best one counts. */
  attempts: number;
  snapshots: number;
}

export const SITTING_ENDS = ["handed-in", "time-up", "class-closed"] as const;
export type SittingEnd = (typeof SITTING_ENDS)[number];

/** One learner's exam. What holds in it was fixed when it began. */
export interface SittingsTable {
  id: string;
  class: string;
  learner: string;
  started_at: string;
  minutes: number;
  attempts: number;
  snapshots: number;
  ended_at: string | null;
  end_reason: SittingEnd | null;
}

/** `graded`: what came of the state at the end. Null: it is still to be graded. `used`: every attempt had been made before. */
export type FinalGrade = "passed" | "failed" | "errored" | "used" | "no-host";
export interface SittingTasksTable {
  sitting: string;
  exercise: string;
  place: number;
  /** JSON: what was drawn, as in `SeatsTable`. */
  parameters: string | null;
  graded_at: string | null;
  graded: FinalGrade | null;
}

/** Time that was given beyond the exam's minutes: to one learner, or with null to everybody. Append-only; the sum counts. */
export interface ExamExtrasTable {
  id: Generated<number>;
  class: string;
  learner: string | null;
  minutes: number;
  by_person: string;
  at: string;
}

/** When a server was last seen alive while an exam ran: one row. */
export interface ServerAliveTable {
  id: number;
  at: string;
}

/** When no server was there although an exam ran. */
export interface OutagesTable {
  id: Generated<number>;
  from_at: string;
  until_at: string;
}

/** `age`: kept for as long as is kept; `room`: the lab's limit; `number`: of one learner's, older ones; `size`: too large to be kept at all. */
export type EvidenceGone = "age" | "room" | "number" | "size";

/** What a verdict rests on: one row for each attempt, which stays when the facts have gone. */
export interface EvidenceTable {
  attempt: number;
  learner: string;
  exercise: string;
  seat: string;
  sitting: string | null;
  /** See `Exercise.version`. */
  version: string;
  /** JSON: what was drawn for the learner. */
  parameters: string | null;
  /** JSON: where witnesses contradicted each other; null where they did not. */
  disagreements: string | null;
  /** What the host had said before the learner began, and what it said at the check: JSON (`Answers`), deflated. */
  baseline: Uint8Array | null;
  facts: Uint8Array | null;
  /** Of these two. */
  bytes: number;
  gone: EvidenceGone | null;
}

/** Commands as they stood on the screen when they began. */
export interface CommandsTable {
  id: Generated<number>;
  seat: string;
  terminal: string;
  at: string;
  line: string;
  status: number | null;
}

export const DECISION_KINDS = ["appeal", "answer", "facts", "host", "counts", "points"] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

/**
 * What was said and decided after an attempt. Append-only, and the database refuses anything else.
 * - `appeal`: the learner's sentence; `answer`: the instructor's.
 * - `facts`, `host`: a verdict computed again from the facts, or read again from the frozen host. Stands beside the first one.
 * - `counts`: the verdict of `regrade` counts for this attempt from now on; without one the first verdict does again.
 * - `points`: by hand, for this learner and exercise in this class, a `share` of the points whatever the attempts say; null takes it back.
 */
export interface DecisionsTable {
  id: Generated<number>;
  at: string;
  kind: DecisionKind;
  /** Who decided; null: the learner. */
  person: string | null;
  class: string | null;
  learner: string;
  exercise: string;
  attempt: number | null;
  text: string | null;
  outcome: "passed" | "failed" | "errored" | null;
  /** JSON: verdicts, as in `AttemptsTable`. */
  tasks: string | null;
  disagreements: string | null;
  version: string | null;
  regrade: number | null;
  share: number | null;
  /** JSON: ids of recordings that the learner shows with the appeal. */
  recordings: string | null;
}

export type FrozenGone = "replaced" | "age" | "room" | "class" | "broken";

/** A host as it was when a learner left a task of an exam, or the exam ended. `id` is the backend's word for it. */
export interface FrozenHostsTable {
  id: string;
  sitting: string;
  learner: string;
  exercise: string;
  seat: string;
  at: string;
  /** JSON, as in `SeatsTable`. */
  baseline: string | null;
  bytes: number;
  gone_at: string | null;
  gone: FrozenGone | null;
}

export interface ExamTables {
  exams: ExamsTable;
  sittings: SittingsTable;
  sitting_tasks: SittingTasksTable;
  exam_extras: ExamExtrasTable;
  server_alive: ServerAliveTable;
  outages: OutagesTable;
  evidence: EvidenceTable;
  commands: CommandsTable;
  decisions: DecisionsTable;
  frozen_hosts: FrozenHostsTable;
}
