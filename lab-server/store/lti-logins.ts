import type { Store } from "./database.ts";

/** A login that a platform began and has not finished. Secrets are given as their hashes. */
export interface LtiLogin {
  readonly stateHash: string;
  readonly nonce: string;
  readonly registration: string;
  readonly browserHash: string;
  /** What the platform began it with. */
  readonly initiation: unknown;
  readonly expiresAt: string;
}

/** Keeps a login, and forgets those that are over. */
export async function insertLogin(store: Store, login: LtiLogin, now: string): Promise<void> {
  await store.db.deleteFrom("lti_logins").where("expires_at", "<", now).execute();
  const { stateHash, nonce, registration, browserHash, initiation, expiresAt } = login;
  await store.db
    .insertInto("lti_logins")
    .values({ state_hash: stateHash, nonce, registration, browser_hash: browserHash, initiation: JSON.stringify(initiation), expires_at: expiresAt })
    .execute();
}

/** A login that can still be finished. */
export async function findLogin(store: Store, stateHash: string, now: string): Promise<LtiLogin | undefined> {
  const row = await store.db
    .selectFrom("lti_logins")
    .selectAll()
    .where("state_hash", "=", stateHash)
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { nonce, registration, browser_hash: browserHash, initiation, expires_at: expiresAt } = row;
  return { stateHash, nonce, registration, browserHash, initiation: JSON.parse(initiation), expiresAt };
}

/** Uses a login up. Of two that try at once, one gets true; the nonce stays known as used until it is too old to come again. */
export async function takeLogin(store: Store, stateHash: string, now: string): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable("lti_logins")
    .set({ used_at: now })
    .where("state_hash", "=", stateHash)
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** An instructor who is choosing exercises. */
export interface LtiDeepLink {
  readonly hash: string;
  readonly registration: string;
  /** Where the answer goes. */
  readonly request: unknown;
  readonly expiresAt: string;
}

export async function insertDeepLink(store: Store, { hash, registration, request, expiresAt }: LtiDeepLink, now: string): Promise<void> {
  await store.db.deleteFrom("lti_deep_links").where("expires_at", "<", now).execute();
  await store.db
    .insertInto("lti_deep_links")
    .values({ hash, registration, request: JSON.stringify(request), expires_at: expiresAt })
    .execute();
}

/** Takes a choice out: it is answered once. */
export async function takeDeepLink(store: Store, hash: string, now: string): Promise<LtiDeepLink | undefined> {
  const row = await store.db.deleteFrom("lti_deep_links").where("hash", "=", hash).where("expires_at", ">", now).returningAll().executeTakeFirst();
  return row && { hash, registration: row.registration, request: JSON.parse(row.request), expiresAt: row.expires_at };
}
