import assert from "node:assert/strict";
import { test } from "node:test";
import { Screen } from "./screen.ts";
import { isPlain, lastLines } from "./scrolled-away.ts";
import { describeTerminal, drawn, newTerminal } from "./testing.ts";

const SIZE = { cols: 40, rows: 10 };
const SCROLLBACK = 100;

test("text and line ends are plain, what shifts the meaning of later bytes is not", () => {
  for (const text of ["", "text\r\n\tmore\b", "中文 żółć ©\r\n", "\x07"]) assert.ok(isPlain(Buffer.from(text)), JSON.stringify(text));
  for (const text of ["\x1b[1m", "a\x0eb", "a\x0f", "\u009b1m", "© \u0085"]) assert.ok(!isPlain(Buffer.from(text)), JSON.stringify(text));
  assert.ok(!isPlain(Uint8Array.of(0x61, 0xc2)), "the second half may be a control");
});

test("the last lines are cut at a line's start, across chunks, or not at all", () => {
  const chunks = ["1\r\n2\r\n3", "\r\n4\r\n", "5"].map((text) => Buffer.from(text));
  const text = (kept: Uint8Array[] | undefined): string | undefined => kept && Buffer.concat(kept).toString();
  assert.equal(text(lastLines(chunks, 1)), "\r4\r\n5");
  assert.equal(text(lastLines(chunks, 3)), "\r2\r\n3\r\n4\r\n5");
  assert.equal(lastLines(chunks, 4), undefined);
  assert.equal(lastLines([Buffer.from("a\nb\nc\nd\n")], 1), undefined);
});

/** What a flood shows at the end: on a screen that may skip most of it, and on one that parses all. */
async function both(before: string, flood: string, after: string): Promise<[string[], string[]]> {
  const bytes = Buffer.from(before + flood + after);
  const reference = newTerminal(SIZE, SCROLLBACK);
  reference.write(bytes);
  await drawn(reference);
  const screen = new Screen({ size: SIZE, scrollback: SCROLLBACK, onReply() {}, onCaughtUp() {} });
  const taken = (): Promise<{ redraw: Uint8Array }> => new Promise((resolve) => screen.snapshot(resolve));
  screen.write(Buffer.from(before));
  await taken();
  const rest = Buffer.from(flood + after);
  // Chunks that begin and end anywhere, in lines and in characters.
  for (let at = 0; at < rest.length; at += 4099) screen.write(rest.subarray(at, at + 4099));
  const snapshot = await taken();
  screen.dispose();
  const drawnAgain = newTerminal(SIZE, SCROLLBACK);
  drawnAgain.write(snapshot.redraw);
  await drawn(drawnAgain);
  return [describeTerminal(drawnAgain), describeTerminal(reference)];
}

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index} 第${index}行 ${"x".repeat(index % 60)}\r\n`).join("");

/** So short that few rows come of many bytes. */
const shortLines = Array.from({ length: 40_000 }, (_, index) => `${index}\r\n`).join("");

test("a screen that skips what scrolled away ends up as if it had not", async () => {
  const cases: [string, string, string, string][] = [
    ["plain", "$ cat file\r\n", lines(6_500), "$ "],
    ["short lines", "before\r\n".repeat(200), shortLines, "$ "],
    ["below a scroll region, where lines are written over each other", "\x1b[2;5r\x1b[10;1H", `${"long ".repeat(7)}\r\n${shortLines}`, "end"],
    ["after half of a colour", "red: \x1b[31", `m${shortLines}`, "end"],
    ["in colour, from the middle of the screen", "\x1b[31;42m\x1b[5;7Hhere", lines(6_500), "end"],
    ["on the alternate screen", "\x1b[?1049h\x1b[44m\x1b[2J\x1b[3;3H", lines(6_500), "end"],
    ["in a scroll region", "top\r\n\x1b[2;5r\x1b[2;1H", lines(6_500), "\x1b[r\x1b[9;1Hend"],
    ["after an unfinished sequence", "\x1b]2;", lines(6_500), "\x07end"],
    ["line drawing", "\x1b(0", lines(6_500), "\x1b(B"],
    ["with a saved cursor", "ab\x1b7", lines(6_500), "\x1b8cd"],
    ["without carriage returns", "", lines(6_500).replaceAll("\r", ""), "end"],
    ["lines that wrap many times", "", `${"w".repeat(3_000)}\r\n`.repeat(200), "end"],
  ];
  for (const [name, before, flood, after] of cases) {
    const [skipped, parsed] = await both(before, flood, after);
    assert.deepEqual(skipped, parsed, name);
  }
});
