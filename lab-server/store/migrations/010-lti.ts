import { type Kysely, sql } from "kysely";

/** Learning platforms that use the lab as a tool, who comes from them, and what they are still to be told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lti_registrations (
      id text primary key,
      name text not null,
      issuer text not null,
      client_id text not null,
      auth_url text not null,
      token_url text not null,
      jwks_url text not null,
      authorization_server text,
      product text,
      frame_origins text not null,
      created_at text not null,
      removed_at text
    ) strict`.execute(db);
  await sql`create unique index lti_one_registration on lti_registrations (issuer, client_id)`.execute(db);
  await sql`
    create table lti_deployments (
      registration text not null references lti_registrations (id),
      deployment text not null,
      primary key (registration, deployment)
    ) strict`.execute(db);
  await sql`
    create table lti_registration_links (
      hash text primary key,
      made_by text not null,
      created_at text not null,
      expires_at text not null,
      used_at text,
      registration text references lti_registrations (id)
    ) strict`.execute(db);
  await sql`
    create table lti_logins (
      state_hash text primary key,
      nonce text not null unique,
      registration text not null references lti_registrations (id),
      browser_hash text not null,
      initiation text not null,
      expires_at text not null,
      used_at text
    ) strict`.execute(db);
  await sql`
    create table lti_deep_links (
      hash text primary key,
      registration text not null references lti_registrations (id),
      request text not null,
      expires_at text not null
    ) strict`.execute(db);
  await sql`
    create table lti_users (
      registration text not null references lti_registrations (id),
      subject text not null,
      learner text not null references learners (id),
      created_at text not null,
      primary key (registration, subject)
    ) strict`.execute(db);
  await sql`create index lti_users_of_learner on lti_users (learner)`.execute(db);
  await sql`
    create table lti_placements (
      registration text not null references lti_registrations (id),
      subject text not null,
      line_item text not null,
      exercise text not null,
      context text,
      seen_at text not null,
      primary key (registration, subject, line_item)
    ) strict`.execute(db);
  await sql`
    create table lti_scores (
      registration text not null references lti_registrations (id),
      subject text not null,
      line_item text not null,
      score text not null,
      timestamp text not null,
      state text not null check (state in ('waiting', 'sent', 'failed')),
      tries integer not null,
      waits_since text not null,
      next_at text not null,
      error text,
      primary key (registration, subject, line_item)
    ) strict`.execute(db);
  await sql`create index lti_scores_waiting on lti_scores (next_at) where state = 'waiting'`.execute(db);
}
