import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { GuestOfSeat } from "../contract/events.ts";
import { FakeHost } from "../hosts/fake/fake-host.ts";
import { silentLog } from "../log.ts";
import { HostWatch, WATCH_GUESTS, type WatchedHost } from "./host-watch.ts";

/** As a real host told it: a guest with a screen is made, libvirt's daemon is stopped and started, the guest ends. */
const RECORDED = readFileSync(new URL("recorded/guest-with-a-screen.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const FIRST = RECORDED.slice(0, RECORDED.indexOf("end") + 1);

const newHost = (): FakeHost =>
  new FakeHost({ template: "running", accelerator: { kind: "tcg", forced: false, reason: "no-nesting" }, vcpus: 1, memoryMiB: 2048 }, () => ({}));
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a recording of a real host: which guests there are, and which screens they have", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const watch = new HostWatch(newHost(), silentLog);
  const seen: GuestOfSeat[][] = [];
  watch.onChange(() => seen.push(watch.guests));
  assert.equal(watch.known, false);
  for (const line of RECORDED) {
    watch.hear(line);
    if (line === "end") t.mock.timers.tick(1_000);
  }
  const sample = { name: "smartgo_01", state: "running", console: true, screen: "none" };
  assert.deepEqual(seen[0], [sample]);
  const screens = seen.map((guests) => guests.find(({ name }) => name === "screen")).filter((guest) => guest !== undefined);
  assert.deepEqual([...new Set(screens.map(({ state }) => state))], ["paused", "running", "in shutdown", "shut off"]);
  assert.ok(screens.every(({ screen, console }) => screen === "vnc" && console));
  assert.deepEqual(seen.at(-1), [sample]);
  watch.stop();
});

test("what comes together is worked out once, and what is not different not at all", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const watch = new HostWatch(newHost(), silentLog);
  const changes: string[] = [];
  watch.onChange((change) => changes.push(change));
  for (const line of FIRST) watch.hear(line);
  assert.deepEqual(changes, ["definitions"]);
  const guest = (name: string) => `xml\tdefined\t${name}\t<domain type='kvm'><name>${name}</name></domain>`;
  for (let number = 0; number < 20; number += 1) for (const line of [guest(`g${number}`), "end"]) watch.hear(line);
  assert.equal(changes.length, 1);
  t.mock.timers.tick(200);
  assert.deepEqual(changes, ["definitions", "definitions"]);
  for (const line of [guest("g1"), "end", ...FIRST.slice(-4)]) watch.hear(line);
  t.mock.timers.tick(1_000);
  assert.equal(changes.length, 2);
  watch.stop();
});

test("a program that ended is started again, ever more seldom, and what is gone meanwhile is gone", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const runs: { command: string; say: (line: string) => void; end: () => void; signal: AbortSignal }[] = [];
  const host: WatchedHost = {
    id: "h",
    state: "running",
    onState: () => () => {},
    follow: (command, say, signal) => new Promise((end) => runs.push({ command, say, end, signal })),
  };
  const watch = new HostWatch(host, silentLog);
  watch.begin();
  watch.begin();
  await settle();
  assert.deepEqual(
    runs.map(({ command }) => command),
    [WATCH_GUESTS],
  );
  const changes: string[] = [];
  watch.onChange((change) => changes.push(change));
  for (const line of FIRST) runs[0]?.say(line);
  runs[0]?.end();
  await settle();
  assert.equal(runs.length, 1);
  t.mock.timers.tick(1_000);
  await settle();
  assert.equal(runs.length, 2);
  for (const line of FIRST) runs[1]?.say(line);
  assert.deepEqual(changes, ["definitions"], "the same again is no change");
  runs[1]?.end();
  await settle();
  t.mock.timers.tick(1_000);
  await settle();
  assert.equal(runs.length, 2);
  t.mock.timers.tick(1_000);
  await settle();
  assert.deepEqual(watch.guests.length, 1, "until it tells, what it told is kept");
  for (const line of FIRST.filter((one) => !one.startsWith("xml\t"))) runs[2]?.say(line);
  assert.deepEqual(watch.guests, []);
  for (let line = 0; line < 30_000; line += 1) runs[2]?.say("x");
  assert.equal(runs[2]?.signal.aborted, true, "a flood is cut off");
  watch.stop();
});

test("a host that means harm: other words, 300 characters, markup, a thousand guests", () => {
  const watch = new HostWatch(newHost(), silentLog);
  const long = "x".repeat(300);
  const markup = "<img src=x onerror=alert(1)>";
  watch.hear("xml\tlive");
  watch.hear("xml\t__proto__\tx\ty");
  watch.hear("\t\t\t");
  watch.hear(`xml\tdefined\t${markup}\t<domain><name>x</name></domain>`);
  watch.hear(`xml\tdefined\t${long}\t<domain><name>x</name></domain>`);
  watch.hear("xml\tdefined\tbroken\t<domain");
  watch.hear("xml\tdefined\tother\t<network/>");
  watch.hear("xml\tlive\todd\t<domstatus state='&lt;b&gt;'><domain><devices><graphics type='constructor'/></devices></domain></domstatus>");
  watch.hear("end");
  assert.deepEqual(watch.guests, [
    { name: "odd", state: "no state", console: false, screen: "none" },
    { name: markup, state: "shut off", console: false, screen: "none" },
  ]);
  for (let number = 0; number < 1_000; number += 1) watch.hear(`xml\tdefined\tg${number}\t<domain>${"<a/>".repeat(200)}</domain>`);
  watch.hear("end");
  assert.equal(watch.guests.length, 64);
  watch.stop();
});
