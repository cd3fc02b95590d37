import { sql } from "kysely";
import { parameterValuesSchema } from "../contract/parameter-schemas.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Store } from "./database.ts";
import type { SeatEndReason } from "./schema.ts";

/** The time of a seat, as it is kept. */
export interface SeatLifeRecord {
  /** How long the host has run, up to `awakeSince` if it runs. */
  readonly usedMs: number;
  /** How often the learner has asked for more time. */
  readonly more: number;
  readonly awakeSince?: string;
  /** Since when there is no host in memory. */
  readonly waitsSince?: string;
}

/** A seat as it is kept. */
export interface SeatRecord {
  readonly id: string;
  readonly learner: string;
  readonly exercise: string;
  readonly startedAt: string;
  /** The host, if the seat had one that was ready. */
  readonly hostId: string | undefined;
  /** The saved host that the seat goes on from. */
  readonly parked: string | undefined;
  /** What was read before the learner began; undefined where there is no host. */
  readonly baseline: unknown;
  readonly life: SeatLifeRecord;
  /** What was drawn for the learner. */
  readonly parameters: ParameterValues;
  /** The exam that it is part of. */
  readonly sitting: string | undefined;
  readonly ended: boolean;
}

export type NewSeat = Pick<SeatRecord, "id" | "learner" | "exercise" | "startedAt"> & Partial<Pick<SeatRecord, "parameters" | "sitting">>;

/** Keeps a new seat, which has no host yet. Fails if the learner has another one that has not ended. */
export async function insertSeat(store: Store, seat: NewSeat): Promise<void> {
  await store.db
    .insertInto("seats")
    .values({
      id: seat.id,
      learner: seat.learner,
      exercise: seat.exercise,
      started_at: seat.startedAt,
      host_id: null,
      ended_at: null,
      end_reason: null,
      baseline: null,
      parked: null,
      awake_since: null,
      waits_since: null,
      parameters: seat.parameters === undefined ? null : JSON.stringify(seat.parameters),
      sitting: seat.sitting ?? null,
    })
    .execute();
}

/** How many seats the learner has ever had at the exercise. */
export async function countSeats(store: Store, learner: string, exercise: string): Promise<number> {
  const row = await store.db
    .selectFrom("seats")
    .select(({ fn }) => fn.countAll<number>().as("seats"))
    .where("learner", "=", learner)
    .where("exercise", "=", exercise)
    .executeTakeFirstOrThrow();
  return row.seats;
}

/** Keeps which host a seat has and what was true of it at the start; both in one write, so one never stands for the other. */
export async function setSeatHost(store: Store, id: string, host: { id: string; baseline: unknown } | undefined): Promise<void> {
  await store.db
    .updateTable("seats")
    .set({ host_id: host?.id ?? null, baseline: host === undefined ? null : JSON.stringify(host.baseline ?? null), parked: null })
    .where("id", "=", id)
    .execute();
}

/** Keeps whose seat it is now. */
export async function setSeatLearner(store: Store, id: string, learner: string): Promise<void> {
  await store.db.updateTable("seats").set({ learner }).where("id", "=", id).execute();
}

/** Keeps that a seat's host was saved and is no longer there. What was true of it at the start stays. */
export async function setSeatParked(store: Store, id: string, saved: string): Promise<void> {
  await store.db.updateTable("seats").set({ host_id: null, parked: saved }).where("id", "=", id).execute();
}

export async function setSeatLife(store: Store, id: string, { usedMs, more, awakeSince, waitsSince }: SeatLifeRecord): Promise<void> {
  await store.db
    .updateTable("seats")
    .set({ life_used_ms: usedMs, life_more: more, awake_since: awakeSince ?? null, waits_since: waitsSince ?? null })
    .where("id", "=", id)
    .execute();
}

/** How the learner's newest seat ended; undefined while it has not, or where there is none. */
export async function lastEnd(store: Store, learner: string): Promise<{ exercise: string; reason: SeatEndReason } | undefined> {
  const row = await store.db
    .selectFrom("seats")
    .select(["exercise", "end_reason"])
    .where("learner", "=", learner)
    .orderBy("started_at", "desc")
    .orderBy(sql`rowid`, "desc")
    .executeTakeFirst();
  return row?.end_reason ? { exercise: row.exercise, reason: row.end_reason } : undefined;
}

/** Ends a seat. The first reason stays. */
export async function endSeat(store: Store, id: string, reason: SeatEndReason, at: string): Promise<void> {
  await store.db
    .updateTable("seats")
    .set({ ended_at: at, end_reason: reason, host_id: null, baseline: null, parked: null })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();
}

/** Every seat that has not ended, oldest first. */
export async function openSeats(store: Store): Promise<SeatRecord[]> {
  const rows = await store.db.selectFrom("seats").selectAll().where("ended_at", "is", null).orderBy("started_at").execute();
  return rows.map(toRecord);
}

/** One seat, ended or not. */
export async function findSeat(store: Store, id: string): Promise<SeatRecord | undefined> {
  const row = await store.db.selectFrom("seats").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

interface Row {
  readonly id: string;
  readonly learner: string;
  readonly exercise: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly host_id: string | null;
  readonly baseline: string | null;
  readonly parked: string | null;
  readonly life_used_ms: number;
  readonly life_more: number;
  readonly awake_since: string | null;
  readonly waits_since: string | null;
  readonly parameters: string | null;
  readonly sitting: string | null;
}

function toRecord(row: Row): SeatRecord {
  return {
    id: row.id,
    learner: row.learner,
    exercise: row.exercise,
    startedAt: row.started_at,
    hostId: row.host_id ?? undefined,
    parked: row.parked ?? undefined,
    baseline: row.baseline === null ? undefined : JSON.parse(row.baseline),
    life: {
      usedMs: row.life_used_ms,
      more: row.life_more,
      ...(row.awake_since !== null && { awakeSince: row.awake_since }),
      ...(row.waits_since !== null && { waitsSince: row.waits_since }),
    },
    parameters: row.parameters === null ? {} : parameterValuesSchema.parse(JSON.parse(row.parameters)),
    sitting: row.sitting ?? undefined,
    ended: row.ended_at !== null,
  };
}
