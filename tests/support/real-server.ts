import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir } from "./real-backend.ts";

export interface RealServer {
  readonly url: string;
  readonly stateDir: string;
  readonly process: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Stops it as `Ctrl+C` does, and removes its state. */
  close(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts `lab-server/main.ts` as learners get it, on a port of its own and with a state folder of its own. */
export async function startRealServer(settings: Record<string, string> = {}, stateDir = mkdtempSync(join(tmpdir(), "ringside-server-"))): Promise<RealServer> {
  const main = fileURLToPath(new URL("../../lab-server/main.ts", import.meta.url));
  const server = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      RINGSIDE_CACHE_DIR: cacheDir(),
      RINGSIDE_STATE_DIR: stateDir,
      RINGSIDE_PORT: "0",
      RINGSIDE_POOL_SIZE: "1",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whoever started it may fail: the server must not be left behind with its hosts.
  process.once("exit", () => server.kill("SIGTERM"));
  let log = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = (chunk: Buffer): void => {
    log += chunk.toString();
    const url = /Ringside is ready: (http:\/\/\S+)/.exec(log)?.[1];
    if (url !== undefined) resolve(url);
  };
  server.stdout.on("data", read);
  server.stderr.on("data", read);
  const ended = new Promise<void>((done) => server.once("exit", () => done()));
  server.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  const timer = setTimeout(() => reject(new Error(`the server was not ready within ${READY_MS} ms:\n${log}`)), READY_MS);
  const url = await promise.finally(() => clearTimeout(timer));
  return {
    url,
    stateDir,
    process: server,
    log: () => log,
    async close() {
      server.kill("SIGTERM");
      await ended;
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
