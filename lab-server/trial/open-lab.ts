import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostBackend } from "../hosts/backend.ts";
import { TCG_CODE_TRIAL_MIB } from "../hosts/qemu/args.ts";
import { createQemuBackend } from "../hosts/qemu/backend.ts";
import { type Log, silentLog } from "../log.ts";
import { PROJECT, readSettings } from "../settings.ts";

/** Where the exercises of the course are. */
export const EXERCISES = join(PROJECT, "src/content/exercises");

/** Hosts without a server. */
export interface Lab {
  readonly backend: HostBackend;
  /** Ends every host and removes what they left. */
  close(): Promise<void>;
}

/**
 * The backend that learners get, with the server's own settings and a state folder of its own: a server on the same node
 * neither sees these hosts nor loses any to them.
 * @param onWarning what the backend had to mend, a line each
 * Fails with `internal` for bad settings and with `host_failed` where no host can be run.
 */
export async function openLab(onWarning: (line: string) => void): Promise<Lab> {
  const { cacheDir, accelerator, unsafeNesting } = readSettings();
  const stateDir = await mkdtemp(join(tmpdir(), "ringside-trial-"));
  const tell = (fields: object, message: string): void => {
    const cause = "err" in fields && fields.err instanceof Error ? `: ${fields.err.message}` : "";
    onWarning(`${message}${cause}`);
  };
  const log: Log = { ...silentLog, warn: tell, error: tell };
  const removeState = (): Promise<void> => rm(stateDir, { recursive: true, force: true });
  try {
    // Nobody waits at these hosts, so none stands still while its trial goes on.
    const backend = await createQemuBackend({ cacheDir, stateDir, accelerator, unsafeNesting, freezeAfterMs: 3_600_000, codeMiB: TCG_CODE_TRIAL_MIB, log });
    return {
      backend,
      async close() {
        await backend.close();
        await removeState();
      },
    };
  } catch (thrown) {
    await removeState();
    throw thrown;
  }
}
