import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { silentLog } from "../log.ts";
import { openStore } from "./database.ts";
import { MIGRATIONS } from "./migrations/all.ts";

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-store-"));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const open = (migrations = MIGRATIONS) => openStore({ stateDir, log: silentLog, migrations });

test("a new database has its settings, and is for its owner alone", async () => {
  const store = await open();
  const pragma = async (name: string) => Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(store.db)).rows[0] ?? {})[0];
  assert.equal(await pragma("journal_mode"), "wal");
  assert.equal(await pragma("foreign_keys"), 1);
  assert.equal(await pragma("busy_timeout"), 5000);
  const tables = await sql<{ name: string; strict: number }>`select name, strict from pragma_table_list where type = 'table'`.execute(store.db);
  for (const name of ["learners", "seats", "attempts", "errored_checks"]) {
    assert.equal(tables.rows.find((table) => table.name === name)?.strict, 1, name);
  }
  assert.equal(statSync(join(stateDir, "ringside.db")).mode & 0o777, 0o600);
  store.probe();
  await store.close();
  assert.deepEqual(readdirSync(stateDir).sort(), ["ringside.db", "ringside.lock"], "the write-ahead log is folded in");
});

test("a second server on the same folder is refused, and the first goes on", async () => {
  const store = await open();
  await assert.rejects(open(), /Another server uses .*ringside-store-/);
  store.probe();
  await store.close();
  await (await open()).close();
});

test("an existing database is copied before it is changed, and only then", async () => {
  await (await open()).close();
  await (await open()).close();
  assert.ok(!readdirSync(stateDir).includes("backups"));
  const more = {
    ...MIGRATIONS,
    "900-more": { up: async (db: { schema: unknown }) => void (await sql`create table more (id text) strict`.execute(db as never)) },
  };
  await (await open(more)).close();
  const copies = readdirSync(join(stateDir, "backups"));
  assert.equal(copies.length, 1);
  assert.equal(statSync(join(stateDir, "backups", copies[0] as string)).mode & 0o777, 0o600);
});

test("a migration that fails is named and leaves the database as it was", async () => {
  await (await open()).close();
  const broken = {
    ...MIGRATIONS,
    "900-broken": {
      up: async (db: never) => {
        await sql`create table half (id text) strict`.execute(db);
        await sql`insert into nowhere values (1)`.execute(db);
      },
    },
  };
  await assert.rejects(open(broken), /900-broken.*nowhere/);
  const store = await open();
  const half = await sql`select 1 from sqlite_schema where name = 'half'`.execute(store.db);
  assert.equal(half.rows.length, 0);
  await store.close();
});

test("the probe notices a database that another process blocks", async (t) => {
  const store = await open();
  t.after(() => store.close());
  await sql`pragma busy_timeout = 0`.execute(store.db);
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(join(stateDir, "ringside.db"));
  other.exec("begin immediate");
  assert.throws(() => store.probe(), /locked/);
  other.exec("rollback");
  other.close();
  store.probe();
});
