/**
 * The server's process of the terminals bench: the routes and rooms of terminals, over connections to one real sshd. A seat has a host, a
 * host one connection and a few terminals, as in the lab; only the host's own holder of shells is not there.
 * The parent asks for `Spent` over IPC, with any message.
 */
import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { LabError } from "../lab-server/errors.ts";
import { addErrors } from "../lab-server/http/plugins/errors.ts";
import { addWebSockets } from "../lab-server/http/plugins/websockets.ts";
import { terminalRoutes } from "../lab-server/http/terminals.ts";
import { HostTerminals } from "../lab-server/terminals/host-terminals.ts";
import { startSshd } from "../tests/support/sshd.ts";
import { ConnectedHost } from "../tests/support/terminal-server.ts";

/** What this process has used. CPU in ms since it began. */
export interface Spent {
  readonly cpuMs: number;
  readonly rssMiB: number;
}

const seats = Number(process.argv[2]);
// Who is not signed in yet is a start; all hosts are connected to at once.
const sshd = await startSshd([`MaxStartups ${seats + 10}`]);
const rooms = new Map<string, HostTerminals>();
for (let seat = 0; seat < seats; seat += 1) rooms.set(`${seat}`, new HostTerminals(new ConnectedHost(await sshd.connect())));

const app = fastify();
addErrors(app);
await addWebSockets(app);
await app.register(terminalRoutes, {
  authorise: async (_request, seat) => {
    const terminals = rooms.get(seat);
    if (terminals === undefined) throw new LabError("not_found", { log: `no seat ${seat}` });
    return terminals;
  },
  allowsOrigin: ({ headers }) => headers.origin === "http://lab.test",
});
await app.listen({ port: 0, host: "127.0.0.1" });
process.on("message", () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, rssMiB: process.memoryUsage.rss() / 2 ** 20 } satisfies Spent);
});
process.on("disconnect", async () => {
  for (const terminals of rooms.values()) terminals.close({ code: "seat_ended" });
  await app.close();
  await sshd.stop();
  process.exit(0);
});
process.send?.((app.server.address() as AddressInfo).port);
