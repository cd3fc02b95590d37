import { type Kysely, sql } from "kysely";

/** The hints and solutions that learners looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table help (
      id integer primary key,
      learner text not null references learners (id),
      exercise text not null,
      seat text not null references seats (id),
      at text not null,
      task text,
      hint integer,
      check ((task is null) = (hint is null))
    ) strict`.execute(db);
  await sql`create index help_of_learner on help (learner, exercise)`.execute(db);
}
