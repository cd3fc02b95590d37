import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const TRACES: Traces = { file: { format: "qcow2", bytes: 1024 ** 3 }, bootable: true, complaint: "" };
const PARTS = {
  memory: "<memory unit='KiB'>1048576</memory><currentMemory unit='KiB'>524288</currentMemory>",
  cpus: "<vcpu current='1'>4</vcpu>",
};
type Parts = Partial<typeof PARTS>;
function xml(change: Parts = {}): string {
  const { memory, cpus } = { ...PARTS, ...change };
  return `<domain><name>centos7</name>${memory}${cpus}<devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/centos7u2.img'/><target dev='vda' bus='virtio'/></disk>
    <graphics type='vnc' port='5950' autoport='no' listen='127.0.0.1'/></devices></domain>`;
}

function task(name: string, guest: object | undefined, traces: Partial<Traces> = {}): Outcome {
  const running = { name: "centos7", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: true, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: xml(), config: xml(), snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces }, listening: "LISTEN 0 1 127.0.0.1:5950 0.0.0.0:*" }, {});
}
function failedIn(guest: object | undefined, traces: Partial<Traces> = {}): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, guest, traces).outcome === "failed");
}
const changed = (change: Parts): object => ({ live: xml(change), config: xml(change) });

test("nothing, and everything", () => {
  assert.deepEqual(failedIn(undefined), ["memory", "cpus", "disk", "screen", "autostart", "running"]);
  assert.deepEqual(failedIn({}), []);
});

test("what the balloon leaves while it runs does not count, the definition does", () => {
  assert.deepEqual(failedIn({ live: xml({ memory: "<memory>1048576</memory>" }) }), []);
});

test("the present and the maximum are two numbers", () => {
  for (const memory of ["<memory>1048576</memory>", "<memory>524288</memory>", "<memory>1048576</memory><currentMemory>512</currentMemory>"]) {
    assert.deepEqual(failedIn(changed({ memory })), ["memory"]);
  }
  for (const cpus of ["<vcpu>4</vcpu>", "<vcpu>1</vcpu>", "<vcpu current='4'>4</vcpu>"]) assert.deepEqual(failedIn(changed({ cpus })), ["cpus"]);
});

test("room for memory modules is another thing, and is named", () => {
  const outcome = task("memory", changed({ memory: "<maxMemory slots='4'>1048576</maxMemory><memory>524288</memory>" }));
  assert.equal(outcome.outcome, "failed");
  if (outcome.outcome === "failed") assert.match(outcome.look.en, /capital letter/);
});

test("marked, kept, running, and with the maxima of the definition", () => {
  assert.deepEqual(failedIn({ autostart: false }), ["autostart"]);
  assert.deepEqual(failedIn({ persistent: false, config: null }), ["memory"]);
  for (const guest of [{ state: 5, id: -1, live: null }, { live: xml({ cpus: "<vcpu>1</vcpu>" }) }]) assert.deepEqual(failedIn(guest), ["running"]);
  assert.deepEqual(failedIn({}, { file: { format: "qcow2", bytes: 50 * 1024 ** 3 } }), ["disk"]);
});
