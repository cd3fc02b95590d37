import type { Store } from "./database.ts";
import type { KnownPerson } from "./people.ts";

export interface SessionRecord {
  readonly id: string;
  readonly person: KnownPerson;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly browser: string;
}

/** Moments are ISO 8601. */
export async function addSession(store: Store, session: { hash: string; id: string; person: string; at: string; browser: string }): Promise<void> {
  const { hash, id, person, at, browser } = session;
  await store.db.insertInto("sessions").values({ hash, id, person, created_at: at, seen_at: at, browser }).execute();
}

export async function sessionByHash(store: Store, hash: string): Promise<SessionRecord | undefined> {
  const row = await store.db
    .selectFrom("sessions")
    .innerJoin("people", "people.id", "sessions.person")
    .leftJoin("passwords", "passwords.person", "people.id")
    .select(["sessions.id", "sessions.created_at", "sessions.seen_at", "sessions.browser"])
    .select(["people.id as person", "people.learner", "people.name", "people.role", "passwords.login"])
    .where("sessions.hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { person: id, learner, name, role, login } = row;
  return {
    id: row.id,
    person: { id, learner, name, role, ...(login === null ? {} : { login }) },
    createdAt: row.created_at,
    seenAt: row.seen_at,
    browser: row.browser,
  };
}

export async function seeSession(store: Store, id: string, at: string): Promise<void> {
  await store.db.updateTable("sessions").set({ seen_at: at }).where("id", "=", id).execute();
}

/** The latest first. */
export async function sessionsOf(store: Store, person: string): Promise<{ id: string; createdAt: string; seenAt: string; browser: string }[]> {
  const rows = await store.db.selectFrom("sessions").selectAll().where("person", "=", person).orderBy("seen_at", "desc").execute();
  return rows.map((row) => ({ id: row.id, createdAt: row.created_at, seenAt: row.seen_at, browser: row.browser }));
}

/** Ends sessions of a person: one, or all but one. Gives the ids of those that are no more. */
export async function removeSessions(store: Store, person: string, which: { readonly only?: string; readonly but?: string } = {}): Promise<string[]> {
  let query = store.db.deleteFrom("sessions").where("person", "=", person);
  if (which.only !== undefined) query = query.where("id", "=", which.only);
  if (which.but !== undefined) query = query.where("id", "<>", which.but);
  return (await query.returning("id").execute()).map(({ id }) => id);
}

/** Sessions that were last seen or begun before these moments are over. */
export async function clearSessions(store: Store, seenBefore: string, createdBefore: string): Promise<void> {
  await store.db
    .deleteFrom("sessions")
    .where((row) => row.or([row("seen_at", "<", seenBefore), row("created_at", "<", createdBefore)]))
    .execute();
}
