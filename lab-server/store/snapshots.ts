import type { Store } from "./database.ts";

/** A host that a learner saved. */
export interface SnapshotRecord {
  /** The backend's word for what was saved. */
  readonly id: string;
  readonly seat: string;
  /** The learner's word for it. */
  readonly name: string;
  readonly at: string;
  /** What was read before the learner began, on the host that was saved. */
  readonly baseline: unknown;
  /** On the disk. */
  readonly bytes?: number;
}

export async function insertSnapshot(store: Store, snapshot: SnapshotRecord): Promise<void> {
  const { baseline, bytes, ...rest } = snapshot;
  await store.db
    .insertInto("snapshots")
    .values({ ...rest, baseline: JSON.stringify(baseline ?? null), bytes: bytes ?? null })
    .execute();
}

export async function removeSnapshot(store: Store, id: string): Promise<void> {
  await store.db.deleteFrom("snapshots").where("id", "=", id).execute();
}

export async function removeSnapshotsOf(store: Store, seat: string): Promise<void> {
  await store.db.deleteFrom("snapshots").where("seat", "=", seat).execute();
}

/** The snapshots of every seat that has not ended, oldest first. */
export async function openSnapshots(store: Store): Promise<SnapshotRecord[]> {
  const rows = await store.db
    .selectFrom("snapshots")
    .innerJoin("seats", "seats.id", "snapshots.seat")
    .where("seats.ended_at", "is", null)
    .selectAll("snapshots")
    .orderBy("snapshots.at")
    .execute();
  return rows.map(({ bytes, baseline, ...row }) => ({
    ...row,
    baseline: baseline === null ? undefined : JSON.parse(baseline),
    ...(bytes !== null && { bytes }),
  }));
}
