import { type Kysely, sql } from "kysely";

/** What learners recorded of their terminals. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table recordings (
      id text primary key,
      learner text not null references learners (id),
      seat text not null references seats (id),
      exercise text not null,
      terminal integer not null,
      at text not null,
      ms integer,
      bytes integer,
      ended text,
      check ((ended is null) = (ms is null) and (ended is null) = (bytes is null))
    ) strict`.execute(db);
  await sql`create index recordings_of_learner on recordings (learner, at)`.execute(db);
  await sql`create index recordings_of_seat on recordings (seat, at)`.execute(db);
}
