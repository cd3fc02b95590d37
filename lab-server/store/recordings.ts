import type { RecordingEnd, RecordingView } from "../contract/recording.ts";
import type { Store } from "./database.ts";
import { learnersOf } from "./people.ts";
import type { RecordingsTable } from "./schema.ts";

/** A recording that begins. */
export interface NewRecording {
  readonly id: string;
  readonly learner: string;
  readonly seat: string;
  readonly exercise: string;
  readonly terminal: number;
  readonly at: string;
}

export interface RecordingRecord extends NewRecording {
  readonly ms: number;
  readonly bytes: number;
  /** Undefined while it runs. */
  readonly ended: RecordingEnd | undefined;
}

export async function insertRecording(store: Store, recording: NewRecording): Promise<void> {
  await store.db.insertInto("recordings").values(recording).execute();
}

export async function endRecording(store: Store, id: string, end: { ms: number; bytes: number; ended: RecordingEnd }): Promise<void> {
  await store.db.updateTable("recordings").set(end).where("id", "=", id).where("ended", "is", null).execute();
}

export async function removeRecording(store: Store, id: string): Promise<void> {
  await store.db.deleteFrom("recordings").where("id", "=", id).execute();
}

export async function findRecording(store: Store, id: string): Promise<RecordingRecord | undefined> {
  const row = await store.db.selectFrom("recordings").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** A learner's recordings, newest first; those from before the account too. */
export async function recordingsOf(store: Store, learner: string): Promise<RecordingRecord[]> {
  const rows = await store.db
    .selectFrom("recordings")
    .selectAll()
    .where("learner", "in", await learnersOf(store, learner))
    .orderBy("at", "desc")
    .execute();
  return rows.map(toRecord);
}

/** The recording that began last at a seat, of those that have ended. */
export async function lastEndedAt(store: Store, seat: string): Promise<RecordingRecord | undefined> {
  const row = await store.db
    .selectFrom("recordings")
    .selectAll()
    .where("seat", "=", seat)
    .where("ended", "is not", null)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Every recording there is. */
export async function allRecordings(store: Store): Promise<RecordingRecord[]> {
  return (await store.db.selectFrom("recordings").selectAll().execute()).map(toRecord);
}

/** The part that its learner sees. */
export function viewOf({ id, exercise, terminal, at, ms, bytes, ended }: RecordingRecord): RecordingView {
  return { id, exercise, terminal, at, ms, bytes, ...(ended !== undefined && { ended }) };
}

function toRecord({ ms, bytes, ended, ...rest }: RecordingsTable): RecordingRecord {
  return { ...rest, ms: ms ?? 0, bytes: bytes ?? 0, ended: ended ?? undefined };
}
