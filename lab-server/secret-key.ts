import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./errors.ts";

const BYTES = 32;

/**
 * A key of this server, made on the first start and kept in `keys/` for the server's user alone.
 * @param name of the file, without `.key`
 * @param without what happens without it, for whoever has to remove a broken one
 * Fails with `internal` when what is there is no key.
 */
export function secretKey(stateDir: string, name: string, without: string): Buffer {
  const folder = join(stateDir, "keys");
  const file = join(folder, `${name}.key`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(BYTES), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file);
  if (key.length === BYTES) return key;
  throw new LabError("internal", { log: `${file}: expected ${BYTES} bytes, found ${key.length}. Remove it: ${without}.` });
}
