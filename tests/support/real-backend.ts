import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../../lab-server/config.ts";
import type { HostBackend } from "../../lab-server/hosts/backend.ts";
import { createQemuBackend } from "../../lab-server/hosts/qemu/backend.ts";
import type { Log } from "../../lab-server/log.ts";

/** Warnings and errors belong to a test's output; the rest does not. */
export const testLog: Log = {
  debug() {},
  info() {},
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
};

/**
 * A backend of real hosts for a test, with the images and the accelerator that the server's own settings name, and
 * a state folder of its own, so that a running server is left alone. `close` removes everything.
 */
export async function createRealBackend(): Promise<HostBackend> {
  const project = fileURLToPath(new URL("../..", import.meta.url));
  const config = parseConfig(process.env, { root: process.getuid?.() === 0, home: homedir(), project });
  const stateDir = await mkdtemp(join(tmpdir(), "ringside-"));
  const removeState = (): Promise<void> => rm(stateDir, { recursive: true, force: true });
  try {
    const backend = await createQemuBackend({ ...config, stateDir, log: testLog });
    const close = backend.close.bind(backend);
    backend.close = async () => {
      await close();
      await removeState();
    };
    return backend;
  } catch (thrown) {
    await removeState();
    throw thrown;
  }
}
