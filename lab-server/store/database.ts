import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { backup, DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import type { Tables } from "./schema.ts";

const FILE = "ringside.db";
const LOCK_FILE = "ringside.lock";
const BACKUPS = "backups";
const BACKUPS_KEPT = 5;

/** The open database. The functions beside this file take it; nobody else writes SQL. */
export interface Store {
  readonly db: Kysely<Tables>;
  /** Fails when the database cannot be written. Leaves nothing behind. */
  probe(): void;
  /** Writes the log back into the database file, so that the file alone is the whole truth, and closes. */
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** The folder of the database; made, for its owner alone, if it is missing. */
  readonly stateDir: string;
  readonly log: Log;
  /** For tests of the migrations themselves. */
  readonly migrations?: Readonly<Record<string, Migration>>;
}

/**
 * Opens the database, brings it to the newest form, and keeps every other server away from the folder.
 * An existing database is copied to `backups/` before it is changed; the newest few copies are kept.
 * Fails with `internal` when another server has the folder, or when a migration fails; the database is then
 * as it was.
 */
export async function openStore({ stateDir, log, migrations = MIGRATIONS }: OpenStoreOptions): Promise<Store> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(stateDir);
  try {
    const file = join(stateDir, FILE);
    const existed = existsSync(file);
    const sqlite = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
    chmodSync(file, 0o600);
    sqlite.exec("pragma journal_mode = wal; pragma synchronous = normal");
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(sqlite) }) });
    try {
      await migrate(db, sqlite, { stateDir, existed, log, migrations });
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return {
      db,
      probe: () => sqlite.exec("begin immediate; rollback"),
      close: async () => {
        sqlite.exec("pragma wal_checkpoint(truncate)");
        await db.destroy();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Opens the database of a server that may be running, for a command beside it: nothing is brought up to date, and no lock is taken.
 * Fails with `internal` where there is none, or where it is of another version of the server.
 */
export async function openStoreBeside(stateDir: string): Promise<Store> {
  const file = join(stateDir, FILE);
  if (!existsSync(file)) throw new LabError("internal", { log: `There is no database in ${stateDir}: start the lab once, or set RINGSIDE_STATE_DIR` });
  const sqlite = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(sqlite) }) });
  const pending = (await new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } }).getMigrations()).filter(
    ({ executedAt }) => executedAt === undefined,
  );
  if (pending.length > 0) {
    await db.destroy();
    throw new LabError("internal", { log: `The database in ${stateDir} is of another version of the lab: restart the lab first` });
  }
  return { db, probe: () => sqlite.exec("begin immediate; rollback"), close: () => db.destroy() };
}

/** The few members of another driver that Kysely's SQLite dialect asks for. */
function forKysely(sqlite: DatabaseSync): SqliteDatabase {
  return {
    close: () => {
      if (sqlite.isOpen) sqlite.close();
    },
    prepare: (text) => {
      const statement = sqlite.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as SQLInputValue[])),
        run: (values) => statement.run(...(values as SQLInputValue[])),
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
      };
    },
  };
}

/**
 * A second server on the same folder would take the first one's hosts for leftovers and remove them. The lock is
 * a file lock of SQLite's own on an empty database, so it goes away with the process, however that ends.
 */
function takeLock(stateDir: string): DatabaseSync {
  const lock = new DatabaseSync(join(stateDir, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    throw new LabError("internal", { log: `Another server uses ${stateDir}: stop it, or set RINGSIDE_STATE_DIR`, cause });
  }
}

async function migrate(
  db: Kysely<Tables>,
  sqlite: DatabaseSync,
  { stateDir, existed, log, migrations }: { stateDir: string; existed: boolean; log: Log; migrations: Readonly<Record<string, Migration>> },
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const pending = (await migrator.getMigrations()).filter((migration) => migration.executedAt === undefined);
  if (existed && pending.length > 0) {
    const copy = await backUp(sqlite, join(stateDir, BACKUPS));
    log.info({ copy, pending: pending.map((migration) => migration.name) }, "database copied before it is changed");
  }
  // Kysely believes that SQLite cannot undo a change of tables, and so runs migrations without a transaction. It can.
  sqlite.exec("begin immediate");
  const { error, results = [] } = await migrator.migrateToLatest();
  sqlite.exec(error === undefined ? "commit" : "rollback");
  if (error !== undefined) {
    const failed = results.find((result) => result.status === "Error")?.migrationName ?? "before the first";
    throw new LabError("internal", { log: `The database in ${stateDir} could not be brought up to date (${failed}): ${String(error)}`, cause: error });
  }
}

async function backUp(sqlite: DatabaseSync, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copy = join(folder, `${new Date().toISOString().replaceAll(":", "-")}.db`);
  await backup(sqlite, copy);
  chmodSync(copy, 0o600);
  const old = readdirSync(folder)
    .filter((name) => name.endsWith(".db"))
    .sort()
    .slice(0, -BACKUPS_KEPT);
  for (const name of old) rmSync(join(folder, name));
  return copy;
}
