import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type HostFacts, type Ready } from "./checks.ts";

const HOST: HostFacts = {
  extension: "svm",
  cpus: 2,
  modules: ["kvm", "kvm_amd"],
  nested: true,
  mode: "660",
  group: "kvm",
  memoryMiB: 1974.2,
  freeGiB: 8.2,
  validate: 0,
};
const RIGHT: Ready = {
  extension: "svm",
  cpus: 2,
  modules: ["kvm", "kvm_amd"],
  nested: true,
  device_mode: "0660",
  device_group: "kvm",
  memory_mib: 1974,
  free_gib: 8.2,
  validate_exit: 0,
};

function failedIn(said: Partial<Ready>): string[] {
  return Object.entries(checks.tasks)
    .filter(([, judge]) => judge({ report: { state: "read", value: { ...RIGHT, ...said } }, host: HOST }, {}).outcome === "failed")
    .map(([task]) => task);
}

test("all right, and no file at all", () => {
  assert.deepEqual(failedIn({}), []);
  for (const judge of Object.values(checks.tasks)) assert.equal(judge({ report: { state: "absent" }, host: HOST }, {}).outcome, "failed");
});

test("each wrong answer fails its own task", () => {
  assert.deepEqual(failedIn({ extension: "smx" }), ["cpu"]);
  assert.deepEqual(failedIn({ extension: "VT-x" }), ["cpu"]);
  assert.deepEqual(failedIn({ cpus: 1 }), ["cpu"]);
  assert.deepEqual(failedIn({ modules: ["kvm"] }), ["kvm"]);
  assert.deepEqual(failedIn({ modules: ["kvm", "kvm_amd", "irqbypass"] }), ["kvm"]);
  assert.deepEqual(failedIn({ nested: false }), ["kvm"]);
  assert.deepEqual(failedIn({ device_mode: "0666" }), ["kvm"]);
  assert.deepEqual(failedIn({ memory_mib: 2021580 }), ["room"]);
  assert.deepEqual(failedIn({ free_gib: 9.8 }), ["room"]);
  assert.deepEqual(failedIn({ validate_exit: 1 }), ["verdict"]);
});

test("a file name of a module and a rounded number are right too", () => {
  assert.deepEqual(failedIn({ modules: ["kvm.ko", "kvm-amd.ko.xz"], memory_mib: 1974.19, free_gib: 8 }), []);
});
