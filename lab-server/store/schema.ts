import type { Generated } from "kysely";
import type { Role } from "../contract/people.ts";
import type { RecordingEnd } from "../contract/recording.ts";
import type { ExamTables } from "./exam-schema.ts";
import type { InterfaceTables } from "./interface-schema.ts";
import type { LtiTables } from "./lti-schema.ts";

/*
 * The tables as the code sees them; `migrations/` is how they came to be. Moments are ISO 8601 in UTC, so that
 * they sort as text and read the same in every database. Lengths of time are whole milliseconds.
 */

/** Someone who started an exercise at least once. Reading the course leaves no row. */
export interface LearnersTable {
  id: string;
  created_at: string;
  last_seen_at: string;
}

/** One row for each seat ever taken. A learner has at most one that has not ended. */
export interface SeatsTable {
  id: string;
  learner: string;
  exercise: string;
  /** The host once the seat was ready; null before, and between two hosts. */
  host_id: string | null;
  started_at: string;
  ended_at: string | null;
  end_reason: SeatEndReason | null;
  /** JSON: what `checks.ts` read before the learner began. */
  baseline: string | null;
  /** The saved host that the seat goes on from; then it has none that runs. */
  parked: string | null;
  /** How long the host has run, up to `awake_since` if it runs; standing still does not count. */
  life_used_ms: Generated<number>;
  /** How often the learner has asked for more time. */
  life_more: Generated<number>;
  awake_since: string | null;
  /** Since when there is no host in memory and the learner has not come for one. */
  waits_since: string | null;
  /** JSON: what was drawn for the learner, by name; null where nothing is. It stays when the seat ends, so that a check can be judged again. */
  parameters: string | null;
  /** The exam that it is a part of. */
  sitting: string | null;
}
/** `exam-left`: the learner goes on with another task of the exam, and may come back. */
export const SEAT_END_REASONS = ["learner", "replaced", "server-stopped", "exercise-gone", "unused", "time-up", "exam-left", "exam-over"] as const;
export type SeatEndReason = (typeof SEAT_END_REASONS)[number];

/** Append-only, and the database refuses anything else: progress is computed from these rows. */
export interface AttemptsTable {
  id: Generated<number>;
  learner: string;
  exercise: string;
  seat: string;
  at: string;
  outcome: "passed" | "failed";
  /** JSON: the tasks' verdicts. */
  tasks: string;
  ms: number;
}

/** Checks that could not find out: for whoever runs the lab. They count for nobody. */
export interface ErroredChecksTable {
  id: Generated<number>;
  learner: string;
  exercise: string;
  seat: string;
  at: string;
  tasks: string;
  ms: number;
}

/** What learners saved of their hosts; a seat's snapshots end with it. */
export interface SnapshotsTable {
  id: string;
  seat: string;
  name: string;
  at: string;
  /** JSON, as in `SeatsTable`. */
  baseline: string | null;
  /** On the disk; null where nobody counted. */
  bytes: number | null;
}

/** Hints and solutions that a learner looked at. Without a task it is the solution. */
export interface HelpTable {
  id: Generated<number>;
  learner: string;
  exercise: string;
  seat: string;
  at: string;
  task: string | null;
  /** From 1. */
  hint: number | null;
}

/** What learners recorded of their terminals. They are the learner's and not the seat's: they stay when it ends. */
export interface RecordingsTable {
  id: string;
  learner: string;
  seat: string;
  exercise: string;
  terminal: number;
  at: string;
  /** These three are null while it runs. */
  ms: number | null;
  bytes: number | null;
  ended: RecordingEnd | null;
}

/** Someone with an account. Their results are those of their learner. */
export interface PeopleTable {
  id: string;
  learner: string;
  name: string;
  role: Role;
  created_at: string;
}

/** How somebody signs in here. Logins differ in more than their case. */
export interface PasswordsTable {
  login: string;
  person: string;
  /** See `people/password.ts`. */
  hash: string;
  changed_at: string;
}

/** Who somebody is elsewhere: an issuer and its name for them (OpenID Connect Core, section 2: `iss` and `sub`). */
export interface IdentitiesTable {
  issuer: string;
  subject: string;
  person: string;
  at: string;
}

/** A browser in which somebody is signed in. Of its secret only the hash is kept. */
export interface SessionsTable {
  hash: string;
  id: string;
  person: string;
  created_at: string;
  seen_at: string;
  /** What the browser says of itself, cut short. */
  browser: string;
}

/** A learner without an account whose results somebody has taken along into theirs. */
export interface MergesTable {
  learner: string;
  into_learner: string;
  at: string;
}

export interface ClassesTable {
  id: string;
  /** The person who teaches it. */
  owner: string;
  name: string;
  /** Who has it can come in. */
  code: string;
  code_on: number;
  seats: number;
  /** Hosts that run at once at most; null: as many as the machine holds. */
  hosts: number | null;
  opens_at: string | null;
  closes_at: string | null;
  paused: number;
  created_at: string;
  /** An archived class is nobody's any more; what was done in it stays. */
  archived_at: string | null;
}

/** What a class works on, in its order. */
export interface ClassExercisesTable {
  class: string;
  exercise: string;
  place: number;
  points: number;
  due_at: string | null;
  /** What is left of the points for what is done later, percent. */
  late_percent: number;
  /** Whether it is a task of the class's exam. */
  exam: Generated<number>;
}

/** Learners of a class, and how they are called in it. */
export interface MembersTable {
  class: string;
  learner: string;
  name: string;
  joined_at: string;
  left_at: string | null;
}

/** Learners of a class who ask for help. */
export interface HandsTable {
  class: string;
  learner: string;
  raised_at: string;
  text: string;
  /** At which they are. */
  exercise: string | null;
  /** A copy of their host, saved; null without one. */
  twin: string | null;
  /** JSON: what the copy needs besides. */
  twin_of: string | null;
}

export interface ClassMessagesTable {
  id: string;
  class: string;
  /** To whom; null: to all. */
  learner: string | null;
  /** The person who wrote it. */
  sender: string;
  text: string;
  at: string;
}

/** Hosts of the instructor's from which an exercise starts in a class. */
export interface StartingPointsTable {
  class: string;
  exercise: string;
  saved: string;
  /** JSON, as in `SeatsTable`. */
  baseline: string;
  at: string;
}

export interface Tables extends LtiTables, InterfaceTables, ExamTables {
  hands: HandsTable;
  class_messages: ClassMessagesTable;
  starting_points: StartingPointsTable;
  classes: ClassesTable;
  class_exercises: ClassExercisesTable;
  members: MembersTable;
  people: PeopleTable;
  passwords: PasswordsTable;
  identities: IdentitiesTable;
  sessions: SessionsTable;
  merges: MergesTable;
  learners: LearnersTable;
  seats: SeatsTable;
  snapshots: SnapshotsTable;
  help: HelpTable;
  recordings: RecordingsTable;
  attempts: AttemptsTable;
  errored_checks: ErroredChecksTable;
}
