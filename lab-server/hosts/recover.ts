import type { Log } from "../log.ts";
import type { Host, HostBackend } from "./backend.ts";

/**
 * Puts what an earlier server left in order: hosts that are claimed are taken over, all others are removed.
 * Gives the hosts that were taken over, by id. Only before the first host is made. Never fails for one host's sake.
 */
export async function recoverHosts(backend: HostBackend, claimed: ReadonlySet<string>, log: Log): Promise<Map<string, Host>> {
  const adopted = new Map<string, Host>();
  const leftovers = await backend.leftovers();
  await Promise.all(
    leftovers.map(async (id) => {
      if (!claimed.has(id)) return backend.remove(id);
      try {
        adopted.set(id, await backend.adopt(id));
      } catch (error) {
        log.warn({ err: error, host: id }, "a host of an earlier server could not be taken over");
      }
    }),
  );
  if (leftovers.length > 0) log.info({ found: leftovers.length, adopted: adopted.size }, "hosts of an earlier server put in order");
  return adopted;
}
