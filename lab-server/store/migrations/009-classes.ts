import { type Kysely, sql } from "kysely";

/** Classes, what they work on, and who is in them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table classes (
      id text primary key,
      owner text not null references people (id),
      name text not null,
      code text not null unique,
      code_on integer not null check (code_on in (0, 1)),
      seats integer not null check (seats > 0),
      hosts integer check (hosts > 0),
      opens_at text,
      closes_at text,
      paused integer not null default 0 check (paused in (0, 1)),
      created_at text not null,
      archived_at text
    ) strict`.execute(db);
  await sql`create index classes_of_owner on classes (owner, created_at)`.execute(db);
  await sql`
    create table class_exercises (
      class text not null references classes (id),
      exercise text not null,
      place integer not null,
      points integer not null check (points >= 0),
      due_at text,
      late_percent integer not null check (late_percent between 0 and 100),
      primary key (class, exercise)
    ) strict`.execute(db);
  await sql`
    create table members (
      class text not null references classes (id),
      learner text not null references learners (id),
      name text not null,
      joined_at text not null,
      left_at text,
      primary key (class, learner)
    ) strict`.execute(db);
  await sql`create index members_of_learner on members (learner)`.execute(db);
}
