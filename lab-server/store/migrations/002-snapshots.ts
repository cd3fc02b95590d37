import { type Kysely, sql } from "kysely";

/** What learners saved of their hosts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table snapshots (
      id text primary key,
      seat text not null references seats (id),
      name text not null,
      at text not null,
      baseline text
    ) strict`.execute(db);
  await sql`create index snapshots_of_seat on snapshots (seat)`.execute(db);
}
