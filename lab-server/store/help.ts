import type { Store } from "./database.ts";

/** Help that a learner looked at: a hint of a task, or the solution of the whole exercise. */
export interface HelpRecord {
  readonly learner: string;
  readonly exercise: string;
  readonly seat: string;
  readonly at: string;
  /** Absent for the solution. `number` counts from 1. */
  readonly hint?: { readonly task: string; readonly number: number };
}

export async function recordHelp(store: Store, { hint, ...help }: HelpRecord): Promise<void> {
  await store.db
    .insertInto("help")
    .values({ ...help, task: hint?.task ?? null, hint: hint?.number ?? null })
    .execute();
}
