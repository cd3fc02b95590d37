import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import checks from "./checks.ts";

const HOST = "hypervisor: qemu\nkernel: bare hardware\n../../../../bus/virtio/drivers/virtio_blk\n../../../../bus/virtio/drivers/virtio_net\n";
const GUEST = "hypervisor: KVM\nkernel: KVM\n../../../../../bus/virtio/drivers/virtio_net\n../../../../../bus/virtio/drivers/virtio_balloon\n";
const RIGHT = {
  host: { hypervisor: "qemu", kernel_says: "bare hardware", virtio: ["virtio_net", "virtio_blk"] },
  guest: { hypervisor: "kvm", kernel_says: "Booting paravirtualized kernel on KVM", virtio: ["virtio_net", "virtio_balloon"] },
  guest_accelerator: "kvm",
};
const DOMAIN = {
  name: "smartgo_01",
  uuid: "6f1c9f1e-5a0b-4c55-9d0e-0a1d5e5f0001",
  id: 1,
  state: 1,
  reason: 1,
  persistent: true,
  autostart: false,
  saved: false,
  live: null,
  config: null,
  balloonKiB: 524288,
  snapshots: [],
};

function judge(answers: object, { inside = GUEST as string | null, state = 1, enabled = true } = {}): Record<string, Outcome> {
  const said = checks.facts.said.read(`read\n${JSON.stringify(answers)}`);
  const libvirt = checks.facts.libvirt.read(
    JSON.stringify({
      guests: [{ ...DOMAIN, state }],
      networks: [],
      pools: [],
      monitor: { kvm: { answer: { enabled, present: true } } },
      inside: { reading: inside === null ? { error: "silent" } : { status: 0, output: inside } },
    }),
  );
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judgeOf]) => [task, judgeOf({ said, host: HOST, libvirt }, {})]));
}
const failedTasks = (verdict: Record<string, Outcome>): string[] => Object.keys(verdict).filter((task) => verdict[task]?.outcome === "failed");
const found = (verdict: Record<string, Outcome>, task: string): string => verdict[task]?.found.en ?? "";

test("the right answers pass, whatever their case, their order, or how much of the line was copied", () => {
  assert.deepEqual(failedTasks(judge(RIGHT)), []);
});

test("values of the host are no answer for the guest", () => {
  const verdict = judge({ ...RIGHT, guest: RIGHT.host });
  assert.deepEqual(failedTasks(verdict), ["guest"]);
  assert.match(found(verdict, "guest"), /what the host runs on/);
});

test("none, and kvm for a host that only offers it, are explained", () => {
  assert.match(found(judge({ ...RIGHT, host: { ...RIGHT.host, hypervisor: "none" } }), "host"), /LC_ALL=C/);
  assert.match(found(judge({ ...RIGHT, host: { ...RIGHT.host, hypervisor: "KVM" } }), "host"), /\/dev\/kvm/);
});

test("the list of drivers must be whole, and hold no other", () => {
  assert.match(found(judge({ ...RIGHT, guest: { ...RIGHT.guest, virtio: ["virtio_net"] } }), "guest"), /1 of 2/);
  assert.match(found(judge({ ...RIGHT, host: { ...RIGHT.host, virtio: ["virtio_net", "virtio_blk", "e1000"] } }), "host"), /e1000/);
});

test("QEMU decides on the accelerator", () => {
  assert.deepEqual(failedTasks(judge(RIGHT, { enabled: false })), ["accelerator"]);
  assert.deepEqual(failedTasks(judge({ ...RIGHT, guest_accelerator: "tcg" }, { enabled: false })), []);
});

test("a guest that is off fails, one that does not answer is errored", () => {
  assert.deepEqual(failedTasks(judge(RIGHT, { state: 5 })), ["guest", "accelerator"]);
  assert.throws(() => judge(RIGHT, { inside: null }), FactUnknown);
});
