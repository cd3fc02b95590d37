import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import type { GuestMemory } from "../../../../../lab-server/grading/probes/guest.ts";
import { sampleGuest } from "../../../../../lab-server/grading/probes/sample-guest.ts";
import checks from "./checks.ts";

const BEFORE: Partial<GuestMemory> = {
  state: "running",
  balloonMiB: 512,
  liveMiB: 512,
  configMiB: 512,
  guestTotalMiB: 440,
  bootId: "first-boot",
  qemuProcess: { pid: 800, startTicks: 50 },
};
const AFTER: Partial<GuestMemory> = { ...BEFORE, balloonMiB: 1024, liveMiB: 1024, guestTotalMiB: 952 };
const start = { bootId: "first-boot", qemuProcess: { pid: 800, startTicks: 50 } };
type Task = keyof typeof checks.tasks;

function judge(task: Task, known: Partial<GuestMemory>): Outcome {
  const judgeOf = checks.tasks[task];
  assert.ok(judgeOf);
  return judgeOf({ guest: sampleGuest<GuestMemory>(known) }, { start });
}

function outcomes(known: Partial<GuestMemory>): Record<string, string> {
  return Object.fromEntries(Object.keys(checks.tasks).map((task) => [task, judge(task, known).outcome]));
}

function without(known: Partial<GuestMemory>, ...names: (keyof GuestMemory)[]): Partial<GuestMemory> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name as keyof GuestMemory)));
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(outcomes(BEFORE), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "passed" });
  assert.deepEqual(outcomes(AFTER), { "balloon-target": "passed", "guest-memory": "passed", "not-rebooted": "passed" });
});

test("two MiB short of the target is the target, three are not", () => {
  assert.equal(judge("balloon-target", { ...AFTER, balloonMiB: 1022 }).outcome, "passed");
  assert.equal(judge("balloon-target", { ...AFTER, balloonMiB: 1021 }).outcome, "failed");
});

test("only the stored definition changed: the verdict says so", () => {
  const outcome = judge("balloon-target", { ...BEFORE, configMiB: 1024 });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /Only the stored definition says 1024 MiB/);
});

test("half way is not there", () => {
  const known = { ...BEFORE, balloonMiB: 768, liveMiB: 768, guestTotalMiB: 696 };
  assert.deepEqual(outcomes(known), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "passed" });
});

test("memory that the guest does not see does not count", () => {
  assert.equal(judge("guest-memory", { ...AFTER, guestTotalMiB: 883 }).outcome, "failed");
  assert.equal(judge("guest-memory", { ...AFTER, guestTotalMiB: 884 }).outcome, "passed");
});

test("a squeezed guest that no longer answers is failed with the reason, not errored", () => {
  const known = { ...without(BEFORE, "bootId", "guestTotalMiB"), balloonMiB: 137, liveMiB: 137 };
  for (const task of Object.keys(checks.tasks)) assert.equal(judge(task, known).outcome, "failed", task);
  const outcome = judge("balloon-target", known);
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.look.en, /KiB/);
});

test("a guest with enough memory that does not answer is errored", () => {
  const known = without(AFTER, "bootId", "guestTotalMiB");
  for (const task of ["guest-memory", "not-rebooted"]) assert.throws(() => judge(task, known), FactUnknown);
});

test("a restart fails, and so does a guest that is off", () => {
  assert.equal(judge("not-rebooted", { ...AFTER, qemuProcess: { pid: 801, startTicks: 99 } }).outcome, "failed");
  assert.equal(judge("not-rebooted", { ...AFTER, bootId: "second-boot" }).outcome, "failed");
  assert.deepEqual(outcomes({ state: "shut-off" }), { "balloon-target": "failed", "guest-memory": "failed", "not-rebooted": "failed" });
});
