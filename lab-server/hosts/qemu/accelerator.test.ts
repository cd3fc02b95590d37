import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseAccelerator, type Surroundings } from "./accelerator.ts";
import { kernelEscapes } from "./kernel-gate.ts";

const safe: Surroundings = { tryKvm: async () => undefined, nested: () => true, kernelRelease: () => "6.12.110-amd64" };

test("a node whose QEMU runs with KVM, nests, and has the fixes is accelerated", async () => {
  assert.deepEqual((await chooseAccelerator("auto", false, safe)).view, { kind: "kvm", forced: false, reason: "works" });
});

test("a /dev/kvm that QEMU dies with is not used, and the log says what QEMU said", async () => {
  const choice = await chooseAccelerator("auto", false, { ...safe, tryKvm: async () => "error: failed to set MSR 0x10a to 0x0" });
  assert.deepEqual(choice.view, { kind: "tcg", forced: false, reason: "start-failed" });
  assert.match(choice.log, /failed to set MSR 0x10a/);
});

test("no device, no nesting, and an unsafe kernel each give emulation with their own reason", async () => {
  const reason = async (part: Partial<Surroundings>) => (await chooseAccelerator("auto", false, { ...safe, ...part })).view.reason;
  assert.equal(await reason({ tryKvm: async () => "Could not access KVM kernel module: No such file or directory" }), "no-device");
  assert.equal(await reason({ nested: () => false }), "no-nesting");
  assert.equal(await reason({ nested: () => undefined }), "no-nesting");
  assert.equal(await reason({ kernelRelease: () => "6.12.94" }), "unsafe-kernel");
});

test("the operator may force either, and unsafe nesting only by saying so", async () => {
  assert.deepEqual((await chooseAccelerator("tcg", false, safe)).view, { kind: "tcg", forced: true, reason: "forced" });
  assert.deepEqual((await chooseAccelerator("kvm", false, safe)).view, { kind: "kvm", forced: true, reason: "forced" });
  const unsafe = { ...safe, kernelRelease: () => "6.12.94" };
  await assert.rejects(chooseAccelerator("kvm", false, unsafe), /CVE-2026-53359.*RINGSIDE_UNSAFE_NESTING/);
  assert.match((await chooseAccelerator("auto", true, unsafe)).log, /UNSAFE/);
  await assert.rejects(chooseAccelerator("kvm", false, { ...safe, tryKvm: async () => "no" }), /kvm is forced/);
});

test("first fixed kernels, branch by branch", () => {
  const all = ["CVE-2026-53359", "CVE-2026-46113", "CVE-2026-64561"];
  assert.deepEqual(kernelEscapes("6.12.94"), all);
  assert.deepEqual(kernelEscapes("6.12.95+deb13-amd64"), ["CVE-2026-64561"]);
  assert.deepEqual(kernelEscapes("6.12.103"), []);
  assert.deepEqual(kernelEscapes("7.1.5"), ["CVE-2026-64561"]);
  assert.deepEqual(kernelEscapes("7.1.6"), []);
  assert.deepEqual(kernelEscapes("7.2.0-rc5"), []);
  assert.deepEqual(kernelEscapes("7.2.0-rc4"), ["CVE-2026-64561"]);
  assert.deepEqual(kernelEscapes("6.14.0-27-generic"), all);
  assert.deepEqual(kernelEscapes("strange"), all);
});
