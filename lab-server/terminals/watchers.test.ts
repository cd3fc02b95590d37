import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { PAUSE_ABOVE_BYTES } from "../contract/terminal.ts";
import { PersistentTerminal } from "./persistent-terminal.ts";
import { DrawingViewer, drawn, ScriptedShell, WakeableHost } from "./testing.ts";

/* Those who look over the shoulder of who works: they decide no size, answer nothing, slow nobody and keep no host awake. */

const SIZE = { cols: 80, rows: 24 };

let shell: ScriptedShell;
let host: WakeableHost;
let terminal: PersistentTerminal;
beforeEach(() => {
  shell = new ScriptedShell();
  host = new WakeableHost();
  terminal = new PersistentTerminal({ channel: shell, size: SIZE, host });
});
afterEach(() => terminal.close({ code: "seat_ended" }));

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 1) {
    assert.ok(waited < 2_000, `it did not happen: ${condition}`);
    await delay(1);
  }
}
async function work(size = SIZE) {
  const viewer = new DrawingViewer(size);
  const attached = terminal.attach(viewer, size);
  await until(() => viewer.screens === 1);
  return { viewer, attached };
}
async function watch() {
  const viewer = new DrawingViewer(SIZE);
  const attached = terminal.watch(viewer);
  await until(() => viewer.screens === 1);
  return { viewer, attached };
}
const firstLine = async ({ viewer }: { readonly viewer: DrawingViewer }): Promise<string | undefined> => {
  await drawn(viewer.terminal);
  const buffer = viewer.terminal.buffer.active;
  return buffer.getLine(buffer.baseY)?.translateToString(true);
};

test("a watcher that acknowledges nothing is left behind at once, and gets a screen when it is back", async () => {
  const { viewer, attached } = await watch();
  for (let sent = 0; sent < 4 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(`${"y\r\n".repeat(5461)}z`);
  await until(() => !shell.paused);
  assert.ok(viewer.liveBytes <= PAUSE_ABOVE_BYTES + 32 * 1024, `what waits for it is bounded: ${viewer.liveBytes}`);
  const before = viewer.liveBytes;
  shell.say("more");
  await delay(20);
  assert.equal(viewer.liveBytes, before);
  attached.acknowledge(viewer.liveBytes);
  await until(() => viewer.screens === 2);
});

test("a watcher decides no size, and is shown the one that who works decides", async () => {
  const { attached } = await work();
  const looking = await watch();
  looking.attached.resize({ cols: 20, rows: 5 });
  assert.deepEqual(shell.sizes, []);
  attached.resize({ cols: 100, rows: 30 });
  await until(() => looking.viewer.screens === 2);
  assert.deepEqual([looking.viewer.terminal.cols, looking.viewer.terminal.rows], [100, 30]);
  looking.attached.detach();
  assert.deepEqual(shell.sizes, [{ cols: 100, rows: 30 }]);
});

test("a watcher keeps no host awake, and a program's question is answered though one looks on", async () => {
  await watch();
  assert.deepEqual([host.watches, terminal.viewers], [0, 0]);
  shell.say("\x1b[6n");
  await until(() => shell.input === "\x1b[1;1R");
});

test("what a watcher types reaches the shell while it watches, and not when it has gone", async () => {
  const { attached } = await watch();
  attached.input(Buffer.from("ls"));
  await until(() => shell.input === "ls");
  attached.detach();
  attached.input(Buffer.from("rm"));
  await delay(10);
  assert.equal(shell.input, "ls");
});

test("whoever looks is sent away with a reason, and the shell goes on as if they had left", async () => {
  const working = await work();
  const watching = await watch();
  for (let sent = 0; sent < 2 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(Buffer.alloc(16 * 1024, "y"));
  assert.deepEqual([shell.paused, host.watches], [true, 1]);
  terminal.dismiss({ code: "class_paused" });
  const gone = { kind: "gone", problem: { code: "class_paused" } };
  assert.deepEqual([working.viewer.end_, watching.viewer.end_], [gone, gone]);
  await until(() => !shell.paused);
  assert.deepEqual([host.watches, terminal.viewers, terminal.ended], [0, 0, undefined]);
  working.attached.input(Buffer.from("a"));
  watching.attached.input(Buffer.from("b"));
  await delay(10);
  assert.equal(shell.input, "", "who was sent away types no more");
  shell.say("\x1b[H\x1b[2Jafterwards");
  const again = await work();
  assert.equal(await firstLine(again), "afterwards");
  assert.equal(host.watches, 1);
});

test("a watcher hears the end, also of a terminal that is over", async () => {
  const { viewer } = await watch();
  shell.exit(3);
  assert.deepEqual(viewer.end_, { kind: "exited", code: 3 });
  const late = new DrawingViewer(SIZE);
  terminal.watch(late);
  assert.deepEqual([late.end_, late.screens], [{ kind: "exited", code: 3 }, 0]);
});
