import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { readGuestFacts } from "../../../../../lab-server/grading/probes/guest.ts";
import checks from "./checks.ts";

const MIB = 1024 * 1024;
const BEFORE = {
  state: "running",
  balloonBytes: 512 * MIB,
  libvirtKiB: 512 * 1024,
  maximumKiB: 1024 * 1024,
  configKiB: 512 * 1024,
  guestTotalKiB: 440 * 1024,
  bootId: "first-boot",
  qemuProcess: { pid: 800, startTicks: 50 },
};
const AFTER = { ...BEFORE, balloonBytes: 1024 * MIB, libvirtKiB: 1024 * 1024, guestTotalKiB: 952 * 1024 };
const start = { bootId: "first-boot", qemuProcess: { pid: 800, startTicks: 50 } };
type Task = keyof typeof checks.tasks;

function judge(task: Task, raw: object, silent: object = {}): Outcome {
  const judgeOf = checks.tasks[task];
  assert.ok(judgeOf);
  return judgeOf({ guest: readGuestFacts("smartgo_01", JSON.stringify({ facts: raw, silent })) }, { start });
}

function outcomes(raw: object): Record<string, string> {
  return Object.fromEntries(Object.keys(checks.tasks).map((task) => [task, judge(task, raw).outcome]));
}

function without(raw: object, ...names: string[]): object {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !names.includes(name)));
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(outcomes(BEFORE), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "passed" });
  assert.deepEqual(outcomes(AFTER), { "balloon-target": "passed", "guest-memory": "passed", "not-rebooted": "passed" });
});

test("two MiB short of the target is the target, three are not", () => {
  assert.equal(judge("balloon-target", { ...AFTER, balloonBytes: 1022 * MIB }).outcome, "passed");
  assert.equal(judge("balloon-target", { ...AFTER, balloonBytes: 1021 * MIB }).outcome, "failed");
});

test("only the stored definition changed: the verdict says so", () => {
  const outcome = judge("balloon-target", { ...BEFORE, configKiB: 1024 * 1024 });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /Only the stored definition says 1024 MiB/);
});

test("half way is not there", () => {
  const raw = { ...BEFORE, balloonBytes: 768 * MIB, libvirtKiB: 768 * 1024, guestTotalKiB: 696 * 1024 };
  assert.deepEqual(outcomes(raw), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "passed" });
});

test("memory that the guest does not see does not count", () => {
  assert.equal(judge("guest-memory", { ...AFTER, guestTotalKiB: 883 * 1024 }).outcome, "failed");
  assert.equal(judge("guest-memory", { ...AFTER, guestTotalKiB: 884 * 1024 }).outcome, "passed");
});

test("a squeezed guest that no longer answers is failed with the reason, not errored", () => {
  const raw = { ...without(BEFORE, "bootId", "guestTotalKiB"), balloonBytes: 88 * MIB, libvirtKiB: 88 * 1024 };
  for (const task of Object.keys(checks.tasks)) assert.equal(judge(task, raw, { agent: "not responding" }).outcome, "failed", task);
  const outcome = judge("balloon-target", raw);
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.look.en, /KiB/);
});

test("a guest with enough memory that does not answer is errored", () => {
  const raw = without(AFTER, "bootId", "guestTotalKiB");
  for (const task of ["guest-memory", "not-rebooted"]) assert.throws(() => judge(task, raw, { agent: "not responding" }), FactUnknown);
});

test("a restart fails, and so does a guest that is off", () => {
  assert.equal(judge("not-rebooted", { ...AFTER, qemuProcess: { pid: 801, startTicks: 99 } }).outcome, "failed");
  assert.equal(judge("not-rebooted", { ...AFTER, bootId: "second-boot" }).outcome, "failed");
  assert.deepEqual(outcomes({ state: "shut-off" }), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "failed" });
});
