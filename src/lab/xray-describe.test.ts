/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { LOCALES } from "../../lab-server/contract/locale.ts";
import { MACHINES, SAMPLES } from "./fixtures/xray-recorded.ts";
import { commandOf } from "./xray-command.ts";
import { currentMemory, describe } from "./xray-describe.ts";
import { bytes, fileName, rate, share, size } from "./xray-format.ts";
import { PART_KINDS, type Part } from "./xray-part.ts";
import { XRAY_STRINGS } from "./xray-strings.ts";

const [machine, sample] = [MACHINES[3], SAMPLES.at(-2)];
assert.ok(machine && sample);
const guest = "smartgo_02";
const ITEMS: Partial<Record<Part["kind"], Omit<Part, "kind">>> = {
  counter: { item: "io_exits" },
  network: { item: "default" },
  pool: { item: "default" },
  vcpu: { guest, item: "1" },
  disk: { guest, item: "vda" },
  nic: { guest, item: "52:54:00:6b:3c:02" },
  tap: { guest, item: "52:54:00:6b:3c:02" },
  graphics: { guest, item: "0" },
};
const partOf = (kind: Part["kind"]): Part => ({ kind, ...(ITEMS[kind] ?? { guest }) });

test("every kind of part has a card with a text, a command and a lesson, in each language", () => {
  for (const kind of PART_KINDS) {
    for (const locale of LOCALES) {
      const told = describe(partOf(kind), machine, sample, XRAY_STRINGS[locale]);
      assert.ok(told, kind);
      assert.ok(told.title.length > 1 && told.text.length > 8 && told.command !== undefined, kind);
      assert.ok(!JSON.stringify(told).includes("undefined"), JSON.stringify(told));
    }
  }
});

test("the commands are those that tell the same", () => {
  const command = (part: Part) => describe(part, machine, sample, XRAY_STRINGS.en)?.command;
  assert.equal(command(partOf("vcpu")), "ps -L -o tid,pcpu,comm -p 1487");
  assert.equal(command(partOf("disk")), "qemu-img info -U --backing-chain /var/lib/libvirt/images/smartgo_02.qcow2");
  assert.equal(command({ kind: "disk", guest, item: "sda" }), "virsh domblklist smartgo_02");
  assert.equal(command(partOf("monitor")), "virsh qemu-monitor-command smartgo_02 --hmp info status");
});

test("what is gone has no card", () => {
  for (const kind of ["guest", "vcpu", "memory", "disk"] as const)
    assert.equal(describe({ kind, guest: "other" }, machine, sample, XRAY_STRINGS.en), undefined);
  assert.equal(describe({ kind: "vcpu", guest, item: "7" }, machine, sample, XRAY_STRINGS.en), undefined);
});

test("a name from the host is one word of the command, or there is none", () => {
  assert.equal(commandOf(["virsh dumpxml", { name: "smartgo_01" }]), "virsh dumpxml smartgo_01");
  assert.equal(commandOf(["virsh dumpxml", { name: "a b; rm -rf /" }]), "virsh dumpxml 'a b; rm -rf /'");
  assert.equal(commandOf(["virsh dumpxml", { name: "it's $(x)" }]), "virsh dumpxml 'it'\\''s $(x)'");
  assert.equal(commandOf(["virsh dumpxml", { name: "客户机" }]), "virsh dumpxml '客户机'");
  for (const name of ["", "--help", "a\nreboot", "a\rreboot", "a\u001b[A", "a\u2028b", "\u202egnp"]) {
    assert.equal(commandOf(["virsh dumpxml", { name }]), undefined, JSON.stringify(name));
  }
});

test("the balloon tells what a running guest has, the definition what one has that is off", () => {
  const [first] = machine.guests;
  assert.ok(first);
  assert.equal(currentMemory(first, 700), 700);
  assert.equal(currentMemory(first, 5000), 1024, "never more than there is");
  assert.equal(currentMemory({ ...first, process: undefined }, 700), first.memory.currentMiB);
});

test("numbers are read at a glance", () => {
  assert.deepEqual([0.2, 1.25, 512, 1024, 1974, 5000, 8192].map(size), ["0.2 MiB", "1.3 MiB", "512 MiB", "1 GiB", "1974 MiB", "4.9 GiB", "8 GiB"]);
  assert.deepEqual([0, 0.04, 1.4].map(share), ["0 %", "4 %", "140 %"]);
  assert.deepEqual([0, 0.44, 12.6, 1697.9, 1234567].map(rate), ["0", "0.4", "13", "1\u2009698", "1\u2009234\u2009567"]);
  assert.deepEqual([0, 999, 1234, 56_789, 1_500_000].map(bytes), ["0 B/s", "999 B/s", "1.2 kB/s", "57 kB/s", "1.5 MB/s"]);
  assert.deepEqual(["/a/b.qcow2", "/a/b/", "b"].map(fileName), ["b.qcow2", "b", "b"]);
});
