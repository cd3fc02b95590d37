import assert from "node:assert/strict";
import { test } from "node:test";
import checks from "./checks.ts";

type Run = Parameters<(typeof checks.tasks)["numbers"]>[0]["run"];
const ONE = { name: "smartgo_01", state: 1, vcpus: 1, max_vcpus: 4, max_memory_mib: 1024, autostart: false };
const TWO = { name: "smartgo_02", state: 5, vcpus: 2, max_vcpus: 4, max_memory_mib: 320, autostart: true };
const NEW = { name: "unseen-1a2b3c", state: 5, vcpus: 3, max_vcpus: 4, max_memory_mib: 160, autostart: false };
const worded = ({ state, ...rest }: typeof ONE): Record<string, unknown> => ({ ...rest, state: state === 1 ? "running" : "shut off" });

function outcomes(output: unknown, change: Partial<Run> = {}): string[] {
  const run: Run = { exists: true, status: 0, output: JSON.stringify(output), errors: "", unseen: NEW.name, guests: [ONE, TWO, NEW], ...change };
  return Object.values(checks.tasks).map((judge) => judge({ run }, {}).outcome);
}

test("everything, also the guest that was defined behind its back", () => {
  assert.deepEqual(outcomes([ONE, TWO, NEW].map(worded)), ["passed", "passed", "passed"]);
});

test("only running guests, only known guests, one twice", () => {
  for (const guests of [[ONE], [ONE, TWO], [ONE, ONE, TWO, NEW]]) assert.deepEqual(outcomes(guests.map(worded)), ["failed", "passed", "passed"]);
});

test("a wrong number and a wrong state each fail in their own task", () => {
  assert.deepEqual(outcomes([{ ...worded(ONE), max_memory_mib: 512 }, worded(TWO), worded(NEW)]), ["passed", "failed", "passed"]);
  assert.deepEqual(outcomes([worded(ONE), { ...worded(TWO), autostart: false }, worded(NEW)]), ["passed", "passed", "failed"]);
  assert.deepEqual(outcomes([worded(ONE), worded(TWO), { ...worded(NEW), state: "running" }]), ["passed", "passed", "failed"]);
});

test("no program, a crash, no end, no JSON, nothing listed", () => {
  const none = ["failed", "failed", "failed"];
  assert.deepEqual(outcomes([], { exists: false }), none);
  assert.deepEqual(outcomes([], { status: 1, errors: "libvirt.libvirtError: Requested operation is not valid: domain is not running\n" }), none);
  assert.deepEqual(outcomes([], { status: null }), none);
  assert.deepEqual(outcomes([], { output: "Name: smartgo_01" }), none);
  assert.deepEqual(outcomes([]), none);
});
