import { readFileSync } from "node:fs";
import type { Host } from "../../lab-server/hosts/backend.ts";

/** TO BE REMOVED with the next images: puts the program that tells a host's guests into a host whose image was made before it. */
export async function installWatchGuests(host: Pick<Host, "exec">): Promise<void> {
  const source = readFileSync(new URL("../../lab-host/host/programs/watch-guests.c", import.meta.url));
  const { code, stderr } = await host.exec("tcc -o /usr/lib/lab/watch-guests.new -x c - && mv /usr/lib/lab/watch-guests.new /usr/lib/lab/watch-guests", {
    stdin: source,
  });
  if (code !== 0) throw new Error(`watch-guests could not be installed: ${stderr}`);
}
