import { type Kysely, sql } from "kysely";

/** What was drawn for the learner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table seats add column parameters text`.execute(db);
}
