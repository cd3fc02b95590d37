import assert from "node:assert/strict";
import { once } from "node:events";
import { duplexPair } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Freezer } from "./freezer.ts";
import { type QmpEvent, QmpTimeout } from "./qmp.ts";
import { giveTime, type Monitor, standStill } from "./standstill.ts";

/** A monitor whose machine stops and goes on as it is told, and by itself when it is asked. */
class FakeMonitor implements Monitor {
  readonly said: string[] = [];
  running = true;
  deaf = false;
  readonly #listeners = new Set<(event: QmpEvent) => void>();

  async execute<T>(command: string): Promise<T> {
    this.said.push(command);
    if (this.deaf) throw new QmpTimeout(command, 10_000);
    if (command === "cont") this.running = true;
    else this.stop();
    return {} as T;
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.running = false;
    for (const listener of [...this.#listeners]) listener({ event: "STOP", data: {} });
  }
}

const silent = { onFrozen: () => {}, onThawed: () => {}, onStuck: () => {} };

test("a host that stops itself is not stopped from outside", async () => {
  const monitor = new FakeMonitor();
  const [ours, theirs] = duplexPair();
  let asked = "";
  theirs.once("data", (line: Buffer) => {
    asked = String(line);
    setTimeout(() => monitor.stop(), 5);
  });
  await standStill(monitor, () => Promise.resolve(ours));
  assert.equal(asked, "stop\n");
  assert.deepEqual(monitor.said, []);
});

test("a host that cannot stop itself is stopped", async () => {
  const closed = duplexPair();
  closed[1].end();
  const refused = duplexPair();
  refused[1].write("refused Operation not permitted\n");
  for (const open of [() => Promise.reject(new Error("no connection")), () => Promise.resolve(closed[0]), () => Promise.resolve(refused[0])]) {
    const monitor = new FakeMonitor();
    await standStill(monitor, open);
    assert.deepEqual(monitor.said, ["stop"]);
  }
});

test("a host is given the time, and says when it does not take it", async () => {
  const [ours, theirs] = duplexPair();
  const asked = once(theirs, "data");
  const given = giveTime(() => Promise.resolve(ours));
  const [line] = await asked;
  assert.match(String(line), /^time \d{10}\.\d{3}\n$/);
  assert.ok(Math.abs(Number(String(line).slice(5)) - Date.now() / 1000) < 1);
  theirs.write("done\n");
  await given;
  const other = duplexPair();
  other[1].write("refused Invalid argument\n");
  await assert.rejects(
    giveTime(() => Promise.resolve(other[0])),
    /refused Invalid argument/,
  );
});

test("a host that stops too late, or unasked, is let go on", async () => {
  const monitor = new FakeMonitor();
  const freezer = new Freezer(monitor, () => monitor.execute("stop"), 60_000, silent);
  const release = freezer.use();
  await freezer.thaw();
  monitor.stop();
  await delay(5);
  assert.equal(monitor.running, true);
  await freezer.freeze();
  assert.equal(monitor.running, false, "one that was wished stands");
  await freezer.thaw();
  assert.equal(monitor.running, true);
  await freezer.whileStopped(async () => {
    await delay(5);
    assert.equal(monitor.running, false, "so does one that is being saved");
  });
  assert.equal(monitor.running, true);
  release();
  freezer.stop();
});

test("a machine that does not answer is told of", async () => {
  const monitor = new FakeMonitor();
  const stuck: string[] = [];
  const freezer = new Freezer(monitor, () => monitor.execute("stop"), 60_000, { ...silent, onStuck: (reason) => stuck.push(reason) });
  monitor.deaf = true;
  await assert.rejects(freezer.freeze(), QmpTimeout);
  assert.deepEqual(stuck, ["QEMU did not answer stop within 10000 ms"]);
});
