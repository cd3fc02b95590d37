import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandEvent } from "./command-lines.ts";
import { Screen } from "./screen.ts";

const PROMPT = "\x1b]133;D;0\x07\x1b]133;A\x07[root@host ~]# \x1b]133;B\x07";
const BEGINS = "\x1b]133;C\x07";

/** What a screen of 40 columns tells of these pieces of output. */
async function told(...pieces: (string | { readonly again: string })[]): Promise<CommandEvent[]> {
  const events: CommandEvent[] = [];
  const screen = new Screen({
    size: { cols: 40, rows: 6 },
    scrollback: 100,
    onReply: () => {},
    onCaughtUp: () => {},
    onCommand: (event) => events.push(event),
  });
  for (const piece of pieces) screen.write(Buffer.from(typeof piece === "string" ? piece : piece.again), typeof piece !== "string");
  await new Promise<void>((resolve) => screen.snapshot(() => resolve()));
  screen.dispose();
  return events.filter((event) => "began" in event || event.ended !== 0);
}

test("a command is what stands behind the prompt when it begins, however it came there", async () => {
  assert.deepEqual(await told(PROMPT, "virsh list --al\b \b\b \ball\r\n", BEGINS), [{ began: "virsh list --all" }], "edited");
  assert.deepEqual(await told(PROMPT, `${"x".repeat(30)} yes\r\n`, BEGINS), [{ began: `${"x".repeat(30)} yes` }], "over the end of the row");
  assert.deepEqual(await told(PROMPT, "for i in 1 2; do\r\n> echo $i; done\r\n", BEGINS), [{ began: "for i in 1 2; do\n> echo $i; done" }]);
  assert.deepEqual(await told(PROMPT, "ls", `\x1b[H\x1b[2J${PROMPT}ls -l\r\n`, BEGINS), [{ began: "ls -l" }], "after Ctrl+L");
  assert.deepEqual(await told(PROMPT, "false\r\n", BEGINS, "\x1b]133;D;1\x07"), [{ began: "false" }, { ended: 1 }]);
});

test("nothing is told of an empty line, of a screen that was cleared, of what was seen before, or of what a full-screen program prints", async () => {
  assert.deepEqual(await told(PROMPT, "\r\n", PROMPT), []);
  assert.deepEqual(await told(BEGINS), [], "no prompt");
  assert.deepEqual(await told({ again: `${PROMPT}ls\r\n${BEGINS}` }), []);
  assert.deepEqual(await told({ again: PROMPT }, "ls\r\n", BEGINS), [{ began: "ls" }], "the prompt was seen before, the command is new");
  assert.deepEqual(await told(`${PROMPT}\x1b[?1049h`, `fake\r\n${BEGINS}`), []);
});

test("control characters and overlong lines are cut", async () => {
  const [event] = await told(PROMPT, `${"y".repeat(900)}\r\n`, BEGINS);
  assert.ok(event !== undefined && "began" in event && event.began.length <= 500);
});
