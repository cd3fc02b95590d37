import { asLabError, LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Host, HostBackend } from "./backend.ts";

/** A host that was taken over, or why it could not be. */
export type Recovered = Host | LabError;

/**
 * Puts what an earlier server left in order: hosts that are claimed are taken over, all others are removed.
 * Gives what became of the claimed ones, by id. Only before the first host is made. Never fails for one host's sake.
 */
export async function recoverHosts(backend: HostBackend, claimed: ReadonlySet<string>, log: Log): Promise<Map<string, Recovered>> {
  const found = new Map<string, Recovered>();
  const leftovers = await backend.leftovers();
  await Promise.all(
    leftovers.map(async (id) => {
      if (!claimed.has(id)) return backend.remove(id);
      try {
        found.set(id, await backend.adopt(id));
      } catch (error) {
        found.set(id, asLabError(error));
        log.warn({ err: error, host: id }, "a host of an earlier server could not be taken over");
      }
    }),
  );
  if (leftovers.length > 0)
    log.info(
      { found: leftovers.length, adopted: [...found.values()].filter((one) => !(one instanceof LabError)).length },
      "hosts of an earlier server put in order",
    );
  return found;
}
