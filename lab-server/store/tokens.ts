import type { Selectable } from "kysely";
import type { TokenScope, TokenView } from "../contract/tokens.ts";
import type { Store } from "./database.ts";
import type { TokensTable } from "./interface-schema.ts";
import type { KnownPerson } from "./people.ts";

export interface TokenRecord extends TokenView {
  readonly person: KnownPerson;
}

const toView = (row: Omit<Selectable<TokensTable>, "hash" | "person">): TokenView => ({
  id: row.id,
  name: row.name,
  scope: row.scope,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.used_at === null ? {} : { usedAt: row.used_at }),
});

export interface NewTokenRecord {
  readonly hash: string;
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly scope: TokenScope;
  /** ISO 8601. */
  readonly at: string;
  readonly expiresAt: string;
}

/** False when the person has `most` that have not expired. Those that have make room. */
export async function addToken(store: Store, { hash, id, person, name, scope, at, expiresAt }: NewTokenRecord, most: number): Promise<boolean> {
  return store.db.transaction().execute(async (db) => {
    await db.deleteFrom("tokens").where("person", "=", person).where("expires_at", "<=", at).execute();
    const { count } = await db
      .selectFrom("tokens")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("person", "=", person)
      .executeTakeFirstOrThrow();
    if (count >= most) return false;
    await db.insertInto("tokens").values({ hash, id, person, name, scope, created_at: at, expires_at: expiresAt, used_at: null }).execute();
    return true;
  });
}

export async function tokenByHash(store: Store, hash: string): Promise<TokenRecord | undefined> {
  const row = await store.db
    .selectFrom("tokens")
    .innerJoin("people", "people.id", "tokens.person")
    .leftJoin("passwords", "passwords.person", "people.id")
    .select(["tokens.id", "tokens.name", "tokens.scope", "tokens.created_at", "tokens.expires_at", "tokens.used_at"])
    .select(["people.id as person", "people.learner", "people.name as person_name", "people.role", "passwords.login"])
    .where("tokens.hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { person: id, learner, person_name: name, role, login, ...token } = row;
  return { ...toView(token), person: { id, learner, name, role, ...(login === null ? {} : { login }) } };
}

/** The newest first. */
export async function tokensOf(store: Store, person: string): Promise<TokenView[]> {
  const rows = await store.db.selectFrom("tokens").selectAll().where("person", "=", person).orderBy("created_at", "desc").orderBy("id").execute();
  return rows.map(toView);
}

export async function touchToken(store: Store, id: string, at: string): Promise<void> {
  await store.db.updateTable("tokens").set({ used_at: at }).where("id", "=", id).execute();
}

/** Revokes one token of a person, or all. Gives the ids of those that are no more. */
export async function removeTokens(store: Store, person: string, only?: string): Promise<string[]> {
  let query = store.db.deleteFrom("tokens").where("person", "=", person);
  if (only !== undefined) query = query.where("id", "=", only);
  return (await query.returning("id").execute()).map(({ id }) => id);
}
