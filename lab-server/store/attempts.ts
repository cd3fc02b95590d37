import type { TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";
import { evidenceRow, letGoOlder, type NewEvidence } from "./evidence.ts";
import { learnersOf } from "./people.ts";

/** One check that was run for a learner. */
export interface CheckRecord {
  readonly learner: string;
  readonly exercise: string;
  readonly seat: string;
  /** When the facts were read, ISO 8601. */
  readonly at: string;
  readonly outcome: "passed" | "failed" | "errored";
  readonly tasks: readonly TaskVerdict[];
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** What the verdict rests on. An errored check has none. */
  readonly evidence?: NewEvidence;
}

/**
 * Keeps a check and gives the number of attempts that the learner now has at the exercise. An errored check is
 * kept apart and is no attempt.
 */
export async function recordCheck(store: Store, check: CheckRecord): Promise<number> {
  const { learner, exercise, seat, at, outcome, evidence } = check;
  const common = { learner, exercise, seat, at, tasks: JSON.stringify(check.tasks), ms: Math.round(check.ms) };
  if (outcome === "errored") await store.db.insertInto("errored_checks").values(common).execute();
  else {
    await store.db.transaction().execute(async (db) => {
      const { id } = await db
        .insertInto("attempts")
        .values({ ...common, outcome })
        .returning("id")
        .executeTakeFirstOrThrow();
      if (evidence !== undefined)
        await db
          .insertInto("evidence")
          .values(evidenceRow(id, { learner, exercise, seat }, evidence))
          .execute();
    });
    if (evidence !== undefined) await letGoOlder(store, learner, exercise);
  }
  return countAttempts(store, learner, exercise);
}

export async function countAttempts(store: Store, learner: string, exercise: string): Promise<number> {
  const learners = await learnersOf(store, learner);
  const { count } = await store.db
    .selectFrom("attempts")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("learner", "in", learners)
    .where("exercise", "=", exercise)
    .executeTakeFirstOrThrow();
  return count;
}

/** How many attempts of these learners have passed. */
export async function countPassed(store: Store, learners: readonly string[], exercise: string): Promise<number> {
  const { count } = await store.db
    .selectFrom("attempts")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("learner", "in", learners)
    .where("exercise", "=", exercise)
    .where("outcome", "=", "passed")
    .executeTakeFirstOrThrow();
  return count;
}
