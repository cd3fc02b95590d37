import { type Kysely, sql } from "kysely";

/** How much of its time a host has had, since when it waits for its learner, and what snapshots take on the disk. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table seats add column life_used_ms integer not null default 0`.execute(db);
  await sql`alter table seats add column life_more integer not null default 0`.execute(db);
  await sql`alter table seats add column awake_since text`.execute(db);
  await sql`alter table seats add column waits_since text`.execute(db);
  // Hosts that were parked before anybody counted wait since now.
  await sql`update seats set waits_since = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where ended_at is null and parked is not null`.execute(db);
  await sql`alter table snapshots add column bytes integer`.execute(db);
}
