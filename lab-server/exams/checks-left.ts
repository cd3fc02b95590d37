import type { Store } from "../store/database.ts";
import { countInSitting } from "../store/evidence.ts";
import type { SittingRecord } from "../store/exams.ts";

/** How many attempts are left at an exercise of an exam. */
export async function checksLeft(store: Store, { id, attempts }: Pick<SittingRecord, "id" | "attempts">, exercise: string): Promise<number> {
  return Math.max(0, attempts - (await countInSitting(store, id, exercise)));
}
