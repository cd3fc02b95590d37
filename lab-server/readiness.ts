import { statfs } from "node:fs/promises";
import type { ReadinessCheck } from "./http/health.ts";
import type { Store } from "./store/database.ts";

/** Below this much free space hosts and the database are in danger, in MiB. */
const DISK_FLOOR_MIB = 512;

/** What has to be well for the server to do its work. `draining` is asked each time. */
export function readinessOf(options: {
  readonly store: Store;
  readonly stateDir: string;
  readonly templates: readonly string[];
  readonly draining: () => boolean;
}): Readonly<Record<string, ReadinessCheck>> {
  return {
    server: () => {
      if (options.draining()) throw new Error("stopping");
    },
    database: () => {
      try {
        options.store.probe();
      } catch (cause) {
        throw new Error("cannot be written", { cause });
      }
    },
    disk: async () => {
      const { bavail, bsize } = await statfs(options.stateDir);
      const freeMiB = Math.floor((bavail * bsize) / (1024 * 1024));
      if (freeMiB < DISK_FLOOR_MIB) throw new Error(`${freeMiB} MiB free, at least ${DISK_FLOOR_MIB} needed`);
    },
    templates: () => {
      if (options.templates.length === 0) throw new Error("none is built");
    },
  };
}
