import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks, { type Boot } from "./checks.ts";

interface Sample {
  readonly first?: object;
  readonly second?: object;
  readonly boot?: Partial<Boot>;
}

function guest(name: string, known: object): object {
  const off = { id: -1, state: 5, reason: 0, persistent: true, autostart: false, saved: false, live: null, config: null, balloonKiB: null, snapshots: [] };
  return { name, uuid: name, ...off, ...known };
}

const AT_START: Boot = { link: "/etc/libvirt/qemu/autostart/smartgo_01.xml", daemon: "enabled", onBoot: "", noted: 100, started: 0 };
const LINKED = { link: "/etc/libvirt/qemu/smartgo_01.xml" };
const DONE: Sample = { first: { autostart: true, state: 1, id: 1 }, boot: { ...LINKED, noted: 200, started: 203 } };

function outcomes({ first = {}, second = {}, boot = {} }: Sample): Record<string, Outcome> {
  const answers = { guests: [guest("smartgo_01", first), guest("smartgo_02", second)], networks: [], pools: [], monitor: {}, inside: {} };
  const facts = { libvirt: libvirtFacts().read(JSON.stringify(answers)), boot: { ...AT_START, ...boot } };
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judge]) => [task, judge(facts, { boot: AT_START })]));
}

function failedIn(sample: Sample): string[] {
  return Object.entries(outcomes(sample))
    .filter(([, { outcome }]) => outcome === "failed")
    .map(([task]) => task);
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["marked", "proof"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a mark needs the daemon and the disk", () => {
  const byHand = outcomes({ boot: LINKED }).marked;
  assert.ok(byHand?.outcome === "failed");
  assert.match(byHand.found.en, /made by hand/);
  const inMemory = outcomes({ first: { autostart: true } }).marked;
  assert.ok(inMemory?.outcome === "failed");
  assert.match(inMemory.found.en, /only the link counts/);
  assert.deepEqual(failedIn({ ...DONE, boot: { ...DONE.boot, daemon: "disabled" } }), ["marked"]);
});

test("a start by hand, and one before the autostart, prove nothing", () => {
  assert.deepEqual(failedIn({ ...DONE, boot: { ...LINKED, noted: 100, started: 203 } }), ["proof"]);
  assert.deepEqual(failedIn({ ...DONE, boot: { ...LINKED, noted: 200, started: 150 } }), ["proof"]);
});

test("whatever would start the second guest", () => {
  assert.deepEqual(failedIn({ ...DONE, second: { autostart: true } }), ["not-marked", "proof"]);
  assert.deepEqual(failedIn({ ...DONE, boot: { ...DONE.boot, onBoot: "start" } }), ["not-marked", "proof"]);
  assert.deepEqual(failedIn({ ...DONE, second: { state: 1 } }), ["proof"]);
});
