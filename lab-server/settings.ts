import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Config, parseConfig } from "./config.ts";

/** The folder of the project. */
export const PROJECT = join(import.meta.dirname, "..");

/**
 * The settings of this machine: the environment's, and those of `.env` that the environment does not have. For the server and for every
 * command that works beside it. Fails with `internal` for bad ones.
 */
export function readSettings(): Config {
  const file = join(PROJECT, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return parseConfig(process.env, {
    root: process.getuid?.() === 0,
    cacheHome: process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
    stateHome: process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state"),
    project: PROJECT,
  });
}
