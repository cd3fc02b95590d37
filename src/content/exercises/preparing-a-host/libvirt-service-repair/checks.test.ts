import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type Answer, type Units } from "./checks.ts";

const DONE: Units = {
  socket: { load: "loaded", active: "active", file: "enabled" },
  service: { load: "loaded", active: "inactive", file: "enabled" },
  byHand: 0,
  virsh: 0,
  said: "qemu:///system\n",
};
const BROKEN: Units = {
  socket: { load: "masked", active: "inactive", file: "masked" },
  service: { load: "loaded", active: "inactive", file: "disabled" },
  byHand: 0,
  virsh: 1,
  said: "error: failed to connect to the hypervisor",
};
const RIGHT: Answer = { unit: "libvirtd.socket", seconds: 120 };

function failedIn(units: Units, answer?: Answer): string[] {
  const report = answer === undefined ? ({ state: "absent" } as const) : ({ state: "read", value: answer } as const);
  return Object.entries(checks.tasks)
    .filter(([, judge]) => judge({ units, report }, {}).outcome === "failed")
    .map(([task]) => task);
}

test("broken, and repaired", () => {
  assert.deepEqual(failedIn(BROKEN), ["now", "wakes", "boot", "answer"]);
  assert.deepEqual(failedIn(DONE, RIGHT), []);
});

test("a daemon alone is no repair, whoever started it", () => {
  const service = { load: "loaded", active: "active", file: "disabled" };
  assert.deepEqual(failedIn({ ...BROKEN, service, virsh: 0 }, RIGHT), ["wakes", "boot"]);
  assert.deepEqual(failedIn({ ...DONE, byHand: 1 }, RIGHT), ["wakes"]);
});

test("enabled is not started, and one of two is not both", () => {
  assert.deepEqual(failedIn({ ...DONE, service: { ...DONE.service, file: "disabled" } }, RIGHT), ["boot"]);
  assert.deepEqual(failedIn({ ...DONE, socket: { ...DONE.socket, file: "disabled" } }, RIGHT), ["boot"]);
  assert.deepEqual(failedIn({ ...DONE, service: { ...DONE.service, load: "masked", file: "masked" } }, RIGHT), ["wakes", "boot"]);
});

test("the answers", () => {
  assert.deepEqual(failedIn(DONE, { unit: "libvirtd.service", seconds: 120 }), ["answer"]);
  assert.deepEqual(failedIn(DONE, { unit: "libvirtd.socket", seconds: 2 }), ["answer"]);
});
