import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const TRACES: Traces = { file: { format: "qcow2", bytes: 40 * 1024 ** 3 }, bootable: false, complaint: "" };
const PARTS = {
  memory: "<memory unit='KiB'>1572864</memory><currentMemory unit='KiB'>1048576</currentMemory>",
  boot: "<boot dev='hd'/>",
  disk: "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/home/images2/windows2008.img'/><target dev='vda' bus='virtio'/></disk>",
  floppy: "<disk type='file' device='floppy'><source file='/usr/share/virtio-win/virtio-win_amd64.vfd'/><target dev='fda' bus='fdc'/></disk>",
  drive: "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/windows.iso'/><target dev='sda' bus='sata'/></disk>",
  card: "<interface type='network'><source network='default'/><model type='virtio'/></interface>",
  screen: "<graphics type='vnc' port='5951' autoport='no' listen='127.0.0.1'/>",
};
type Parts = Partial<typeof PARTS>;
function xml(change: Parts = {}): string {
  const { memory, boot, disk, floppy, drive, card, screen } = { ...PARTS, ...change };
  return `<domain><name>windows2008</name>${memory}<vcpu current='1'>4</vcpu><os>${boot}</os><devices>${floppy}${disk}${drive}${card}${screen}</devices></domain>`;
}
const FROM_DISC: Parts = { boot: "<boot dev='cdrom'/><boot dev='hd'/>" };

const KNOWN = { uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: true, saved: false, snapshots: [] };
const CENTOS7 = { ...KNOWN, name: "centos7", state: 5, id: -1, live: null, config: "<domain><devices><graphics type='vnc' port='5950'/></devices></domain>" };

function task(name: string, guest: object | undefined, port = 5951): Outcome {
  const guests = [CENTOS7, ...(guest === undefined ? [] : [{ ...KNOWN, name: "windows2008", live: xml(FROM_DISC), config: xml(), ...guest }])];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: TRACES, listening: `LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\nLISTEN 0 1 127.0.0.1:${port} 0.0.0.0:*` }, {});
}
function failedIn(guest: object | undefined, port = 5951): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, guest, port).outcome === "failed");
}
const changed = (change: Parts): object => ({ live: xml({ ...FROM_DISC, ...change }), config: xml(change) });

test("nothing, and everything", () => {
  assert.deepEqual(failedIn(undefined), ["memory", "cpus", "disk", "card", "drivers", "screen", "autostart", "setup"]);
  assert.deepEqual(failedIn({}), []);
});

test("virtio, for the disk and for the card", () => {
  assert.deepEqual(failedIn(changed({ disk: PARTS.disk.replace("'virtio'", "'sata'") })), ["disk"]);
  assert.deepEqual(failedIn(changed({ card: PARTS.card.replace("'virtio'", "'e1000e'") })), ["card"]);
});

test("the drivers lie in a floppy drive, and not anywhere else", () => {
  assert.deepEqual(failedIn(changed({ floppy: "" })), ["drivers"]);
  // Behind the disk, where virt-install would have put it.
  assert.deepEqual(failedIn(changed({ floppy: "", disk: PARTS.disk + PARTS.floppy.replace("'floppy'", "'disk'") })), ["drivers"]);
});

test("a port of its own: not centos7's, fixed, open, and for this host only", () => {
  const port = (number: number): object => changed({ screen: PARTS.screen.replace("5951", String(number)) });
  assert.deepEqual(failedIn(port(5950), 5950), ["screen"]);
  assert.deepEqual(failedIn(port(5960), 5960), []);
  assert.deepEqual(failedIn(port(5960), 5951), ["screen"]);
  assert.deepEqual(failedIn(changed({ screen: "<graphics type='vnc' port='-1' autoport='yes'/>" })), ["screen"]);
  assert.deepEqual(failedIn(changed({ screen: PARTS.screen.replace("127.0.0.1", "0.0.0.0") })), ["screen"]);
});

test("maxima, the mark, and Setup", () => {
  assert.deepEqual(failedIn(changed({ memory: "<memory>1572864</memory>" })), ["memory"]);
  assert.deepEqual(failedIn({ autostart: false }), ["autostart"]);
  assert.deepEqual(failedIn({ state: 5, id: -1, live: null }), ["setup"]);
});
