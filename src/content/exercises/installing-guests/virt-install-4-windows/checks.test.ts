import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const PATH = "/guests_images/windows2k8.img";
const TRACES: Traces = { file: { format: "qcow2", bytes: 50 * 1024 ** 3 }, bootable: false, complaint: "" };
const ALL = ["memory", "windows", "devices", "disk", "screen", "setup"];
const POOL = {
  name: "guests_images",
  active: true,
  persistent: true,
  autostart: true,
  xml: "<pool><target><path>/guests_images</path></target></pool>",
  volumes: [],
};

const PARTS = {
  memory: "<memory unit='KiB'>1048576</memory>",
  cpus: "<vcpu>1</vcpu>",
  boot: "<boot dev='hd'/>",
  features: "<features><hyperv><relaxed state='on'/></hyperv></features>",
  clock: "<clock offset='localtime'/>",
  disk: `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${PATH}'/><target dev='sda' bus='sata'/></disk>`,
  drive: "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/windows.iso'/><target dev='sdb' bus='sata'/></disk>",
  card: "<interface type='network'><source network='default'/><model type='e1000e'/></interface>",
  screen: "<graphics type='vnc' port='5940' autoport='no' listen='127.0.0.1'/>",
};
type Parts = Partial<typeof PARTS>;
function xml(change: Parts = {}): string {
  const { memory, cpus, boot, features, clock, disk, drive, card, screen } = { ...PARTS, ...change };
  return `<domain><name>windows2k8</name>${memory}${cpus}<os>${boot}</os>${features}${clock}<devices>${disk}${drive}${card}${screen}</devices></domain>`;
}
const FROM_DISC: Parts = { boot: "<boot dev='cdrom'/><boot dev='hd'/>" };

interface Sample {
  readonly guest?: object;
  readonly traces?: Partial<Traces>;
  readonly pools?: readonly object[];
}
function task(name: string, { guest, traces = {}, pools = [POOL] }: Sample): Outcome {
  const running = { name: "windows2k8", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: xml(FROM_DISC), config: xml(), snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools, monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces }, listening: "LISTEN 0 1 127.0.0.1:5940 0.0.0.0:*" }, {});
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}
const changed = (change: Parts): Sample => ({ guest: { live: xml({ ...FROM_DISC, ...change }), config: xml(change) } });

test("nothing, and everything", () => {
  assert.deepEqual(failedIn({ pools: [] }), ["memory", "windows", "devices", "disk", "pool", "screen", "setup"]);
  assert.deepEqual(failedIn({}), ALL);
  assert.deepEqual(failedIn({ guest: {} }), []);
});

test("memory and vCPUs share a task", () => {
  assert.deepEqual(failedIn(changed({ memory: "<memory>1024</memory>" })), ["memory"]);
  assert.deepEqual(failedIn(changed({ cpus: "<vcpu>2</vcpu>" })), ["memory"]);
  assert.deepEqual(failedIn({ guest: { persistent: false, config: null } }), ["memory"]);
});

test("a Linux has neither the clock nor the favours", () => {
  for (const change of [{ clock: "<clock offset='utc'/>" }, { clock: "" }, { features: "" }]) assert.deepEqual(failedIn(changed(change)), ["windows"]);
  assert.deepEqual(failedIn(changed({ features: "<features><hyperv><relaxed state='off'/></hyperv></features>" })), ["windows"]);
});

test("devices without a driver on the disc", () => {
  assert.deepEqual(failedIn(changed({ disk: PARTS.disk.replace("sata", "virtio") })), ["devices"]);
  assert.deepEqual(failedIn(changed({ card: PARTS.card.replace("e1000e", "virtio") })), ["devices"]);
  assert.deepEqual(failedIn(changed({ disk: PARTS.disk.replace("sata", "ide") })), []);
});

test("the file and its pool", () => {
  assert.deepEqual(failedIn({ guest: {}, traces: { file: undefined } }), ["disk"]);
  assert.deepEqual(failedIn({ guest: {}, pools: [] }), ["pool"]);
  assert.deepEqual(failedIn({ guest: {}, pools: [{ ...POOL, active: false }] }), ["pool"]);
  assert.deepEqual(failedIn({ guest: {}, pools: [{ ...POOL, name: "other" }] }), []);
});

test("Setup runs from the disc, and finds it again", () => {
  assert.deepEqual(failedIn({ guest: { state: 5, live: null } }), ["setup"]);
  assert.deepEqual(failedIn({ guest: { live: xml() } }), ["setup"]);
  const empty = "<disk type='file' device='cdrom'><target dev='sdb' bus='sata'/></disk>";
  assert.deepEqual(failedIn({ guest: { config: xml({ drive: empty }) } }), ["setup"]);
  const volume = "<disk type='volume' device='cdrom'><source pool='images' volume='windows.iso'/><boot order='1'/></disk>";
  assert.deepEqual(failedIn({ guest: { live: xml({ drive: volume, boot: "" }) } }), []);
});
