import { type Kysely, sql } from "kysely";

/** Tokens of machines, who is told when something happens, and what is on its way to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tokens (
      hash text primary key,
      id text not null unique,
      person text not null references people (id),
      name text not null,
      scope text not null check (scope in ('read', 'full')),
      created_at text not null,
      expires_at text not null,
      used_at text
    ) strict`.execute(db);
  await sql`create index tokens_of_person on tokens (person, created_at)`.execute(db);
  await sql`
    create table webhooks (
      id text primary key,
      owner text not null references people (id),
      class text references classes (id),
      url text not null,
      events text not null,
      created_at text not null
    ) strict`.execute(db);
  await sql`create index webhooks_of_class on webhooks (class)`.execute(db);
  await sql`
    create table deliveries (
      id text not null,
      target text not null,
      type text not null,
      body text not null,
      state text not null check (state in ('waiting', 'sent', 'failed')),
      tries integer not null,
      waits_since text not null,
      next_at text not null,
      settled_at text,
      status integer,
      error text,
      primary key (target, id)
    ) strict`.execute(db);
  await sql`create index deliveries_waiting on deliveries (next_at) where state = 'waiting'`.execute(db);
  await sql`create index deliveries_of_target on deliveries (target, waits_since)`.execute(db);
}
