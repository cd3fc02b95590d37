import { type Kysely, sql } from "kysely";

/** People with an account, how they sign in, where they are signed in, and whose anonymous results are theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table people (
      id text primary key,
      learner text not null unique references learners (id),
      name text not null,
      role text not null check (role in ('learner', 'instructor', 'admin')),
      created_at text not null
    ) strict`.execute(db);
  await sql`
    create table passwords (
      login text primary key collate nocase,
      person text not null unique references people (id),
      hash text not null,
      changed_at text not null
    ) strict`.execute(db);
  await sql`
    create table identities (
      issuer text not null,
      subject text not null,
      person text not null references people (id),
      at text not null,
      primary key (issuer, subject)
    ) strict`.execute(db);
  await sql`
    create table sessions (
      hash text primary key,
      id text not null unique,
      person text not null references people (id),
      created_at text not null,
      seen_at text not null,
      browser text not null
    ) strict`.execute(db);
  await sql`create index sessions_of_person on sessions (person, seen_at)`.execute(db);
  await sql`
    create table merges (
      learner text primary key references learners (id),
      into_learner text not null references learners (id),
      at text not null,
      check (learner <> into_learner)
    ) strict`.execute(db);
  await sql`create index merges_into on merges (into_learner)`.execute(db);
}
