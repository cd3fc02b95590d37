import type { ShellChannel } from "../lab-server/hosts/backend.ts";
import type { HostRecord } from "../lab-server/hosts/qemu/record.ts";
import { connectSsh } from "../lab-server/hosts/ssh.ts";
import { type Figure, median } from "./figures.ts";
import type { BenchTerminal } from "./learner.ts";

/** A shell either way: through the server, or on a plain ssh connection to the same host. */
interface Line {
  write(text: string): void;
  onData(listener: (chunk: Uint8Array) => void): void;
}

/** A plain ssh2 client with the same settings, for comparison. */
export async function plainShell(record: HostRecord): Promise<{ line: Line; close: () => void }> {
  if (record.access === undefined) throw new Error("the host has no access");
  const { port, clientKey, hostKey } = record.access;
  const ssh = await connectSsh({ port, username: "root", privateKey: clientKey, hostKey, readyTimeoutMs: 30_000 });
  const shell: ShellChannel = await ssh.openShell({ cols: 100, rows: 30 });
  // The listener of a shell is set once; ours changes from measure to measure.
  let listener: (chunk: Uint8Array) => void = () => {};
  shell.onData((chunk) => listener(chunk));
  return {
    line: {
      write: (text) => shell.write(Buffer.from(text)),
      onData: (next) => {
        listener = next;
      },
    },
    close: () => ssh.close(),
  };
}

/** Key to echo, by the kernel's terminal while `cat` reads: the same work at the far end of both lines. */
export async function echo(through: BenchTerminal, plain: Line, rounds: number): Promise<Figure> {
  const lines: Line[] = [through, plain];
  for (const line of lines) await answer(line, "cat > /dev/null\r", (text) => text.includes("cat > /dev/null"));
  await pause(1_500);
  const samples: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, line] of lines.entries()) {
      const key = String.fromCharCode(97 + (round % 26));
      samples[index as 0 | 1].push(await answer(line, key, (text) => text.includes(key)));
      await pause(15);
    }
  }
  for (const line of lines) line.write("\u0003");
  await pause(500);
  const [server, ssh] = [median(samples[0]), median(samples[1])];
  return {
    what: "echo of a key, beyond plain ssh2, p50",
    value: server - ssh,
    unit: "ms",
    target: 2,
    at: "most",
    samples: samples[0],
    note: `${server.toFixed(1)} ms through the server, ${ssh.toFixed(1)} ms plain`,
  };
}

const SIZE = 10_000_000;

/** 10 MB of text, in turns, so that both meet the same node. */
export async function throughput(through: BenchTerminal, plain: Line, rounds: number): Promise<Figure> {
  const lines: Line[] = [through, plain];
  const make = `head -c 7000000 /dev/urandom | base64 -w 76 | head -c ${SIZE} > /tmp/ten; echo made-$((40+2))\r`;
  await answer(plain, make, (text) => text.includes("made-42"));
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first changes, so that neither always has the warmer cache.
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const line = lines[index] as Line;
      const ms = await answer(line, "clear; cat /tmp/ten; echo end-$((40+2))\r", (text) => text.includes("end-42"));
      rates[index as 0 | 1].push(SIZE / 1e6 / (ms / 1000));
      await pause(1_000);
    }
  }
  const [server, ssh] = [median(rates[0]), median(rates[1])];
  return {
    what: "10 MB of output, of plain ssh2's throughput",
    value: server / ssh,
    unit: "×",
    target: 0.9,
    at: "least",
    samples: rates[0],
    note: `${server.toFixed(1)} MB/s through the server, ${ssh.toFixed(1)} MB/s plain`,
  };
}

/** Sends, and gives the ms until what came back satisfies `done`. */
function answer(line: Line, send: string, done: (tail: string) => boolean): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let tail = "";
  const timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(send)}: ${JSON.stringify(tail)}`)), 120_000);
  const began = performance.now();
  line.onData((chunk) => {
    tail = (tail + Buffer.from(chunk).toString("latin1")).slice(-400);
    if (!done(tail)) return;
    clearTimeout(timer);
    line.onData(() => {});
    resolve(performance.now() - began);
  });
  line.write(send);
  return promise;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
