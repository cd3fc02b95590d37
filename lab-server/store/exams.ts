import type { Selectable } from "kysely";
import { parameterValuesSchema } from "../contract/parameter-schemas.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Store } from "./database.ts";
import type { FinalGrade, FrozenGone, FrozenHostsTable, SittingEnd, SittingsTable, SittingTasksTable } from "./exam-schema.ts";

/** One learner's exam. Moments are ISO 8601. */
export interface SittingRecord {
  readonly id: string;
  readonly class: string;
  readonly learner: string;
  readonly startedAt: string;
  /** What was granted when it began; see `extraMinutes` for more. */
  readonly minutes: number;
  readonly attempts: number;
  readonly snapshots: boolean;
  readonly endedAt: string | undefined;
  readonly endReason: SittingEnd | undefined;
}

export interface SittingTaskRecord {
  readonly sitting: string;
  readonly exercise: string;
  readonly parameters: ParameterValues;
  readonly graded: FinalGrade | undefined;
}

const toSitting = (row: Selectable<SittingsTable>): SittingRecord => ({
  id: row.id,
  class: row.class,
  learner: row.learner,
  startedAt: row.started_at,
  minutes: row.minutes,
  attempts: row.attempts,
  snapshots: row.snapshots === 1,
  endedAt: row.ended_at ?? undefined,
  endReason: row.end_reason ?? undefined,
});

export interface NewSitting extends Pick<SittingRecord, "id" | "class" | "learner" | "startedAt" | "minutes" | "attempts" | "snapshots"> {
  readonly tasks: readonly { readonly exercise: string; readonly parameters: ParameterValues }[];
}

/** Begins an exam. False when this learner has begun it already. */
export async function insertSitting(store: Store, { tasks, ...sitting }: NewSitting): Promise<boolean> {
  return store.db.transaction().execute(async (db) => {
    const { id, class: room, learner, startedAt, minutes, attempts, snapshots } = sitting;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("sittings")
      .values({ id, class: room, learner, started_at: startedAt, minutes, attempts, snapshots: snapshots ? 1 : 0, ended_at: null, end_reason: null })
      .onConflict((conflict) => conflict.columns(["class", "learner"]).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return false;
    await db
      .insertInto("sitting_tasks")
      .values(
        tasks.map(({ exercise, parameters }, place) => ({
          sitting: id,
          exercise,
          place,
          parameters: JSON.stringify(parameters),
          graded_at: null,
          graded: null,
        })),
      )
      .execute();
    return true;
  });
}

export async function sittingById(store: Store, id: string): Promise<SittingRecord | undefined> {
  const row = await store.db.selectFrom("sittings").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toSitting(row);
}

/** Exams of these learners, the newest first. */
export async function sittingsOfLearners(store: Store, learners: readonly string[]): Promise<SittingRecord[]> {
  if (learners.length === 0) return [];
  return (await store.db.selectFrom("sittings").selectAll().where("learner", "in", learners).orderBy("started_at", "desc").execute()).map(toSitting);
}

export async function sittingsOfClass(store: Store, id: string): Promise<SittingRecord[]> {
  return (await store.db.selectFrom("sittings").selectAll().where("class", "=", id).execute()).map(toSitting);
}

/** Those that have not ended. */
export async function openSittings(store: Store): Promise<SittingRecord[]> {
  return (await store.db.selectFrom("sittings").selectAll().where("ended_at", "is", null).execute()).map(toSitting);
}

/** Ends an exam. False when it had ended. */
export async function endSitting(store: Store, id: string, reason: SittingEnd, at: string): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable("sittings")
    .set({ ended_at: at, end_reason: reason })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Lets an exam that is over go on, with one attempt more: its states at the end are to be graded anew. */
export async function reopenSitting(store: Store, id: string): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    await db
      .updateTable("sittings")
      .set((row) => ({ ended_at: null, end_reason: null, attempts: row("attempts", "+", 1) }))
      .where("id", "=", id)
      .execute();
    await db.updateTable("sitting_tasks").set({ graded: null, graded_at: null }).where("sitting", "=", id).execute();
  });
}

const toTask = ({ sitting, exercise, parameters, graded }: Selectable<SittingTasksTable>): SittingTaskRecord => ({
  sitting,
  exercise,
  parameters: parameters === null ? {} : parameterValuesSchema.parse(JSON.parse(parameters)),
  graded: graded ?? undefined,
});

export async function tasksOfSitting(store: Store, sitting: string): Promise<SittingTaskRecord[]> {
  return (await store.db.selectFrom("sitting_tasks").selectAll().where("sitting", "=", sitting).orderBy("place").execute()).map(toTask);
}

/** The tasks of every exam of a class that was begun. */
export async function tasksOfClass(store: Store, room: string): Promise<SittingTaskRecord[]> {
  const rows = await store.db
    .selectFrom("sitting_tasks")
    .selectAll("sitting_tasks")
    .innerJoin("sittings", "sittings.id", "sitting_tasks.sitting")
    .where("sittings.class", "=", room)
    .orderBy("place")
    .execute();
  return rows.map(toTask);
}

/** What came of the state at the end; undefined: it is to be graded again. */
export async function setGraded(store: Store, sitting: string, exercise: string, graded: FinalGrade | undefined, at: string): Promise<void> {
  await store.db
    .updateTable("sitting_tasks")
    .set({ graded: graded ?? null, graded_at: graded === undefined ? null : at })
    .where("sitting", "=", sitting)
    .where("exercise", "=", exercise)
    .execute();
}

/** Exams that have ended and of which something is still to be graded. */
export async function ungradedSittings(store: Store): Promise<SittingRecord[]> {
  const rows = await store.db
    .selectFrom("sittings")
    .selectAll()
    .where("ended_at", "is not", null)
    .where("id", "in", (from) => from.selectFrom("sitting_tasks").select("sitting").where("graded", "is", null))
    .execute();
  return rows.map(toSitting);
}

export async function addExtra(
  store: Store,
  extra: { class: string; learner: string | undefined; minutes: number; person: string; at: string },
): Promise<void> {
  const { class: room, learner = null, minutes, person, at } = extra;
  await store.db.insertInto("exam_extras").values({ class: room, learner, minutes, by_person: person, at }).execute();
}

/** What was given in a class beyond its exam's minutes, by learner; under null what everybody was given. */
export async function extrasOf(store: Store, room: string): Promise<ReadonlyMap<string | null, number>> {
  const rows = await store.db
    .selectFrom("exam_extras")
    .select((row) => ["learner", row.fn.sum<number>("minutes").as("minutes")])
    .where("class", "=", room)
    .groupBy("learner")
    .execute();
  return new Map(rows.map(({ learner, minutes }) => [learner, Number(minutes)]));
}

/** Says that a server is there. Gives when one was last. */
export async function alive(store: Store, at: string): Promise<string | undefined> {
  const row = await store.db.selectFrom("server_alive").select("at").executeTakeFirst();
  await store.db
    .insertInto("server_alive")
    .values({ id: 1, at })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ at }))
    .execute();
  return row?.at;
}

export async function insertOutage(store: Store, from: string, until: string): Promise<void> {
  await store.db.insertInto("outages").values({ from_at: from, until_at: until }).execute();
}

/** When no server was there, from that moment on. */
export async function outagesSince(store: Store, moment: string): Promise<{ from: string; until: string }[]> {
  const rows = await store.db.selectFrom("outages").selectAll().where("until_at", ">", moment).orderBy("id", "desc").limit(50).execute();
  return rows.map(({ from_at, until_at }) => ({ from: from_at, until: until_at }));
}

/** A host that is kept of an exam. */
export interface FrozenHostRecord {
  readonly id: string;
  readonly sitting: string;
  readonly learner: string;
  readonly exercise: string;
  readonly seat: string;
  readonly at: string;
  readonly baseline: unknown;
  readonly bytes: number;
  readonly gone: FrozenGone | undefined;
}

const toFrozen = ({ gone_at: _, baseline, gone, ...row }: Selectable<FrozenHostsTable>): FrozenHostRecord => ({
  ...row,
  baseline: baseline === null ? undefined : JSON.parse(baseline),
  gone: gone ?? undefined,
});

export async function insertFrozen(store: Store, { baseline, gone: _, ...frozen }: Omit<FrozenHostRecord, "gone"> & { gone?: undefined }): Promise<void> {
  await store.db
    .insertInto("frozen_hosts")
    .values({ ...frozen, baseline: JSON.stringify(baseline ?? null), gone_at: null, gone: null })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** Every host that is still there, oldest first. */
export async function frozenHosts(store: Store): Promise<FrozenHostRecord[]> {
  return (await store.db.selectFrom("frozen_hosts").selectAll().where("gone", "is", null).orderBy("at").execute()).map(toFrozen);
}

/** Every host that was ever kept of a class. */
export async function frozenOfClass(store: Store, room: string): Promise<FrozenHostRecord[]> {
  const rows = await store.db
    .selectFrom("frozen_hosts")
    .selectAll("frozen_hosts")
    .innerJoin("sittings", "sittings.id", "frozen_hosts.sitting")
    .where("sittings.class", "=", room)
    .execute();
  return rows.map(toFrozen);
}

/** The newest of a task, there or not. */
export async function newestFrozen(store: Store, sitting: string, exercise: string): Promise<FrozenHostRecord | undefined> {
  const row = await store.db
    .selectFrom("frozen_hosts")
    .selectAll()
    .where("sitting", "=", sitting)
    .where("exercise", "=", exercise)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && toFrozen(row);
}

export async function setFrozenGone(store: Store, id: string, gone: FrozenGone, at: string): Promise<void> {
  await store.db.updateTable("frozen_hosts").set({ gone, gone_at: at }).where("id", "=", id).where("gone", "is", null).execute();
}
