import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks, { type DiskFile } from "./checks.ts";

const FILE: DiskFile = { path: "/var/lib/libvirt/images/gui_01.qcow2", format: "qcow2", bytes: 2 * 1024 ** 3, bootable: false };
const DISC = "<source file='/var/lib/libvirt/images/lab.iso'/>";
const FROM_DISC = "<boot dev='cdrom'/><boot dev='hd'/>";
const FROM_DISK = "<boot dev='hd'/>";

const DEVICES = {
  cpus: "<vcpu>1</vcpu>",
  memory: "<memory unit='KiB'>524288</memory><currentMemory unit='KiB'>524288</currentMemory>",
  boot: FROM_DISK,
  disk: "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/gui_01.qcow2'/></disk>",
  drive: "<disk type='file' device='cdrom'/>",
  card: "<interface type='network'><source network='default'/></interface>",
};
function xml(change: Partial<typeof DEVICES> = {}): string {
  const { cpus, memory, boot, disk, drive, card } = { ...DEVICES, ...change };
  return `<domain><name>gui_01</name>${memory}${cpus}<os>${boot}</os><devices>${disk}${drive}${card}</devices></domain>`;
}
/** The first start: from the disc. The stored definition has an empty drive already. */
const INSTALLING = xml({ boot: FROM_DISC, drive: `<disk type='file' device='cdrom'>${DISC}</disk>` });

interface Sample {
  readonly guest?: object | undefined;
  readonly file?: Partial<DiskFile>;
}
function task(name: string, { guest, file = {} }: Sample): Outcome {
  const running = { name: "gui_01", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: INSTALLING, config: xml(), snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, file: { ...FILE, ...file } }, {});
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}
const OFF = { state: 5, id: -1, live: null };

test("the state at the start, while the installer runs, and after it", () => {
  assert.deepEqual(failedIn({}), ["machine", "disk", "network", "installer"]);
  assert.deepEqual(failedIn({ guest: {} }), []);
  for (const guest of [{ live: xml() }, OFF]) assert.deepEqual(failedIn({ guest, file: { bootable: true } }), []);
});

test("a guest of another name is named", () => {
  assert.deepEqual(failedIn({ guest: { name: "linux2024" } }), ["machine", "disk", "network", "installer"]);
  assert.match(found("machine", { guest: { name: "linux2024" } }), /linux2024/);
});

test("what the guest has at its start counts, and it must be kept", () => {
  const config = (change: Partial<typeof DEVICES>): Sample => ({ guest: { config: xml(change) } });
  assert.deepEqual(failedIn(config({ cpus: "<vcpu current='1'>4</vcpu>" })), []);
  assert.deepEqual(failedIn(config({ cpus: "<vcpu>2</vcpu>" })), ["machine"]);
  assert.match(found("machine", config({ memory: "<memory unit='KiB'>2021376</memory><currentMemory unit='KiB'>2021376</currentMemory>" })), /1974 MiB/);
  assert.deepEqual(failedIn({ guest: { persistent: false, config: null } }), ["machine"]);
});

test("the file is asked, and not its name or the definition alone", () => {
  const wrong: Partial<DiskFile>[] = [{ bytes: 25 * 1024 ** 3 }, { format: "raw" }, { format: null, bytes: null }, { path: "/root/gui_01.qcow2" }];
  for (const file of wrong) assert.deepEqual(failedIn({ guest: {}, file }), ["disk"]);
  assert.match(found("disk", { guest: {}, file: { bytes: 25 * 1024 ** 3 } }), /25 GiB/);
  const raw = DEVICES.disk.replace("'qcow2'", "'raw'");
  assert.deepEqual(failedIn({ guest: { config: xml({ disk: raw }) } }), ["disk"]);
  assert.deepEqual(failedIn({ guest: { config: xml({ disk: "" }) } }), ["disk"]);
});

test("the bridge of default is default; no card, or one elsewhere, is not", () => {
  const card = (source: string): Sample => ({ guest: { config: xml({ card: source === "" ? "" : `<interface>${source}</interface>` }) } });
  assert.deepEqual(failedIn(card("<source bridge='virbr0'/>")), []);
  for (const other of ["", "<source network='other'/>", "<source dev='eth0' mode='bridge'/>"]) assert.deepEqual(failedIn(card(other)), ["network"]);
});

test("a guest installs when it runs and has started from lab.iso", () => {
  const drive = `<disk type='file' device='cdrom'>${DISC}</disk>`;
  const others = [
    xml(),
    xml({ drive, boot: FROM_DISK }),
    xml({ boot: FROM_DISC, drive: "<disk device='cdrom'><source file='/var/lib/libvirt/images/windows.iso'/></disk>" }),
  ];
  for (const live of others) assert.deepEqual(failedIn({ guest: { live } }), ["installer"]);
  const ways = [
    xml({ boot: "<kernel>/var/lib/libvirt/boot/virtinst-vmlinuz</kernel>", drive }),
    xml({ boot: "", drive: `<disk device='cdrom'>${DISC}<boot order='1'/></disk>` }),
    xml({ boot: FROM_DISC, drive: "<disk type='volume' device='cdrom'><source pool='default' volume='lab.iso'/></disk>" }),
  ];
  for (const live of ways) assert.deepEqual(failedIn({ guest: { live } }), []);
  for (const guest of [OFF, { state: 3 }]) assert.deepEqual(failedIn({ guest }), ["installer"]);
});
