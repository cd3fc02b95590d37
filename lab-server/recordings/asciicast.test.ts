import assert from "node:assert/strict";
import { test } from "node:test";
import { CastEvents, headerLine, lengthOf } from "./asciicast.ts";
import { readCast } from "./testing.ts";

const HEADER = headerLine({ size: { cols: 80, rows: 24 }, at: new Date("2026-11-22T09:00:00.700Z"), title: "t" });

test("the header is what the format asks for", () => {
  const { header } = readCast(HEADER);
  assert.deepEqual(header, { version: 3, term: { cols: 80, rows: 24, type: "xterm-256color" }, timestamp: 1_795_338_000, title: "t" });
});

test("intervals count from the event before, and their roundings do not add up", () => {
  const events = new CastEvents();
  let cast = HEADER;
  for (let index = 1; index <= 3_000; index += 1) cast += events.output(index * 3.4, Buffer.from("x"));
  cast += events.resize(10_205, { cols: 100, rows: 50 });
  cast += events.marker(10_205, "exit 0");
  cast += events.exit(10_304.2, 3);
  const read = readCast(cast).events;
  assert.deepEqual(read.slice(0, 3), [
    [0.003, "o", "x"],
    [0.004, "o", "x"],
    [0.003, "o", "x"],
  ]);
  assert.deepEqual(read.slice(-3), [
    [0.005, "r", "100x50"],
    [0, "m", "exit 0"],
    [0.099, "x", "3"],
  ]);
  assert.equal(lengthOf(cast), 10_304);
  assert.equal(events.lastMs, 10_304);
});

test("a moment before the last event is taken for the same moment", () => {
  const events = new CastEvents();
  assert.equal(events.output(5, Buffer.from("a")) + events.output(4, Buffer.from("b")), '[0.005,"o","a"]\n[0,"o","b"]\n');
});

test("characters are whole wherever their bytes are cut; what is no UTF-8 is replaced", () => {
  const bytes = Buffer.from("\ufeff虚拟机 é 🐧\x1b[0m");
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const events = new CastEvents();
    const lines = HEADER + events.output(1, bytes.subarray(0, cut)) + events.resize(2, { cols: 90, rows: 30 }) + events.output(3, bytes.subarray(cut));
    const text = readCast(lines).events.map(([, code, data]) => (code === "o" ? data : ""));
    assert.equal(text.join(""), bytes.toString(), `cut at ${cut}`);
  }
  assert.equal(new CastEvents().output(1, Buffer.of(0x61, 0xff, 0x62)), '[0.001,"o","a\ufffdb"]\n');
});

test("the length of a recording whose last line is torn, or has comments, is that of its events", () => {
  assert.equal(lengthOf(`${HEADER}[0.5,"o","a"]\n# words\n[0.25,"o","b"]\n[9,"o","c`), 750);
});
