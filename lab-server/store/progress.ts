import type { Progress, TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";
import { learnersOf } from "./people.ts";

/** A learner's standing in every exercise they tried, here or without the account that they have now, in the order of the exercises' ids. Computed, never kept. */
export async function progressOf(store: Store, learner: string): Promise<Progress[]> {
  const learners = await learnersOf(store, learner);
  const rows = await store.db
    .selectFrom("attempts as latest")
    .innerJoin(
      (from) =>
        from
          .selectFrom("attempts")
          .where("learner", "in", learners)
          .groupBy("exercise")
          .select((row) => [
            row.fn.max("id").as("latest_id"),
            row.fn.countAll<number>().as("attempts"),
            row.fn.min("at").filterWhere("outcome", "=", "passed").as("passed_at"),
          ])
          .as("summary"),
      (on) => on.onRef("summary.latest_id", "=", "latest.id"),
    )
    .select(["latest.exercise", "latest.tasks", "summary.attempts", "summary.passed_at"])
    .orderBy("latest.exercise")
    .execute();
  return rows.map((row) => {
    const tasks = JSON.parse(row.tasks) as TaskVerdict[];
    const progress = {
      exercise: row.exercise,
      attempts: row.attempts,
      passedTasks: tasks.filter((task) => task.outcome === "passed").map((task) => task.task),
    };
    return row.passed_at === null ? progress : { ...progress, passedAt: row.passed_at };
  });
}
