import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../errors.ts";

const BYTES = 32;

/**
 * The key that signs learners' cookies, made on the first start and kept for the server's user alone. Whoever has it
 * can be any learner; without it every learner is a new one.
 */
export function cookieKey(stateDir: string): Buffer {
  const folder = join(stateDir, "keys");
  const file = join(folder, "learner-cookie.key");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(BYTES), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file);
  if (key.length === BYTES) return key;
  throw new LabError("internal", { log: `${file}: expected ${BYTES} bytes, found ${key.length}. Remove it: learners will be new ones.` });
}
