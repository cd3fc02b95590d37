import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostBackend } from "../../lab-server/hosts/backend.ts";
import { createQemuBackend } from "../../lab-server/hosts/qemu/backend.ts";
import { silentLog } from "../../lab-server/log.ts";

export interface RealBackend {
  readonly backend: HostBackend;
  readonly stateDir: string;
  /** Ends every host and removes the state. */
  close(): Promise<void>;
}

/** Where `npm test` keeps the images; the same default as the server's. */
export function cacheDir(): string {
  const root = process.getuid?.() === 0;
  return process.env["RINGSIDE_CACHE_DIR"] ?? (root ? "/var/cache/ringside" : join(process.env["HOME"] ?? "/", ".cache/ringside"));
}

/** The backend that learners get, with a state folder of its own. */
export async function openRealBackend(options: { stateDir?: string; freezeAfterMs?: number; codeMiB?: number } = {}): Promise<RealBackend> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "ringside-"));
  const backend = await createQemuBackend({
    cacheDir: cacheDir(),
    stateDir,
    accelerator: "auto",
    unsafeNesting: false,
    freezeAfterMs: options.freezeAfterMs ?? 600_000,
    ...(options.codeMiB === undefined ? {} : { codeMiB: options.codeMiB }),
    log: silentLog,
  });
  return {
    backend,
    stateDir,
    async close() {
      await backend.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
