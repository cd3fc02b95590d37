import type { Store } from "./database.ts";
import type { LtiRegistrationsTable } from "./lti-schema.ts";

/** A learning platform that may launch the lab. */
export interface LtiRegistration {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly deployments: readonly string[];
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** Whom our assertions address, if not the token URL. */
  readonly authorizationServer?: string;
  /** The platform's family, such as `moodle`. */
  readonly product?: string;
  /** Origins besides those of the URLs that may frame the lab's pages; a host may begin with `*.`. */
  readonly frameOrigins: readonly string[];
}

/**
 * Gives the id under which it is kept, or undefined, with nothing changed, when the issuer has such a client already. One that
 * was removed comes back under the id that it had: the people who came from it are the same.
 */
export async function insertRegistration(store: Store, registration: LtiRegistration, at: string): Promise<string | undefined> {
  return store.db.transaction().execute(async (db) => {
    const known = await db
      .selectFrom("lti_registrations")
      .select(["id", "removed_at"])
      .where("issuer", "=", registration.issuer)
      .where("client_id", "=", registration.clientId)
      .executeTakeFirst();
    if (known !== undefined && known.removed_at === null) return undefined;
    const row: LtiRegistrationsTable = {
      id: known?.id ?? registration.id,
      name: registration.name,
      issuer: registration.issuer,
      client_id: registration.clientId,
      auth_url: registration.authUrl,
      token_url: registration.tokenUrl,
      jwks_url: registration.jwksUrl,
      authorization_server: registration.authorizationServer ?? null,
      product: registration.product ?? null,
      frame_origins: JSON.stringify(registration.frameOrigins),
      created_at: at,
      removed_at: null,
    };
    const replace = db.insertInto("lti_registrations").values(row);
    await replace.onConflict((conflict) => conflict.column("id").doUpdateSet(row)).execute();
    await db.deleteFrom("lti_deployments").where("registration", "=", row.id).execute();
    for (const deployment of registration.deployments) await db.insertInto("lti_deployments").values({ registration: row.id, deployment }).execute();
    return row.id;
  });
}

/** Those that are not removed, oldest first. */
export async function allRegistrations(store: Store): Promise<LtiRegistration[]> {
  const rows = await store.db.selectFrom("lti_registrations").selectAll().where("removed_at", "is", null).orderBy("created_at").execute();
  const deployments = await store.db.selectFrom("lti_deployments").selectAll().orderBy("deployment").execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    deployments: deployments.filter(({ registration }) => registration === row.id).map(({ deployment }) => deployment),
    authUrl: row.auth_url,
    tokenUrl: row.token_url,
    jwksUrl: row.jwks_url,
    ...(row.authorization_server !== null && { authorizationServer: row.authorization_server }),
    ...(row.product !== null && { product: row.product }),
    frameOrigins: JSON.parse(row.frame_origins) as string[],
  }));
}

export async function insertDeployment(store: Store, registration: string, deployment: string): Promise<void> {
  await store.db
    .insertInto("lti_deployments")
    .values({ registration, deployment })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function removeRegistration(store: Store, id: string, at: string): Promise<void> {
  await store.db.updateTable("lti_registrations").set({ removed_at: at }).where("id", "=", id).where("removed_at", "is", null).execute();
}

export async function insertRegistrationLink(store: Store, link: { hash: string; madeBy: string; at: string; expiresAt: string }): Promise<void> {
  const { hash, madeBy, at, expiresAt } = link;
  await store.db.insertInto("lti_registration_links").values({ hash, made_by: madeBy, created_at: at, expires_at: expiresAt }).execute();
}

/** Marks a link as used. Of two that try at once, one gets true. */
export async function takeRegistrationLink(store: Store, hash: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable("lti_registration_links")
    .set({ used_at: at })
    .where("hash", "=", hash)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** What came of a link that was taken; without a registration it may be used again. */
export async function settleRegistrationLink(store: Store, hash: string, registration: string | undefined): Promise<void> {
  const outcome = registration === undefined ? { used_at: null } : { registration };
  await store.db.updateTable("lti_registration_links").set(outcome).where("hash", "=", hash).execute();
}

/** Who a platform's user is here, if they came before. */
export async function learnerOfLtiUser(store: Store, registration: string, subject: string): Promise<string | undefined> {
  const row = await store.db
    .selectFrom("lti_users")
    .select("learner")
    .where("registration", "=", registration)
    .where("subject", "=", subject)
    .executeTakeFirst();
  return row?.learner;
}

/** Makes a platform's user this learner; one who is somebody already stays it. Gives who it is then. */
export async function addLtiUser(store: Store, user: { registration: string; subject: string; learner: string }, at: string): Promise<string> {
  const { learner } = await store.db
    .insertInto("lti_users")
    .values({ ...user, created_at: at })
    .onConflict((conflict) => conflict.columns(["registration", "subject"]).doUpdateSet({ registration: user.registration }))
    .returning("learner")
    .executeTakeFirstOrThrow();
  return learner;
}

/** A user's way from a line of the grade book to an exercise. */
export interface LtiPlacement {
  readonly registration: string;
  readonly subject: string;
  readonly lineItem: string;
  readonly exercise: string;
  /** The platform's course. */
  readonly context?: string;
}

export async function rememberPlacement(store: Store, { lineItem, context, ...rest }: LtiPlacement, at: string): Promise<void> {
  const row = { ...rest, line_item: lineItem, context: context ?? null, seen_at: at };
  await store.db
    .insertInto("lti_placements")
    .values(row)
    .onConflict((conflict) => conflict.columns(["registration", "subject", "line_item"]).doUpdateSet(row))
    .execute();
}

/** Every line of a grade book that a learner's work in an exercise counts for, at platforms that are still registered. */
export async function placementsOf(store: Store, learner: string, exercise: string): Promise<LtiPlacement[]> {
  const rows = await store.db
    .selectFrom("lti_placements as place")
    .innerJoin("lti_users as user", (join) => join.onRef("user.registration", "=", "place.registration").onRef("user.subject", "=", "place.subject"))
    .innerJoin("lti_registrations as registration", "registration.id", "place.registration")
    .where("user.learner", "=", learner)
    .where("place.exercise", "=", exercise)
    .where("registration.removed_at", "is", null)
    .selectAll("place")
    .execute();
  return rows.map(({ registration, subject, line_item, context }) => ({
    registration,
    subject,
    lineItem: line_item,
    exercise,
    ...(context !== null && { context }),
  }));
}
