import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const PATH = "/var/lib/libvirt/images/smartgo1.img";
const TRACES: Traces = { file: { format: "qcow2", bytes: 8 * 1024 ** 3 }, bootable: false, complaint: "" };
const ALL = ["machine", "drivers", "disk", "network", "screen", "installing"];

const PARTS = {
  cpus: "<vcpu>1</vcpu>",
  memory: "<memory unit='KiB'>524288</memory><currentMemory unit='KiB'>524288</currentMemory>",
  boot: "<boot dev='hd'/>",
  disk: `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${PATH}'/><target dev='vda' bus='virtio'/></disk>`,
  drive: "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>",
  card: "<interface type='network'><source network='default'/><model type='virtio'/></interface>",
  screen: "<graphics type='vnc' port='5920' autoport='no' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>",
};
type Parts = Partial<typeof PARTS>;
function xml(change: Parts = {}): string {
  const { cpus, memory, boot, disk, drive, card, screen } = { ...PARTS, ...change };
  return `<domain><name>smartgo1</name>${memory}${cpus}<os>${boot}</os><devices>${disk}${drive}${card}${screen}</devices></domain>`;
}
/** The first start: from the disc. The stored definition has an empty drive already. */
const FROM_DISC: Parts = {
  boot: "<boot dev='cdrom'/><boot dev='hd'/>",
  drive: "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/lab.iso'/><target dev='sda' bus='sata'/></disk>",
};
const OFF = { state: 5, id: -1, live: null };

interface Sample {
  readonly guest?: object | undefined;
  readonly traces?: Partial<Traces>;
  readonly listening?: string;
}
function task(name: string, { guest, traces = {}, listening = "LISTEN 0 1 127.0.0.1:5920 0.0.0.0:*" }: Sample): Outcome {
  const running = { name: "smartgo1", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: xml(FROM_DISC), config: xml(), snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces }, listening }, {});
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}
const changed = (change: Parts): Sample => ({ guest: { live: xml({ ...FROM_DISC, ...change }), config: xml(change) } });

test("the state at the start, while the installer runs, and after it", () => {
  assert.deepEqual(failedIn({}), ALL);
  assert.deepEqual(failedIn({ guest: {} }), []);
  assert.deepEqual(failedIn({ guest: OFF, traces: { bootable: true }, listening: "" }), []);
});

test("a guest that QEMU refused is gone, and its last words are shown", () => {
  const complaint = "2026-11-27T00:04:53Z qemu-system-x86_64: -vnc 0.0.0.0:20: could not read keymap file: 'en_us'";
  assert.match(found("screen", { traces: { complaint } }), /“-vnc 0.0.0.0:20: could not read keymap file/);
  assert.deepEqual(failedIn({ traces: { complaint } }), ALL);
  assert.match(found("machine", { guest: { name: "smartgo" } }), /knows smartgo, and no smartgo1/);
});

test("machine: kept, one vCPU, 512 MiB", () => {
  assert.deepEqual(failedIn({ guest: { persistent: false, config: null } }), ["machine"]);
  assert.deepEqual(failedIn(changed({ cpus: "<vcpu>2</vcpu>" })), ["machine"]);
  assert.deepEqual(failedIn(changed({ cpus: "<vcpu current='1'>4</vcpu>" })), []);
  assert.match(found("machine", changed({ memory: "<memory>524288000</memory>" })), /512000 MiB/);
});

test("the disk: this file, this format, this size", () => {
  assert.deepEqual(failedIn({ guest: {}, traces: { file: { format: "raw", bytes: 8 * 1024 ** 3 } } }), ["disk"]);
  assert.match(found("disk", { guest: {}, traces: { file: { format: "qcow2", bytes: 8 * 1024 ** 2 } } }), /0\.008 GiB/);
  assert.deepEqual(failedIn(changed({ disk: PARTS.disk.replace(".img", ".qcow2") })), ["disk"]);
  assert.deepEqual(failedIn({ guest: {}, traces: { file: undefined } }), ["disk"]);
  assert.deepEqual(failedIn(changed({ disk: PARTS.disk.replace("qcow2", "raw") })), ["disk"]);
});

test("devices of a system that virt-install does not know", () => {
  assert.match(found("drivers", changed({ disk: PARTS.disk.replace("'virtio'", "'ide'") })), /ide/);
  assert.deepEqual(failedIn(changed({ card: PARTS.card.replace("'virtio'", "'e1000'") })), ["drivers"]);
});

test("the network, by its name or by its bridge", () => {
  assert.deepEqual(failedIn(changed({ card: "<interface type='bridge'><source bridge='virbr0'/><model type='virtio'/></interface>" })), []);
  assert.deepEqual(failedIn(changed({ card: PARTS.card.replace("default", "lab") })), ["network"]);
});

test("the screen: VNC, this port, this computer only", () => {
  for (const screen of [
    "",
    "<graphics type='spice' port='5920'/>",
    "<graphics type='vnc' port='5930' autoport='no'/>",
    "<graphics type='vnc' port='-1' autoport='yes'/>",
    "<graphics type='vnc' port='5920' autoport='yes'/>",
    "<graphics type='vnc' port='5920' autoport='no' listen='0.0.0.0'/>",
    "<graphics type='vnc' port='5920' autoport='no'><listen type='address' address='::'/></graphics>",
    "<graphics type='vnc' port='5920' autoport='no'><listen type='network' network='default'/></graphics>",
  ]) {
    assert.deepEqual(failedIn(changed({ screen })), ["screen"], screen);
  }
  assert.deepEqual(failedIn(changed({ screen: "<graphics type='vnc' port='5920' autoport='no'/>" })), []);
  assert.deepEqual(failedIn({ guest: {}, listening: "" }), ["screen"]);
  assert.deepEqual(failedIn({ guest: { live: xml({ ...FROM_DISC, screen: PARTS.screen.replace("5920", "5921") }) } }), ["screen"]);
});

test("neither installing nor installed", () => {
  assert.deepEqual(failedIn({ guest: OFF, listening: "" }), ["installing"]);
  assert.deepEqual(failedIn({ guest: { live: xml() } }), ["installing"]);
  assert.deepEqual(failedIn({ guest: { live: xml({ drive: FROM_DISC.drive ?? "" }) } }), ["installing"]);
  assert.deepEqual(failedIn({ guest: { state: 3 } }), ["installing"]);
});
