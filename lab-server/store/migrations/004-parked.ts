import { type Kysely, sql } from "kysely";

/** Hosts that were saved to the disk to be brought back later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table seats add column parked text`.execute(db);
}
