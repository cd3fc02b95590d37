import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { LabError } from "../errors.ts";
import { attachToTerminal } from "./held-terminal.ts";

const SIZE = { cols: 80, rows: 24 };

/** The holder's end of a connection, as a test plays it. Against the real one: tests/vm/terminals.test.ts. */
class Holder extends Duplex {
  readonly heard: Buffer[] = [];

  override _read(): void {}
  override _write(data: Buffer, _encoding: string, done: () => void): void {
    this.heard.push(data);
    done();
  }

  say(type: string, payload: Uint8Array = new Uint8Array(), length = payload.length): void {
    const head = Buffer.alloc(5, type);
    head.writeUInt32BE(length, 1);
    this.push(Buffer.concat([head, payload]));
  }
}

const screen = Buffer.from([0, 100, 0, 30, ...Buffer.from("hello")]);

test("a terminal begins with the screen that was left, and tells what was said before from what is new", async () => {
  const holder = new Holder();
  const attaching = attachToTerminal(holder, "1", SIZE);
  holder.say("S", screen);
  const terminal = await attaching;
  assert.deepEqual(terminal.left?.size, { cols: 100, rows: 30 });
  assert.equal(Buffer.from(terminal.left?.redraw ?? []).toString(), "hello");
  holder.say("O", Buffer.from("old"));
  holder.say("L");
  holder.say("O", Buffer.from("new"));
  await turn();
  const said: string[] = [];
  terminal.onData((data, again) => said.push(`${Buffer.from(data)} ${again}`));
  assert.deepEqual(said, ["old true", "new false"]);
  assert.equal(holder.heard[0]?.toString(), "attach 1 80 24\n");
});

test("frames may come in any pieces", async () => {
  const holder = new Holder();
  const attaching = attachToTerminal(holder, "1", SIZE);
  const whole = Buffer.concat([Buffer.from([0x53, 0, 0, 0, screen.length]), screen, Buffer.from([0x4f, 0, 0, 0, 3]), Buffer.from("abc")]);
  for (const byte of whole) {
    holder.push(Buffer.from([byte]));
    await turn();
  }
  let said = "";
  (await attaching).onData((data) => {
    said += Buffer.from(data);
  });
  assert.equal(said, "abc");
});

test("input is cut into frames, and a picture goes with its place in the output", async () => {
  const holder = new Holder();
  const attaching = attachToTerminal(holder, "1", SIZE);
  holder.say("S", screen);
  const terminal = await attaching;
  terminal.write(Buffer.alloc(40_000, "x"));
  terminal.resize({ cols: 2, rows: 3 });
  terminal.keep?.({ size: SIZE, redraw: Buffer.from("draw") }, 70_000);
  const frames = holder.heard.slice(1).map((frame) => `${String.fromCharCode(frame[0] ?? 0)}${frame.readUInt32BE(1)}`);
  assert.deepEqual(frames, ["I32768", "I7232", "R4", "K16"]);
  assert.deepEqual([...(holder.heard.at(-1)?.subarray(5) ?? [])], [0, 0, 0, 0, 0, 1, 0x11, 0x70, 0, 80, 0, 24, ...Buffer.from("draw")]);
});

test("the program's end is told with its status, and a cut connection without one", async () => {
  for (const [end, expected] of [
    [(holder: Holder) => holder.say("X", Buffer.from([0, 0, 0, 130])), 130],
    [(holder: Holder) => holder.destroy(), null],
  ] as const) {
    const holder = new Holder();
    const attaching = attachToTerminal(holder, "1", SIZE);
    holder.say("S", screen);
    const terminal = await attaching;
    const ended = new Promise((resolve) => terminal.onClose(resolve));
    end(holder);
    assert.equal(await ended, expected);
  }
});

test("what does not speak as a holder is refused", { timeout: 5_000 }, async () => {
  const failures: ((holder: Holder) => void)[] = [
    (holder) => holder.say("O", Buffer.from("before the screen")),
    (holder) => holder.say("S", Buffer.from([1])),
    (holder) => holder.say("S", new Uint8Array(), 0x7fffffff),
    (holder) => holder.destroy(),
  ];
  for (const fail of failures) {
    const holder = new Holder();
    const attaching = attachToTerminal(holder, "1", SIZE);
    fail(holder);
    await assert.rejects(attaching, (error) => error instanceof LabError && error.code === "host_not_ready");
  }
});

test("nonsense later cuts the connection", { timeout: 5_000 }, async () => {
  const nonsense: ((holder: Holder) => void)[] = [
    (holder) => holder.say("?", Buffer.from("what")),
    (holder) => holder.say("O", Buffer.from("more is promised than may come"), 0x7fffffff),
  ];
  for (const say of nonsense) {
    const holder = new Holder();
    const attaching = attachToTerminal(holder, "1", SIZE);
    holder.say("S", screen);
    const terminal = await attaching;
    const ended = new Promise((resolve) => terminal.onClose(resolve));
    say(holder);
    assert.equal(await ended, null);
  }
});
