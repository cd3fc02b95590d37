import { readFileSync } from "node:fs";
import { startRealServer } from "../tests/support/real-server.ts";
import { type Figure, median } from "./figures.ts";
import { type BenchTerminal, Learner } from "./learner.ts";
import { poolAtRest } from "./processes.ts";

const ROUNDS = 5;
/** A seat has nine terminals; the first one is there anyway. */
const MORE_TERMINALS = 8;
const TEMPLATES_WARM = 6;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const rssMiB = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024;

/** What makes a learner prefer the lab: ticks by themselves, reset, snapshots; and what open terminals cost the server. */
export async function comfort(tell: (text: string) => void): Promise<Figure[]> {
  const server = await startRealServer({ RINGSIDE_POOL_SIZE: "1", RINGSIDE_FREEZE_AFTER_MS: "1500" });
  const learner = new Learner(server.url);
  await learner.signIn();
  let { seat, terminal } = await learner.startToPrompt("cpu-hot-add");
  await poolAtRestBut(server.stateDir);

  tell("ticks");
  const ticks: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ticked = learner.ticked(seat.id, "live-vcpus").then(() => performance.now());
    await command(terminal, "virsh -q setvcpus smartgo_01 4 --live");
    const ended = performance.now();
    ticks.push((await ticked) - ended);
    ({ terminal } = await learner.resetToPrompt(seat.id));
    await poolAtRestBut(server.stateDir);
  }

  tell("reset");
  const resets: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const reset = await learner.resetToPrompt(seat.id);
    resets.push(reset.ms);
    terminal = reset.terminal;
    await poolAtRestBut(server.stateDir);
  }

  tell("snapshots");
  const saves: number[] = [];
  const returns: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const saved = await learner.takeSnapshot(seat.id);
    saves.push(saved.ms);
    seat = saved.seat;
    const id = seat.snapshots.at(-1)?.id ?? "";
    const returned = await learner.returnToScreen(seat.id, id);
    returns.push(returned.ms);
    terminal = returned.terminal;
    seat = await learner.removeSnapshot(seat.id, id);
    await pause(3_000);
  }

  tell("memory of open terminals");
  const pid = server.process.pid ?? 0;
  const before = rssMiB(pid);
  for (let number = 2; number <= MORE_TERMINALS + 1; number += 1) {
    const more = await learner.openTerminal(seat.id, number);
    await more.until(/\]# /);
    await command(more, "seq 1 5000");
  }
  await pause(5_000);
  const perTerminal = (rssMiB(pid) - before) / MORE_TERMINALS;
  terminal.close();
  await server.close();
  return [
    { what: "end of a command to its tick, p50", value: median(ticks), unit: "ms", target: 2_000, at: "most", samples: ticks },
    { what: "Reset to a prompt, from the pool, p50", value: median(resets), unit: "ms", target: 3_000, at: "most", samples: resets },
    { what: "snapshot taken, p50", value: median(saves), unit: "ms", target: 3_000, at: "most", samples: saves },
    { what: "return to a snapshot, to its screen, p50", value: median(returns), unit: "ms", target: 3_000, at: "most", samples: returns },
    { what: "memory of the server for one more open terminal", value: perTerminal, unit: "MiB", target: 4, at: "most" },
  ];

  /** The learner's host computes as long as its terminal is open, so the pool is given its time instead of being asked. */
  async function poolAtRestBut(stateDir: string): Promise<void> {
    terminal.visible(false);
    await pause(500);
    await poolAtRest(stateDir, TEMPLATES_WARM + 1, 180_000);
    terminal.visible(true);
    await pause(2_000);
  }
}

/** Types a command and waits for its end, which its own mark tells. */
async function command(terminal: BenchTerminal, text: string): Promise<void> {
  terminal.write(`${text}; echo ended-$((40+2))\r`);
  await terminal.until(/ended-42\r?\n[\s\S]*\]# /);
}
