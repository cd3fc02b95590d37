import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { type AttachedViewer, PersistentTerminal } from "./persistent-terminal.ts";
import { DrawingViewer, describeTerminal, drawn, newTerminal, ScriptedShell, WakeableHost } from "./testing.ts";

const SIZE = { cols: 40, rows: 12 };

/** Numbers from 0 to 1 that a seed makes the same again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Output as programs write it: text of several scripts, colours, cursor movement, regions, full-screen phases, titles. */
function randomOutput(random: () => number): Buffer {
  const number = (below: number): number => Math.floor(random() * below);
  const pieces: (() => string)[] = [
    () => "plain text ",
    () => "虚拟机和宿主机",
    () => "żółć 🙂 ",
    () => "\r\n",
    () => "\r\n$ ",
    () => `\x1b[${30 + number(8)};${40 + number(8)}m`,
    () => `\x1b[1;38;2;${number(256)};${number(256)};${number(256)}m`,
    () => "\x1b[0m",
    () => `\x1b[${["3", "4", "7", "2"][number(4)]}m`,
    () => `\x1b[${1 + number(SIZE.rows)};${1 + number(SIZE.cols)}H`,
    () => `\x1b[${1 + number(3)}${"ABCD"[number(4)]}`,
    () => `\x1b[${number(3)}K`,
    () => "\x1b[J",
    () => `\x1b[${1 + number(4)}X`,
    () => `\x1b[${1 + number(4)}P`,
    () => `\x1b[${1 + number(3)}L`,
    () => `\x1b[${2 + number(3)};${7 + number(5)}r`,
    () => "\x1b[r",
    () => `\x1b]2;title ${number(100)} 标题\x07`,
    () => `\x1b]0;${"long ".repeat(number(30))}\x1b\\`,
    () => "\x1b[?1049h\x1b[H",
    () => "\x1b[?1049l",
    () => ["\x1b[?25l", "\x1b[?25h", "\x1b[?2004h", "\x1b[?1000h\x1b[?1006h", "\x1b[?1000l\x1b[?1006l", "\x1b[?1h", "\x1b[?1l"][number(7)] ?? "",
    () => "\x1b(0lqqk\x1b(B",
    () => `\x1b[${number(7)} q`,
    () => ["\x1b7\x1b[2;5Hnote\x1b8", "\x1b[s\x1b[1;31m错\x1b[u", "\x1bM", "\x1bD", "\t", "\b", "\x1b[2S", "\x1b[T"][number(8)] ?? "",
    () => ["\x1b[?6h", "\x1b[?6l", "\x1b[4h", "\x1b[4l", "\x1b[!p", "\x1bc"][number(6)] ?? "",
    () => "\x1bPignored string\x1b\\",
    () => "x".repeat(number(60)),
    () => `${"line\r\n".repeat(number(20))}`,
  ];
  let output = "";
  const count = 40 + number(120);
  for (let index = 0; index < count; index++) output += pieces[number(pieces.length)]?.() ?? "";
  return Buffer.from(output);
}

function randomChunks(bytes: Buffer, random: () => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random() < 0.5 ? 1 + Math.floor(random() * 4) : 1 + Math.floor(random() * 200);
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

test("wherever in the output viewers attach, they end with the screen of one who saw it all", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const bytes = randomOutput(random);
    const shell = new ScriptedShell();
    const terminal = new PersistentTerminal({ channel: shell, size: SIZE, host: new WakeableHost() });
    const viewers: DrawingViewer[] = [];
    const attached: AttachedViewer[] = [];
    for (const chunk of randomChunks(bytes, random)) {
      if (random() < 0.05) {
        const viewer = new DrawingViewer(SIZE);
        const held = terminal.attach(viewer, SIZE);
        viewer.onLive = (count) => held.acknowledge(count);
        viewers.push(viewer);
        attached.push(held);
      }
      if (random() < 0.02) attached[Math.floor(random() * attached.length)]?.refresh();
      shell.say(chunk);
      if (random() < 0.2) await turn();
    }
    const reference = newTerminal(SIZE);
    reference.write(bytes);
    await drawn(reference);
    const latecomer = new DrawingViewer(SIZE);
    terminal.attach(latecomer, SIZE);
    viewers.push(latecomer);
    while (viewers.some((viewer) => viewer.screens === 0)) await turn();
    for (const [index, viewer] of viewers.entries()) {
      await new Promise((resolve) => setTimeout(resolve, index === 0 ? 12 : 0));
      await drawn(viewer.terminal);
      assert.deepEqual(describeTerminal(viewer.terminal), describeTerminal(reference), `seed ${seed}, viewer ${index + 1} of ${viewers.length}`);
    }
    terminal.close({ code: "seat_ended" });
  }
});
