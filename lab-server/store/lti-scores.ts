import type { Kysely } from "kysely";
import type { Store } from "./database.ts";
import type { LtiScoreState, LtiScoresTable } from "./lti-schema.ts";
import type { Tables } from "./schema.ts";

/** Where a score goes. */
export interface LtiScoreKey {
  readonly registration: string;
  readonly subject: string;
  readonly lineItem: string;
}

export interface LtiScoreRecord extends LtiScoreKey {
  readonly score: unknown;
  /** ISO 8601; names the version of the score. */
  readonly timestamp: string;
  readonly state: LtiScoreState;
  readonly tries: number;
  readonly waitsSince: string;
  readonly nextAt: string;
  readonly error?: string;
}

/**
 * Puts a score in line; it takes the place of an older one. Its timestamp is `now`, or a millisecond more than the last
 * one of the same user and line item, so that it rises even when the clock does not.
 */
export async function putScore(store: Store, key: LtiScoreKey, score: unknown, now: Date): Promise<void> {
  const where = { registration: key.registration, subject: key.subject, line_item: key.lineItem };
  await store.db.transaction().execute(async (db) => {
    const last = await scoreOf(db, key);
    const timestamp = new Date(Math.max(now.getTime(), last === undefined ? 0 : Date.parse(last.timestamp) + 1)).toISOString();
    const at = now.toISOString();
    const row = { score: JSON.stringify(score), timestamp, state: "waiting" as const, tries: 0, waits_since: at, next_at: at, error: null };
    await db
      .insertInto("lti_scores")
      .values({ ...where, ...row })
      .onConflict((conflict) => conflict.columns(["registration", "subject", "line_item"]).doUpdateSet(row))
      .execute();
  });
}

/** Scores whose time has come, oldest first, at platforms that are still registered. */
export async function dueScores(store: Store, now: string, limit: number): Promise<LtiScoreRecord[]> {
  const rows = await store.db
    .selectFrom("lti_scores")
    .innerJoin("lti_registrations as registration", "registration.id", "lti_scores.registration")
    .selectAll("lti_scores")
    .where("registration.removed_at", "is", null)
    .where("state", "=", "waiting")
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

/** What came of sending one version of a score. A newer one that was put meanwhile is left as it is. */
export async function settleScore(
  store: Store,
  key: LtiScoreKey & { readonly timestamp: string },
  outcome: { readonly state: LtiScoreState; readonly tries: number; readonly nextAt: string; readonly error: string | null },
): Promise<void> {
  const { nextAt, ...rest } = outcome;
  await store.db
    .updateTable("lti_scores")
    .set({ ...rest, next_at: nextAt })
    .where("registration", "=", key.registration)
    .where("subject", "=", key.subject)
    .where("line_item", "=", key.lineItem)
    .where("timestamp", "=", key.timestamp)
    .execute();
}

/** Scores that did not arrive: given up, or tried at least once and still waiting. */
export async function troubledScores(store: Store, limit: number): Promise<LtiScoreRecord[]> {
  const rows = await store.db
    .selectFrom("lti_scores")
    .selectAll()
    .where("state", "!=", "sent")
    .where("error", "is not", null)
    .orderBy("waits_since", "desc")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

export async function findScore(store: Store, key: LtiScoreKey): Promise<LtiScoreRecord | undefined> {
  const row = await scoreOf(store.db, key);
  return row && toRecord(row);
}

function scoreOf(db: Kysely<Tables>, { registration, subject, lineItem }: LtiScoreKey): Promise<LtiScoresTable | undefined> {
  const query = db.selectFrom("lti_scores").selectAll().where("registration", "=", registration);
  return query.where("subject", "=", subject).where("line_item", "=", lineItem).executeTakeFirst();
}

function toRecord({ line_item, score, waits_since, next_at, error, ...rest }: LtiScoresTable): LtiScoreRecord {
  return { ...rest, lineItem: line_item, score: JSON.parse(score), waitsSince: waits_since, nextAt: next_at, ...(error !== null && { error }) };
}
