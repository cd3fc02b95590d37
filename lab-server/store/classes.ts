import type { Selectable, Transaction } from "kysely";
import type { ClassExercise, ClassWish } from "../contract/classes.ts";
import type { ExamWish } from "../contract/exams.ts";
import type { Store } from "./database.ts";
import type { ClassesTable, MembersTable, Tables } from "./schema.ts";

/** A class as it is kept. Moments are ISO 8601. */
export interface ClassRecord {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly code: string;
  readonly codeOn: boolean;
  readonly seats: number;
  readonly hosts: number | undefined;
  readonly opensAt: string | undefined;
  readonly closesAt: string | undefined;
  readonly paused: boolean;
  readonly createdAt: string;
  readonly exercises: readonly ClassExercise[];
  readonly exam: ExamWish | undefined;
}

export interface MemberRecord {
  readonly class: string;
  readonly learner: string;
  readonly name: string;
  readonly joinedAt: string;
}

async function withExercises(store: Store, rows: readonly Selectable<ClassesTable>[]): Promise<ClassRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const exercises = await store.db.selectFrom("class_exercises").selectAll().where("class", "in", ids).orderBy("place").execute();
  const exams = await store.db.selectFrom("exams").selectAll().where("class", "in", ids).execute();
  const examOf = (id: string): ExamWish | undefined => {
    const exam = exams.find((one) => one.class === id);
    const tasks = exercises.filter((one) => one.class === id && one.exam === 1).map(({ exercise }) => exercise);
    return exam && tasks.length > 0 ? { exercises: tasks, minutes: exam.minutes, attempts: exam.attempts, snapshots: exam.snapshots === 1 } : undefined;
  };
  return rows.map((row) => ({
    exam: examOf(row.id),
    id: row.id,
    owner: row.owner,
    name: row.name,
    code: row.code,
    codeOn: row.code_on === 1,
    seats: row.seats,
    hosts: row.hosts ?? undefined,
    opensAt: row.opens_at ?? undefined,
    closesAt: row.closes_at ?? undefined,
    paused: row.paused === 1,
    createdAt: row.created_at,
    exercises: exercises
      .filter((one) => one.class === row.id)
      .map(({ exercise, points, due_at, late_percent }) => ({ exercise, points, latePercent: late_percent, ...(due_at === null ? {} : { dueAt: due_at }) })),
  }));
}

const present = (store: Store) => store.db.selectFrom("classes").selectAll("classes").where("classes.archived_at", "is", null);

async function setExercises(db: Transaction<Tables>, id: string, { exercises, exam }: Pick<ClassWish, "exercises" | "exam">): Promise<void> {
  await db.deleteFrom("exams").where("class", "=", id).execute();
  if (exam !== undefined) {
    const { minutes, attempts, snapshots } = exam;
    await db
      .insertInto("exams")
      .values({ class: id, minutes, attempts, snapshots: snapshots ? 1 : 0 })
      .execute();
  }
  await db.deleteFrom("class_exercises").where("class", "=", id).execute();
  await db
    .insertInto("class_exercises")
    .values(
      exercises.map(({ exercise, points, dueAt, latePercent }, place) => ({
        class: id,
        exercise,
        place,
        points,
        due_at: dueAt ?? null,
        late_percent: latePercent,
        exam: exam?.exercises.includes(exercise) === true ? 1 : 0,
      })),
    )
    .execute();
}

const columns = ({ name, codeOn, seats, hosts, opensAt, closesAt }: ClassWish) => ({
  name,
  code_on: codeOn ? 1 : 0,
  seats,
  hosts: hosts ?? null,
  opens_at: opensAt ?? null,
  closes_at: closesAt ?? null,
});

export async function addClass(
  store: Store,
  { id, owner, code, at, wish }: { id: string; owner: string; code: string; at: string; wish: ClassWish },
): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    await db
      .insertInto("classes")
      .values({ id, owner, code, created_at: at, archived_at: null, paused: 0, ...columns(wish) })
      .execute();
    await setExercises(db, id, wish);
  });
}

export async function changeClass(store: Store, id: string, wish: ClassWish): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    await db.updateTable("classes").set(columns(wish)).where("id", "=", id).execute();
    await setExercises(db, id, wish);
  });
}

export async function setClass(
  store: Store,
  id: string,
  values: { readonly code?: string; readonly paused?: boolean; readonly archivedAt?: string },
): Promise<void> {
  const { code, paused, archivedAt } = values;
  await store.db
    .updateTable("classes")
    .set({ ...(code && { code }), ...(paused === undefined ? {} : { paused: paused ? 1 : 0 }), ...(archivedAt && { archived_at: archivedAt }) })
    .where("id", "=", id)
    .execute();
}

export async function classById(store: Store, id: string): Promise<ClassRecord | undefined> {
  return (await withExercises(store, await present(store).where("classes.id", "=", id).execute()))[0];
}

export async function classByCode(store: Store, code: string): Promise<ClassRecord | undefined> {
  return (await withExercises(store, await present(store).where("classes.code", "=", code).execute()))[0];
}

/** Those that open in a stretch of time. Moments are ISO 8601. */
export async function classesAround(store: Store, { from, to }: { readonly from: string; readonly to: string }): Promise<ClassRecord[]> {
  return withExercises(store, await present(store).where("classes.opens_at", ">=", from).where("classes.opens_at", "<=", to).execute());
}

/** The newest first. */
export async function classesOfOwner(store: Store, owner: string): Promise<ClassRecord[]> {
  return withExercises(store, await present(store).where("classes.owner", "=", owner).orderBy("classes.created_at", "desc").execute());
}

/** Those that one of these learners is in, with what they are called there. */
export async function classesOfLearners(store: Store, learners: readonly string[]): Promise<{ record: ClassRecord; as: string }[]> {
  const rows = await present(store)
    .innerJoin("members", "members.class", "classes.id")
    .where("members.learner", "in", learners)
    .where("members.left_at", "is", null)
    .select("members.name as as")
    .orderBy("members.joined_at", "desc")
    .execute();
  const records = await withExercises(store, rows);
  return records.map((record, at) => ({ record, as: rows[at]?.as ?? "" }));
}

/**
 * Lets a learner in, or in again under another name. False when there is no seat left. One transaction, so that two who come at once do
 * not both get the last one.
 */
export async function addMember(store: Store, { class: id, learner, name, joinedAt }: MemberRecord, seats: number): Promise<boolean> {
  return store.db.transaction().execute(async (db) => {
    const { count } = await db
      .selectFrom("members")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("class", "=", id)
      .where("left_at", "is", null)
      .where("learner", "<>", learner)
      .executeTakeFirstOrThrow();
    if (count >= seats) return false;
    await db
      .insertInto("learners")
      .values({ id: learner, created_at: joinedAt, last_seen_at: joinedAt })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ last_seen_at: joinedAt }))
      .execute();
    await db
      .insertInto("members")
      .values({ class: id, learner, name, joined_at: joinedAt, left_at: null })
      .onConflict((conflict) => conflict.columns(["class", "learner"]).doUpdateSet({ name, left_at: null }))
      .execute();
    return true;
  });
}

const memberFrom = (row: Selectable<MembersTable>): MemberRecord => ({ class: row.class, learner: row.learner, name: row.name, joinedAt: row.joined_at });

/** In the order in which they came. */
export async function membersOf(store: Store, id: string): Promise<MemberRecord[]> {
  const rows = await store.db
    .selectFrom("members")
    .selectAll()
    .where("class", "=", id)
    .where("left_at", "is", null)
    .orderBy("joined_at")
    .orderBy("learner")
    .execute();
  return rows.map(memberFrom);
}

/** The member of a class who is one of these learners. */
export async function memberAmong(store: Store, id: string, learners: readonly string[]): Promise<MemberRecord | undefined> {
  const row = await store.db
    .selectFrom("members")
    .selectAll()
    .where("class", "=", id)
    .where("learner", "in", learners)
    .where("left_at", "is", null)
    .orderBy("joined_at")
    .orderBy("learner")
    .executeTakeFirst();
  return row && memberFrom(row);
}

/** False when there was nobody to go. What they have done stays. */
export async function removeMember(store: Store, id: string, learner: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable("members")
    .set({ left_at: at })
    .where("class", "=", id)
    .where("learner", "=", learner)
    .where("left_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
