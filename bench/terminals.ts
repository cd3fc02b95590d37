import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PageSocket } from "../tests/support/terminal-server.ts";
import { type Figure, median, quantile } from "./figures.ts";
import { BenchTerminal } from "./learner.ts";
import type { Spent } from "./terminal-server.ts";

const SEATS = 100;
const TERMINALS_EACH = 3;
const SECONDS = 20;
/** Between two keys of one who types slowly, ms. */
const KEY_EVERY_MS = 1_000;
const ALONE_KEYS = 200;
const ANSWER_MS = 20_000;
/** So many letters, then the line is emptied: it must not wrap. */
const LINE = 40;

async function ask<T>(server: ChildProcess): Promise<T> {
  const answer = once(server, "message");
  server.send("spent");
  return (await answer)[0] as T;
}

async function open(port: number, seat: number, terminal: number): Promise<BenchTerminal> {
  const socket = new PageSocket(`ws://127.0.0.1:${port}/api/v1/seats/${seat}/terminals/${terminal}`);
  await once(socket, "open");
  const opened = new BenchTerminal(socket);
  await opened.until(/\$ /);
  return opened;
}

/** One key; ms until the shell has echoed it. */
function key(terminal: BenchTerminal, letter: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => reject(new Error(`${letter} was not echoed within ${ANSWER_MS} ms`)), ANSWER_MS);
  const began = performance.now();
  terminal.onData((chunk) => {
    if (!chunk.includes(letter)) return;
    clearTimeout(timer);
    terminal.onData(() => {});
    resolve(performance.now() - began);
  });
  terminal.write(letter);
  return promise;
}

/** Types for a while, each at a pace of its own. */
async function type(terminal: BenchTerminal, everyMs: number, keys: number): Promise<number[]> {
  const samples: number[] = [];
  for (let at = 0; at < keys; at += 1) {
    const began = performance.now();
    samples.push(await key(terminal, String.fromCharCode(97 + (at % 26))));
    if (at % LINE === LINE - 1) terminal.write("\u0015");
    await delay(Math.max(0, everyMs - (performance.now() - began)));
  }
  terminal.write("\u0015");
  return samples;
}

/** 300 terminals at once against one real sshd, each with somebody who types; one alone in the same run is what they are compared with. */
export async function manyTerminals(tell: (text: string) => void): Promise<Figure[]> {
  const count = SEATS * TERMINALS_EACH;
  tell(`${count} terminals against one sshd`);
  const server = fork(join(import.meta.dirname, "terminal-server.ts"), [`${SEATS}`], { execArgv: ["--expose-gc"] });
  try {
    const [port] = (await once(server, "message")) as [number];
    const first = await open(port, 0, 1);
    await type(first, 20, 50);
    const alone = await type(first, 50, ALONE_KEYS);
    const before = await ask<Spent>(server);

    const terminals = [first];
    // A few at a time, as learners come.
    for (let seat = 0; seat < SEATS; seat += 1)
      terminals.push(...(await Promise.all([1, 2, 3].filter((number) => seat > 0 || number > 1).map((number) => open(port, seat, number)))));
    await delay(3_000);
    const opened = await ask<Spent>(server);
    tell("all of them type");
    const began = performance.now();
    const typed = await Promise.all(
      terminals.map(async (terminal) => {
        await delay(Math.random() * KEY_EVERY_MS);
        return type(terminal, KEY_EVERY_MS, SECONDS);
      }),
    );
    const ms = performance.now() - began;
    const after = await ask<Spent>(server);
    for (const terminal of terminals) terminal.close();
    const samples = typed.flat();
    const p95 = quantile(samples, 0.95);
    const cpu = (100 * (after.cpuMs - opened.cpuMs)) / ms;
    return [
      {
        what: `${count} terminals at once, each a key a second: echo of a key, p95`,
        value: p95,
        unit: "ms",
        target: 100,
        at: "most",
        samples,
        note: `p50 ${median(samples).toFixed(1)} ms; one alone p50 ${median(alone).toFixed(1)}, p95 ${quantile(alone, 0.95).toFixed(1)} ms: ${(p95 / quantile(alone, 0.95)).toFixed(1)} ×`,
      },
      {
        what: `${count} terminals at once: CPU of the server`,
        value: cpu,
        unit: "% of a core",
        target: 50,
        at: "most",
        note: `${(cpu / count).toFixed(3)} % for each`,
      },
      {
        what: `${count} terminals at once: memory of the server for each`,
        value: (after.rssMiB - before.rssMiB) / (count - 1),
        unit: "MiB",
        target: 1,
        at: "most",
        note: `${before.rssMiB.toFixed(0)} MiB with one, ${after.rssMiB.toFixed(0)} MiB with all`,
      },
    ];
  } finally {
    const gone = once(server, "exit");
    server.disconnect();
    await gone;
  }
}
