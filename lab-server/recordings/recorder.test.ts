import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { appendFile, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { RecordingEnd } from "../contract/recording.ts";
import { PersistentTerminal } from "../terminals/persistent-terminal.ts";
import { DrawingViewer, describeTerminal, drawn, ScriptedShell, WakeableHost } from "../terminals/testing.ts";
import { CastFile, cutToWholeLines } from "./cast-file.ts";
import { Recorder } from "./recorder.ts";
import { readCast, replay } from "./testing.ts";

const SIZE = { cols: 40, rows: 8 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ringside-recorder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function begin(options: { maxBytes?: number; room?: number } = {}) {
  const shell = new ScriptedShell();
  const terminal = new PersistentTerminal({ channel: shell, size: SIZE, host: new WakeableHost() });
  const path = join(folder, "one.cast");
  const file = await CastFile.create(path, (error) => assert.fail(String(error)));
  let room = options.room ?? Number.POSITIVE_INFINITY;
  const record = (): { recorder: Recorder; ended: Promise<RecordingEnd>; cast: () => Promise<string> } => {
    const { promise, resolve } = Promise.withResolvers<RecordingEnd>();
    const takeRoom = (bytes: number): boolean => {
      room -= bytes;
      return room >= 0;
    };
    const recorder = new Recorder({ terminal, file, title: "t", at: new Date(), maxBytes: options.maxBytes ?? 1024 * 1024, takeRoom, onEnd: resolve });
    const cast = async (): Promise<string> => {
      recorder.end("learner");
      await file.close();
      return readFileSync(path, "utf8");
    };
    return { recorder, ended: promise, cast };
  };
  return { shell, terminal, path, file, record };
}

test("a recording begins with the screen as it is, without what has scrolled away, and goes on with every byte", async () => {
  const { shell, terminal, record, path } = await begin();
  shell.say(`secret-above\r\n${"line\r\n".repeat(20)}\x1b[1;31m错误 in red`);
  const { recorder, cast } = record();
  shell.say(", 机器".slice(0, 3));
  terminal.attach(new DrawingViewer(SIZE), { cols: 50, rows: 9 });
  shell.say("more\r\n\x1b]133;C\x07work\x1b]133;D;2\x07$ ");
  await recorder.begun;
  recorder.mark("✓ a task");
  shell.say("last");
  const text = await cast();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const { header, events } = readCast(text);
  assert.deepEqual({ cols: header.term.cols, rows: header.term.rows }, SIZE);
  assert.deepEqual(
    events.slice(1).map(([, code, data]) => [code, data]),
    [
      ["o", ", 机"],
      ["r", "50x9"],
      ["o", "more\r\n\x1b]133;C\x07work\x1b]133;D;2\x07$ "],
      ["m", "exit 2"],
      ["m", "✓ a task"],
      ["o", "last"],
    ],
  );
  assert.ok(!text.includes("secret-above"));
  assert.match(describeTerminal(await replay(text)).join("\n"), /line[\s\S]*错/);
  terminal.close({ code: "seat_ended" });
});

test("what is typed is not in it", async () => {
  const { shell, terminal, record } = await begin();
  const viewer = terminal.attach(new DrawingViewer(SIZE), SIZE);
  const { recorder, cast } = record();
  await recorder.begun;
  shell.say("Password: ");
  viewer.input(Buffer.from("hunter2\r"));
  shell.say("\r\nwelcome");
  await delay(5);
  assert.match(shell.input, /hunter2/);
  const text = await cast();
  assert.ok(text.includes("welcome") && !text.includes("hunter2"));
  terminal.close({ code: "seat_ended" });
});

test("the shell's end is the last event; a host that goes away leaves none", async () => {
  const { shell, record } = await begin();
  const first = record();
  await first.recorder.begun;
  shell.exit(3);
  assert.equal(await first.ended, "shell");
  assert.deepEqual(
    readCast(await first.cast())
      .events.at(-1)
      ?.slice(1),
    ["x", "3"],
  );

  rmSync(join(folder, "one.cast"));
  const second = await begin();
  const gone = second.record();
  await gone.recorder.begun;
  second.terminal.close({ code: "host_parked" });
  assert.equal(await gone.ended, "host");
  assert.ok(readCast(await gone.cast()).events.every(([, code]) => code !== "x"));
});

test("it ends at its size, and where there is no more room, with whole lines", async () => {
  const small = await begin({ maxBytes: 20_000 });
  const limited = small.record();
  await limited.recorder.begun;
  for (let round = 0; round < 100; round += 1) small.shell.say("y".repeat(999));
  assert.equal(await limited.ended, "size");
  const text = await limited.cast();
  assert.ok(text.length <= 20_000 && text.length > 17_000, `${text.length}`);
  readCast(text);
  small.terminal.close({ code: "seat_ended" });

  rmSync(join(folder, "one.cast"));
  const full = await begin({ room: 2_000 });
  const ending = full.record();
  await ending.recorder.begun;
  for (let round = 0; round < 10; round += 1) full.shell.say("y".repeat(500));
  assert.equal(await ending.ended, "room");
  readCast(await ending.cast());
  full.terminal.close({ code: "seat_ended" });
});

test("a host that ends a command with every byte does not drown the player in markers", async () => {
  const { shell, terminal, record } = await begin();
  const { recorder, cast } = record();
  await recorder.begun;
  for (let round = 0; round < 3_000; round += 1) shell.say("\x1b]133;C\x07\x1b]133;D;0\x07");
  assert.equal(readCast(await cast()).events.filter(([, code]) => code === "m").length, 1_000);
  terminal.close({ code: "seat_ended" });
});

test("half a last line is cut off", async () => {
  const { path, file, record, shell, terminal } = await begin();
  const { recorder, cast } = record();
  await recorder.begun;
  shell.say("kept");
  const text = await cast();
  await appendFile(path, `[0.5,"o","${"x".repeat(200_000)}`);
  const again = await open(path, "r+");
  assert.equal(await cutToWholeLines(again), file.bytes);
  await again.close();
  assert.equal(readFileSync(path, "utf8"), text);
  terminal.close({ code: "seat_ended" });
});

test("replayed, it is the screen of a viewer who saw it live, also when it began within a full-screen program", async () => {
  const { shell, terminal, record } = await begin();
  const viewer = new DrawingViewer(SIZE);
  const attached = terminal.attach(viewer, SIZE);
  viewer.onLive = (bytes) => attached.acknowledge(bytes);
  shell.say("$ vi\r\n\x1b[?1049h\x1b[H\x1b[44m 文件 \x1b[0m\x1b[3;4r");
  const { recorder, cast } = record();
  const bytes = Buffer.from("\x1b[5;1H行一行二\x1b[1;32mgreen\x1b[0m\x1b[?1049l\x1b[r\r\n$ done 🐧 ");
  for (const byte of bytes) shell.say(Uint8Array.of(byte));
  await recorder.begun;
  attached.resize({ cols: 33, rows: 6 });
  shell.say("after");
  await delay(30);
  await drawn(viewer.terminal);
  viewer.terminal.resize(33, 6);
  const text = await cast();
  assert.deepEqual(describeTerminal(await replay(text)), describeTerminal(viewer.terminal));
  terminal.close({ code: "seat_ended" });
});
