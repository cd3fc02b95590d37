import assert from "node:assert/strict";
import { test } from "node:test";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

interface Known {
  readonly id: number;
  readonly state: number;
  readonly reason: number;
  readonly saved?: boolean;
}

function guest(name: string, known: Known): object {
  return { name, uuid: name, persistent: true, autostart: false, saved: false, live: null, config: null, balloonKiB: null, snapshots: [], ...known };
}

/** Numbers of virDomainState and its reasons. */
const RUNNING: Known = { id: 2, state: 1, reason: 1 };
const PAUSED: Known = { id: 1, state: 3, reason: 1 };
const SHUT_DOWN: Known = { id: -1, state: 5, reason: 1 };

function failedIn(first: Known, second: Known, third: Known): string[] {
  const answers = {
    guests: [guest("smartgo_01", first), guest("smartgo_02", second), guest("smartgo_03", third)],
    networks: [],
    pools: [],
    monitor: {},
    inside: {},
  };
  const facts = { libvirt: libvirtFacts().read(JSON.stringify(answers)) };
  return Object.entries(checks.tasks)
    .filter(([, judge]) => judge(facts, { id: "1" }).outcome === "failed")
    .map(([task]) => task);
}

test("the start, and the goal", () => {
  assert.deepEqual(failedIn({ ...RUNNING, id: 1 }, RUNNING, SHUT_DOWN), ["paused", "shut-down", "started"]);
  assert.deepEqual(failedIn(PAUSED, SHUT_DOWN, RUNNING), []);
});

test("a guest that was cut off, paused or saved did not shut down", () => {
  assert.deepEqual(failedIn(PAUSED, { ...SHUT_DOWN, reason: 2 }, RUNNING), ["shut-down"]);
  assert.deepEqual(failedIn(PAUSED, { ...PAUSED, id: 2 }, RUNNING), ["shut-down"]);
  assert.deepEqual(failedIn(PAUSED, { ...SHUT_DOWN, reason: 5 }, RUNNING), ["shut-down"]);
});

test("another run, paused or saved, is not the one of the start", () => {
  assert.deepEqual(failedIn({ ...PAUSED, id: 4 }, SHUT_DOWN, RUNNING), ["paused"]);
  assert.deepEqual(failedIn({ ...SHUT_DOWN, reason: 5, saved: true }, SHUT_DOWN, RUNNING), ["paused"]);
});
