import type { Selectable } from "kysely";
import type { Store } from "./database.ts";
import type { DeliveriesTable, DeliveryState } from "./interface-schema.ts";

/** One event for one receiver. Moments are ISO 8601. */
export interface DeliveryRecord {
  readonly id: string;
  readonly target: string;
  readonly type: string;
  readonly body: string;
  readonly state: DeliveryState;
  readonly tries: number;
  readonly waitsSince: string;
  readonly nextAt: string;
  readonly status: number | undefined;
}

const toRecord = ({ waits_since, next_at, status, settled_at: _settled, error: _error, ...rest }: Selectable<DeliveriesTable>): DeliveryRecord => {
  return { ...rest, waitsSince: waits_since, nextAt: next_at, status: status ?? undefined };
};

/** What came of one try. */
export interface DeliveryOutcome extends Pick<DeliveryRecord, "state" | "tries" | "nextAt" | "status"> {
  readonly error: string | null;
}

export type NewDelivery = Pick<DeliveryRecord, "id" | "target" | "type" | "body">;

/** Settled ones of before `forgetBefore` go. */
export async function addDeliveries(store: Store, deliveries: readonly NewDelivery[], at: string, forgetBefore: string): Promise<void> {
  if (deliveries.length === 0) return;
  await store.db.transaction().execute(async (db) => {
    await db.deleteFrom("deliveries").where("settled_at", "<", forgetBefore).execute();
    await db
      .insertInto("deliveries")
      .values(
        deliveries.map((one) => ({
          ...one,
          state: "waiting" as const,
          tries: 0,
          waits_since: at,
          next_at: at,
          settled_at: null,
          status: null,
          error: null,
        })),
      )
      .execute();
  });
}

export async function dueDeliveries(store: Store, now: string, limit: number): Promise<DeliveryRecord[]> {
  const rows = await store.db
    .selectFrom("deliveries")
    .selectAll()
    .where("state", "=", "waiting")
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

export async function settleDelivery(store: Store, { target, id }: Pick<DeliveryRecord, "target" | "id">, outcome: DeliveryOutcome, at: string): Promise<void> {
  const { state, tries, nextAt, status, error } = outcome;
  await store.db
    .updateTable("deliveries")
    .set({ state, tries, next_at: nextAt, status: status ?? null, error, settled_at: state === "waiting" ? null : at })
    .where("target", "=", target)
    .where("id", "=", id)
    .execute();
}

/** The newest first. */
export async function deliveriesOf(store: Store, target: string, limit: number): Promise<DeliveryRecord[]> {
  const rows = await store.db
    .selectFrom("deliveries")
    .selectAll()
    .where("target", "=", target)
    .orderBy("waits_since", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}
