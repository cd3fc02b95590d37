import type { Store } from "./database.ts";

export interface CommandRecord {
  readonly at: string;
  readonly terminal: string;
  readonly line: string;
  /** Undefined while it runs, or where its end was not told. */
  readonly status: number | undefined;
}

/** Keeps a command that has begun. Gives its number. */
export async function insertCommand(store: Store, command: { seat: string; terminal: string; at: string; line: string }): Promise<number> {
  const { id } = await store.db
    .insertInto("commands")
    .values({ ...command, status: null })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

export async function setCommandStatus(store: Store, id: number, status: number): Promise<void> {
  await store.db.updateTable("commands").set({ status }).where("id", "=", id).execute();
}

export async function countCommands(store: Store, seat: string): Promise<number> {
  const { count } = await store.db
    .selectFrom("commands")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("seat", "=", seat)
    .executeTakeFirstOrThrow();
  return count;
}

/** The seats that an attempt goes on from: its own, and in an exam every one that the learner had at the exercise. */
export async function seatsBehind(
  store: Store,
  { seat, sitting, exercise }: { seat: string; sitting: string | undefined; exercise: string },
): Promise<string[]> {
  if (sitting === undefined) return [seat];
  const rows = await store.db.selectFrom("seats").select("id").where("sitting", "=", sitting).where("exercise", "=", exercise).execute();
  return [...new Set([seat, ...rows.map(({ id }) => id)])];
}

/** What was begun at these seats after one moment and up to another, oldest first; of many, the last ones. */
export async function commandsBetween(store: Store, seats: readonly string[], after: string, until: string, most: number): Promise<CommandRecord[]> {
  const rows = await store.db
    .selectFrom("commands")
    .selectAll()
    .where("seat", "in", seats)
    .where("at", ">", after)
    .where("at", "<=", until)
    .orderBy("id", "desc")
    .limit(most)
    .execute();
  return rows.reverse().map(({ at, terminal, line, status }) => ({ at, terminal, line, status: status ?? undefined }));
}

/** The moment of the attempt before this one at the same seats; empty where there is none. */
export async function attemptBefore(store: Store, seats: readonly string[], attempt: number): Promise<string> {
  const row = await store.db
    .selectFrom("attempts")
    .select((one) => one.fn.max("at").as("at"))
    .where("seat", "in", seats)
    .where("id", "<", attempt)
    .executeTakeFirst();
  return row?.at ?? "";
}
