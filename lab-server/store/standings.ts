import type { Text } from "../contract/locale.ts";
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
  /** When a task was last passed that had not been passed before. */
  readonly progressAt: string | undefined;
  /** What the latest attempt failed and none has passed, and how often it was tried. */
  readonly failing: readonly { readonly task: string; readonly found: Text; readonly times: number }[];
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
  /** Of each learner and exercise: tasks that were passed, and how often others failed. */
  const tries = new Map<WorkRecord, Map<string, number | "passed">>();
  const of = (learner: string, exercise: string) => {
    const key = `${learner} ${exercise}`;
    const known = work.get(key);
    if (known !== undefined) return known;
    const nothing = { attempts: 0, passedTasks: [], passedAt: undefined, bestAt: "", startedAt: undefined, progressAt: undefined, failing: [] };
    const fresh: { -readonly [K in keyof WorkRecord]: WorkRecord[K] } = { learner, exercise, ...nothing, hints: 0, solution: false };
    work.set(key, fresh);
    return fresh;
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
    const verdicts = JSON.parse(tasks) as TaskVerdict[];
    const tried = tries.get(one) ?? new Map<string, number | "passed">();
    tries.set(one, tried);
    for (const { task, outcome: how } of verdicts) {
      const before = tried.get(task) ?? 0;
      if (before === "passed") continue;
      if (how === "passed") one.progressAt = at;
      tried.set(task, how === "passed" ? "passed" : before + 1);
    }
    one.failing = verdicts.flatMap((verdict) => {
      const times = tried.get(verdict.task);
      return verdict.outcome === "failed" && typeof times === "number" ? [{ task: verdict.task, found: verdict.found, times }] : [];
    });
    const passed = verdicts.filter((task) => task.outcome === "passed").map(({ task }) => task);
    if (one.bestAt !== "" && passed.length <= one.passedTasks.length) continue;
    one.passedTasks = passed;
    one.bestAt = at;
  }
  return [...work.values()];
}
