import type { Store } from "./database.ts";

/** Notes that a learner was here. The first time makes the row. `at` is ISO 8601. */
export async function rememberLearner(store: Store, id: string, at: string): Promise<void> {
  await store.db
    .insertInto("learners")
    .values({ id, created_at: at, last_seen_at: at })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ last_seen_at: at }))
    .execute();
}
