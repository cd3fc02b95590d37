import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import type { GuestCpus } from "../../../../../lab-server/grading/probes/guest.ts";
import { sampleGuest } from "../../../../../lab-server/grading/probes/sample-guest.ts";
import checks from "./checks.ts";

const BEFORE: Partial<GuestCpus> = {
  state: "running",
  liveVcpus: 1,
  configVcpus: 1,
  qemuVcpus: 1,
  guestOnlineCpus: 1,
  bootId: "first-boot",
  qemuProcess: { pid: 800, startTicks: 50 },
};
const AFTER: Partial<GuestCpus> = { ...BEFORE, liveVcpus: 4, qemuVcpus: 4, guestOnlineCpus: 4 };
const start = { bootId: "first-boot", qemuProcess: { pid: 800, startTicks: 50 } };
type Task = keyof typeof checks.tasks;

function judge(task: Task, known: Partial<GuestCpus>): Outcome {
  const judgeOf = checks.tasks[task];
  assert.ok(judgeOf);
  return judgeOf({ guest: sampleGuest<GuestCpus>(known) }, { start });
}

function outcomes(known: Partial<GuestCpus>): Record<string, string> {
  return Object.fromEntries(Object.keys(checks.tasks).map((task) => [task, judge(task, known).outcome]));
}

function without(known: Partial<GuestCpus>, ...names: (keyof GuestCpus)[]): Partial<GuestCpus> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name as keyof GuestCpus)));
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(outcomes(BEFORE), { "live-vcpus": "failed", "guest-online": "failed", "not-rebooted": "passed" });
  assert.deepEqual(outcomes(AFTER), { "live-vcpus": "passed", "guest-online": "passed", "not-rebooted": "passed" });
});

test("only the stored definition changed: the verdict says so", () => {
  const outcome = judge("live-vcpus", { ...BEFORE, configVcpus: 4 });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /Only the stored definition says 4/);
});

test("the guest must use what QEMU has", () => {
  assert.deepEqual(outcomes({ ...AFTER, guestOnlineCpus: 1 }), { "live-vcpus": "passed", "guest-online": "failed", "not-rebooted": "passed" });
  assert.deepEqual(outcomes({ ...AFTER, liveVcpus: 3, qemuVcpus: 3, guestOnlineCpus: 3 }), {
    "live-vcpus": "failed",
    "guest-online": "failed",
    "not-rebooted": "passed",
  });
});

test("a CPU added past libvirt counts, and the verdict says that libvirt does not know", () => {
  const outcome = judge("live-vcpus", { ...AFTER, liveVcpus: 1 });
  assert.equal(outcome.outcome, "passed");
  assert.match(outcome.found.en, /libvirt still counts 1/);
});

test("another process, another start of the same pid, another boot: each is a restart", () => {
  for (const change of [{ qemuProcess: { pid: 801, startTicks: 50 } }, { qemuProcess: { pid: 800, startTicks: 51 } }, { bootId: "second-boot" }]) {
    assert.equal(judge("not-rebooted", { ...AFTER, ...change }).outcome, "failed");
  }
});

test("a restarted guest that has no agent yet was restarted all the same", () => {
  const known = { ...without(AFTER, "bootId", "guestOnlineCpus"), qemuProcess: { pid: 801, startTicks: 90 } };
  assert.equal(judge("not-rebooted", known).outcome, "failed");
  assert.throws(() => judge("guest-online", known), FactUnknown);
});

test("a guest that is off, paused or gone fails every task in words", () => {
  for (const state of ["shut-off", "paused", "absent", "crashed", "suspended", "shutting-down", "unknown"] as const) {
    const found = Object.keys(checks.tasks).map((task) => judge(task, { state }));
    assert.deepEqual([...new Set(found.map(({ outcome }) => outcome))], ["failed"]);
  }
});

test("a definition that is gone does not stop the check of the running guest", () => {
  assert.equal(judge("live-vcpus", without(BEFORE, "configVcpus")).outcome, "failed");
});
