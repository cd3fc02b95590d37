import assert from "node:assert/strict";
import { test } from "node:test";
import { type MachineSpec, qemuArguments, TCG_CODE_MIB } from "./args.ts";

const clone: MachineSpec = {
  accelerator: "tcg",
  vcpus: 2,
  memoryMiB: 2048,
  ram: { path: "/t/ram", mode: "private" },
  disk: "/h/disk.qcow2",
  qmp: "/h/qmp",
  agent: "/h/agent",
  generation: "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87",
};
const value = (args: string[], option: string): string | undefined => args[args.indexOf(option) + 1];

test("a clone maps the template's memory copy-on-write from a file it may not write, and waits for its state", () => {
  const args = qemuArguments(clone);
  assert.match(value(args, "-object") ?? "", /share=off,readonly=on,rom=off$/);
  assert.equal(value(args, "-incoming"), "defer");
  assert.ok(args.includes("-S"));
});

test("the network is cut off, and the port is the kernel's choice on loopback", () => {
  assert.match(value(qemuArguments(clone), "-netdev") ?? "", /restrict=on,hostfwd=tcp:127\.0\.0\.1:0-/);
});

test("QEMU may neither start a process nor gain rights", () => {
  const sandbox = value(qemuArguments(clone), "-sandbox") ?? "";
  for (const rule of ["elevateprivileges=deny", "spawn=deny", "resourcecontrol=deny", "obsolete=deny"]) assert.ok(sandbox.includes(rule), rule);
});

test("template and clone have the same devices", () => {
  const template = qemuArguments({
    ...clone,
    ram: { ...clone.ram, mode: "shared" },
    boot: { kernel: "/i/vmlinuz", initrd: "/i/initrd", serialLog: "/t/serial" },
  });
  const devices = (args: string[]) => args.filter((_, index) => args[index - 1] === "-device");
  assert.deepEqual(devices(template), devices(qemuArguments(clone)));
  assert.match(value(template, "-object") ?? "", /share=on$/);
});

test("a comma in a path stays part of the path", () => {
  const args = qemuArguments({ ...clone, qmp: "/h/a,b/qmp" });
  assert.equal(value(args, "-qmp"), "unix:/h/a,,b/qmp,server=on,wait=off");
});

test("KVM uses the node's own CPU", () => {
  const args = qemuArguments({ ...clone, accelerator: "kvm" });
  assert.equal(value(args, "-accel"), "kvm");
  assert.equal(value(args, "-cpu"), "host");
});

test("a host that resets ends, whether it boots or is a clone, and a kernel that has failed resets", () => {
  const boots = qemuArguments({ ...clone, boot: { kernel: "/i/vmlinuz", initrd: "/i/initrd", serialLog: "/t/serial" } });
  for (const args of [boots, qemuArguments(clone)]) assert.equal(value(args, "-action"), "reboot=shutdown,panic=pause");
  for (const word of ["init_on_alloc=0", "oops=panic", "panic=-1", "nohz=off", "highres=off"])
    assert.ok(value(boots, "-append")?.split(" ").includes(word), word);
});

test("a clone keeps as much translated code as it is given", () => {
  assert.match(value(qemuArguments(clone), "-accel") ?? "", new RegExp(`tb-size=${TCG_CODE_MIB}$`));
  assert.match(value(qemuArguments({ ...clone, codeMiB: 300 }), "-accel") ?? "", /tb-size=300$/);
});
