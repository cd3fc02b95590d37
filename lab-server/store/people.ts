import type { Selectable, Transaction } from "kysely";
import type { Person, Role } from "../contract/people.ts";
import type { Store } from "./database.ts";
import type { PeopleTable, Tables } from "./schema.ts";

type Db = Store["db"] | Transaction<Tables>;

/** A person and the learner that their results are kept under. */
export interface KnownPerson extends Person {
  readonly learner: string;
}

const toPerson = ({
  id,
  learner,
  name,
  role,
  login,
}: Pick<Selectable<PeopleTable>, "id" | "learner" | "name" | "role"> & { login: string | null }): KnownPerson => ({
  id,
  learner,
  name,
  role,
  ...(login === null ? {} : { login }),
});

const people = (db: Db) =>
  db
    .selectFrom("people")
    .leftJoin("passwords", "passwords.person", "people.id")
    .select(["people.id", "people.learner", "people.name", "people.role", "people.created_at", "passwords.login"]);

export interface NewPerson {
  readonly id: string;
  /** Whose results become theirs, */
  readonly learner: string;
  /** and whose instead where those are somebody's already. Without it that is an error. */
  readonly otherwise?: string;
  readonly name: string;
  readonly role: Role;
  /** ISO 8601. */
  readonly at: string;
  readonly password?: { readonly login: string; readonly hash: string };
  readonly identity?: { readonly issuer: string; readonly subject: string };
}

/** Makes a person, all of it or nothing. False when the login or the identity is somebody's already. */
export async function addPerson(store: Store, { id, learner: wanted, otherwise, name, role, at, password, identity }: NewPerson): Promise<boolean> {
  try {
    await store.db.transaction().execute(async (db) => {
      // Here and not before: a browser may ask twice at once.
      const learner = otherwise !== undefined && (await isClaimed({ db }, wanted)) ? otherwise : wanted;
      await db
        .insertInto("learners")
        .values({ id: learner, created_at: at, last_seen_at: at })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ last_seen_at: at }))
        .execute();
      await db.insertInto("people").values({ id, learner, name, role, created_at: at }).execute();
      if (password !== undefined) await db.insertInto("passwords").values({ login: password.login, person: id, hash: password.hash, changed_at: at }).execute();
      if (identity !== undefined)
        await db
          .insertInto("identities")
          .values({ ...identity, person: id, at })
          .execute();
    });
    return true;
  } catch (thrown) {
    // SQLite's sentence for a key that is there already; each of them is somebody's.
    if (thrown instanceof Error && /UNIQUE constraint failed: (passwords|identities)\./.test(thrown.message)) return false;
    throw thrown;
  }
}

export async function personById(store: Store, id: string): Promise<KnownPerson | undefined> {
  const row = await people(store.db).where("people.id", "=", id).executeTakeFirst();
  return row && toPerson(row);
}

export async function personByIdentity(store: Store, issuer: string, subject: string): Promise<KnownPerson | undefined> {
  const row = await people(store.db)
    .innerJoin("identities", "identities.person", "people.id")
    .where("identities.issuer", "=", issuer)
    .where("identities.subject", "=", subject)
    .executeTakeFirst();
  return row && toPerson(row);
}

/** Who has this login, and what is kept of their password. */
export async function passwordOf(store: Store, login: string): Promise<{ person: string; hash: string } | undefined> {
  return store.db.selectFrom("passwords").select(["person", "hash"]).where("login", "=", login).executeTakeFirst();
}

/** False when the person has no password here. */
export async function setPassword(store: Store, person: string, hash: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await store.db.updateTable("passwords").set({ hash, changed_at: at }).where("person", "=", person).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False when there is nobody of that id. */
export async function setRole(store: Store, person: string, role: Role): Promise<boolean> {
  const { numUpdatedRows } = await store.db.updateTable("people").set({ role }).where("id", "=", person).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Everybody with an account, by name. */
export async function allPeople(store: Store): Promise<(KnownPerson & { createdAt: string; seenAt?: string })[]> {
  const rows = await people(store.db)
    .leftJoin(
      (from) =>
        from
          .selectFrom("sessions")
          .groupBy("person")
          .select((row) => ["person", row.fn.max("seen_at").as("seen_at")])
          .as("last"),
      (on) => on.onRef("last.person", "=", "people.id"),
    )
    .select("last.seen_at")
    .orderBy("people.name")
    .orderBy("people.id")
    .execute();
  return rows.map((row) => ({ ...toPerson(row), createdAt: row.created_at, ...(row.seen_at === null ? {} : { seenAt: row.seen_at }) }));
}

/**
 * Lets what a learner without an account has done count for another one. False when there is nothing to take, or it was taken already:
 * what has been somebody's stays theirs.
 */
export async function mergeLearner(store: Store, from: string, into: string, at: string): Promise<boolean> {
  if (from === into) return false;
  return store.db.transaction().execute(async (db) => {
    const learner = await db.selectFrom("learners").select("id").where("id", "=", from).executeTakeFirst();
    const owner = await db.selectFrom("people").select("id").where("learner", "=", from).executeTakeFirst();
    const merged = await db.selectFrom("merges").select("learner").where("learner", "=", from).executeTakeFirst();
    if (learner === undefined || owner !== undefined || merged !== undefined) return false;
    await db.insertInto("merges").values({ learner: from, into_learner: into, at }).execute();
    await leaveTwice(db, from, into, at);
    return true;
  });
}

/** Whoever is in a class under two ids, and is one person now, is in it once. A hand that was up under the other one is down. */
async function leaveTwice(db: Transaction<Tables>, from: string, into: string, at: string): Promise<void> {
  const others = db
    .selectFrom("merges")
    .select("learner")
    .where("into_learner", "=", into)
    .where("learner", "<>", from)
    .unionAll(db.selectFrom("people").select("learner").where("learner", "=", into));
  const twice = await db
    .selectFrom("members")
    .select("class")
    .where("learner", "=", from)
    .where("left_at", "is", null)
    .where("class", "in", db.selectFrom("members").select("class").where("learner", "in", others).where("left_at", "is", null))
    .execute();
  if (twice.length === 0) return;
  const classes = twice.map((row) => row.class);
  await db.updateTable("members").set({ left_at: at }).where("learner", "=", from).where("class", "in", classes).execute();
  await db.deleteFrom("hands").where("learner", "=", from).where("class", "in", classes).execute();
}

/** Whether a learner without an account has become somebody's: a browser that still says so is a new one. */
export async function isClaimed(store: { readonly db: Db }, learner: string): Promise<boolean> {
  const row = await store.db
    .selectFrom("people")
    .select("learner")
    .where("learner", "=", learner)
    .unionAll(store.db.selectFrom("merges").select("learner").where("learner", "=", learner))
    .executeTakeFirst();
  return row !== undefined;
}

/** Every id under which a learner has worked, as `learnersOfEach` has it. */
export async function learnersOf(store: Store, learner: string): Promise<readonly string[]> {
  return (await learnersOfEach(store, [learner])).get(learner) ?? [learner];
}

/** The learner who has taken this one's results along; else itself. */
export async function ownerOf(store: Store, learner: string): Promise<string> {
  const row = await store.db.selectFrom("merges").select("into_learner").where("learner", "=", learner).executeTakeFirst();
  return row?.into_learner ?? learner;
}

/** Whose results are kept under a learner. */
export async function personByLearner(store: Store, learner: string): Promise<KnownPerson | undefined> {
  const row = await people(store.db).where("people.learner", "=", learner).executeTakeFirst();
  return row && toPerson(row);
}

/**
 * Every id under which each of these has worked: whoever came into a class without an account works on under the one that has taken this
 * along. With as many questions for all as for one.
 */
export async function learnersOfEach(store: Store, learners: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (learners.length === 0) return new Map();
  const merges = store.db.selectFrom("merges").select(["learner", "into_learner"]);
  const owners = new Map((await merges.where("learner", "in", learners).execute()).map(({ learner, into_learner }) => [learner, into_learner]));
  const ownerOfEach = learners.map((learner) => [learner, owners.get(learner) ?? learner] as const);
  const taken = Map.groupBy(
    await merges
      .where(
        "into_learner",
        "in",
        ownerOfEach.map(([, owner]) => owner),
      )
      .execute(),
    ({ into_learner }) => into_learner,
  );
  return new Map(ownerOfEach.map(([learner, owner]) => [learner, [owner, ...(taken.get(owner) ?? []).map((row) => row.learner)]]));
}
