import { type Kysely, sql } from "kysely";

/** Learners, their seats and their attempts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table learners (
      id text primary key,
      created_at text not null,
      last_seen_at text not null
    ) strict`.execute(db);

  await sql`
    create table seats (
      id text primary key,
      learner text not null references learners (id),
      exercise text not null,
      host_id text,
      started_at text not null,
      ended_at text,
      end_reason text,
      baseline text,
      check ((ended_at is null) = (end_reason is null))
    ) strict`.execute(db);
  await sql`create unique index one_open_seat on seats (learner) where ended_at is null`.execute(db);

  await sql`
    create table attempts (
      id integer primary key,
      learner text not null references learners (id),
      exercise text not null,
      seat text not null references seats (id),
      at text not null,
      outcome text not null check (outcome in ('passed', 'failed')),
      tasks text not null,
      ms integer not null
    ) strict`.execute(db);
  await sql`create index attempts_of_learner on attempts (learner, exercise)`.execute(db);
  await sql`
    create trigger attempts_stay before update on attempts
    begin select raise(abort, 'attempts are never changed'); end`.execute(db);
  await sql`
    create trigger attempts_remain before delete on attempts
    begin select raise(abort, 'attempts are never removed'); end`.execute(db);

  await sql`
    create table errored_checks (
      id integer primary key,
      learner text not null references learners (id),
      exercise text not null,
      seat text not null references seats (id),
      at text not null,
      tasks text not null,
      ms integer not null
    ) strict`.execute(db);
}
