import type { XrayGuest } from "../lab-server/contract/xray.ts";
import { startRealServer } from "../tests/support/real-server.ts";
import { type Figure, median } from "./figures.ts";
import { Learner } from "./learner.ts";
import { cpuMs, reachableHosts } from "./processes.ts";

const ROUNDS = 5;
/** Changes that a learner makes, and what shows them. The guest has one vCPU of four and 512 MiB at first. */
const CHANGES: readonly (readonly [command: string, shown: (guest: XrayGuest) => boolean])[] = [
  ["setvcpus smartgo_01 2 --live", ({ vcpus }) => vcpus.threads.length === 2],
  ["setmem smartgo_01 448M --live", ({ memory }) => memory.currentMiB === 448],
  ["setvcpus smartgo_01 3 --live", ({ vcpus }) => vcpus.threads.length === 3],
  ["setmem smartgo_01 512M --live", ({ memory }) => memory.currentMiB === 512],
  ["setvcpus smartgo_01 4 --live", ({ vcpus }) => vcpus.threads.length === 4],
];
/** Each measure of CPU time takes this long, ms. */
const MEASURE_MS = 20_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How soon the X-ray shows a change, and what it costs the node that somebody looks. */
export async function xray(tell: (text: string) => void): Promise<Figure[]> {
  tell("X-ray");
  const server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  const learner = new Learner(server.url);
  await learner.signIn();
  const { seat, terminal } = await learner.startToPrompt("memory-balloon");
  const pid = reachableHosts(server.stateDir)[0]?.process?.pid;
  if (pid === undefined) throw new Error("the host has no record");
  const changes: number[] = [];
  for (const [command, shows] of CHANGES) {
    const view = learner.look(seat.id);
    await view.until(({ guests }) => guests[0] !== undefined);
    const shown = view.until(({ guests: [guest] }) => guest !== undefined && shows(guest)).then(() => performance.now());
    terminal.write(`virsh -q ${command} > /dev/null; echo ended-$((40+2))\r`);
    await terminal.until(/ended-42\r?\n/);
    const ended = performance.now();
    changes.push(Math.max(0, (await shown) - ended));
    view.close();
    await pause(1_000);
  }
  tell("cost of the X-ray");
  // In turns, so that both meet the same node: the host as it is, and the host while somebody looks.
  const share = async (): Promise<number> => {
    const before = cpuMs(pid);
    await pause(MEASURE_MS);
    return (cpuMs(pid) - before) / MEASURE_MS;
  };
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await pause(3_000);
    const alone = await share();
    const view = learner.look(seat.id);
    await view.until(({ guests }) => guests[0] !== undefined);
    await pause(3_000);
    const lookedAt = await share();
    view.close();
    costs.push(100 * (lookedAt - alone));
  }
  terminal.close();
  await server.close();
  return [
    {
      what: "change in the host to the X-ray, after its command has ended, p50",
      value: median(changes),
      unit: "ms",
      target: 1_000,
      at: "most",
      samples: changes,
    },
    { what: "CPU of the X-ray while somebody looks", value: median(costs), unit: "% of a core", target: 3, at: "most", samples: costs },
  ];
}
