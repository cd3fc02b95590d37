import type { TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";

/** What one learner has done in one exercise, over all of their attempts. */
export interface WorkRecord {
  readonly learner: string;
  readonly exercise: string;
  readonly attempts: number;
  /** Tasks passed in the best attempt. */
  readonly passedTasks: readonly string[];
  /** The first attempt that passed, ISO 8601. */
  readonly passedAt: string | undefined;
  /** When the best attempt was, if none has passed. */
  readonly bestAt: string;
  readonly startedAt: string | undefined;
  readonly hints: number;
  readonly solution: boolean;
}

/** What these learners have done in these exercises. The database's rows are read once each, whatever the number of learners. */
export async function workOf(store: Store, learners: readonly string[], exercises: readonly string[]): Promise<WorkRecord[]> {
  if (learners.length === 0 || exercises.length === 0) return [];
  const attempts = await store.db
    .selectFrom("attempts")
    .select(["learner", "exercise", "at", "outcome", "tasks"])
    .where("learner", "in", learners)
    .where("exercise", "in", exercises)
    .orderBy("id")
    .execute();
  const seats = await store.db
    .selectFrom("seats")
    .select((row) => ["learner", "exercise", row.fn.min("started_at").as("started_at")])
    .where("learner", "in", learners)
    .where("exercise", "in", exercises)
    .groupBy(["learner", "exercise"])
    .execute();
  const help = await store.db
    .selectFrom("help")
    .select(["learner", "exercise", "task", "hint"])
    .distinct()
    .where("learner", "in", learners)
    .where("exercise", "in", exercises)
    .execute();

  const work = new Map<string, { -readonly [K in keyof WorkRecord]: WorkRecord[K] }>();
  const of = (learner: string, exercise: string) => {
    const key = `${learner} ${exercise}`;
    const known = work.get(key);
    if (known !== undefined) return known;
    const fresh = { learner, exercise, attempts: 0, passedTasks: [], passedAt: undefined, bestAt: "", startedAt: undefined, hints: 0, solution: false };
    work.set(key, fresh);
    return fresh as { -readonly [K in keyof WorkRecord]: WorkRecord[K] };
  };
  for (const { learner, exercise, started_at } of seats) of(learner, exercise).startedAt = started_at;
  for (const { learner, exercise, task } of help) {
    const one = of(learner, exercise);
    if (task === null) one.solution = true;
    else one.hints += 1;
  }
  for (const { learner, exercise, at, outcome, tasks } of attempts) {
    const one = of(learner, exercise);
    one.attempts += 1;
    if (outcome === "passed") one.passedAt ??= at;
    const passed = (JSON.parse(tasks) as TaskVerdict[]).filter((task) => task.outcome === "passed").map(({ task }) => task);
    if (one.bestAt !== "" && passed.length <= one.passedTasks.length) continue;
    one.passedTasks = passed;
    one.bestAt = at;
  }
  return [...work.values()];
}
