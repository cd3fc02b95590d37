import { type Kysely, sql } from "kysely";

/** What a verdict rests on, what was decided about it afterwards, exams, and the hosts that are kept of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table seats add column sitting text`.execute(db);
  await sql`alter table class_exercises add column exam integer not null default 0 check (exam in (0, 1))`.execute(db);

  await sql`
    create table exams (
      class text primary key references classes (id),
      minutes integer not null check (minutes > 0),
      attempts integer not null check (attempts > 0),
      snapshots integer not null check (snapshots in (0, 1))
    ) strict`.execute(db);
  await sql`
    create table sittings (
      id text primary key,
      class text not null references classes (id),
      learner text not null references learners (id),
      started_at text not null,
      minutes integer not null check (minutes > 0),
      attempts integer not null check (attempts > 0),
      snapshots integer not null check (snapshots in (0, 1)),
      ended_at text,
      end_reason text,
      unique (class, learner),
      check ((ended_at is null) = (end_reason is null))
    ) strict`.execute(db);
  await sql`
    create table sitting_tasks (
      sitting text not null references sittings (id),
      exercise text not null,
      place integer not null,
      parameters text,
      graded_at text,
      graded text,
      primary key (sitting, exercise)
    ) strict`.execute(db);
  await sql`
    create table exam_extras (
      id integer primary key,
      class text not null references classes (id),
      learner text references learners (id),
      minutes integer not null,
      by_person text not null references people (id),
      at text not null
    ) strict`.execute(db);
  await sql`create table server_alive (id integer primary key check (id = 1), at text not null) strict`.execute(db);
  await sql`create table outages (id integer primary key, from_at text not null, until_at text not null) strict`.execute(db);

  await sql`
    create table evidence (
      attempt integer primary key references attempts (id),
      learner text not null,
      exercise text not null,
      seat text not null,
      sitting text references sittings (id),
      version text not null,
      parameters text,
      disagreements text,
      baseline blob,
      facts blob,
      bytes integer not null,
      gone text check (gone in ('age', 'room', 'number', 'size'))
    ) strict`.execute(db);
  await sql`create index evidence_of_learner on evidence (learner, exercise)`.execute(db);
  await sql`create index evidence_of_sitting on evidence (sitting)`.execute(db);
  await sql`
    create table commands (
      id integer primary key,
      seat text not null,
      terminal text not null,
      at text not null,
      line text not null,
      status integer
    ) strict`.execute(db);
  await sql`create index commands_of_seat on commands (seat, at)`.execute(db);

  await sql`
    create table decisions (
      id integer primary key,
      at text not null,
      kind text not null check (kind in ('appeal', 'answer', 'facts', 'host', 'counts', 'points')),
      person text references people (id),
      class text references classes (id),
      learner text not null references learners (id),
      exercise text not null,
      attempt integer references attempts (id),
      text text,
      outcome text,
      tasks text,
      disagreements text,
      version text,
      regrade integer references decisions (id),
      share real,
      recordings text
    ) strict`.execute(db);
  await sql`create index decisions_of_learner on decisions (learner, exercise)`.execute(db);
  await sql`create index decisions_of_attempt on decisions (attempt)`.execute(db);
  await sql`
    create trigger decisions_stay before update on decisions
    begin select raise(abort, 'decisions are never changed'); end`.execute(db);
  await sql`
    create trigger decisions_remain before delete on decisions
    begin select raise(abort, 'decisions are never removed'); end`.execute(db);

  await sql`
    create table frozen_hosts (
      id text primary key,
      sitting text not null references sittings (id),
      learner text not null,
      exercise text not null,
      seat text not null,
      at text not null,
      baseline text,
      bytes integer not null,
      gone_at text,
      gone text check (gone in ('replaced', 'age', 'room', 'class', 'broken'))
    ) strict`.execute(db);
  await sql`create index frozen_hosts_of_sitting on frozen_hosts (sitting, exercise)`.execute(db);
}
