import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { PROCESS_SECTIONS, VM_PROCESS_WORDS } from "./vm-process-data.ts";

test("both languages are complete", () => {
  complete([PROCESS_SECTIONS, VM_PROCESS_WORDS]);
});

test("the guest is in a thread, in memory, and behind two descriptors", () => {
  const guest = PROCESS_SECTIONS.map((section) => section.parts.filter((part) => part.guest).map((part) => part.name));
  assert.deepEqual(guest, [["CPU 0/KVM"], ["pc.ram"], ["anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0"]]);
});
