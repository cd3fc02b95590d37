import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import type { HostFile } from "../../../../../lab-server/grading/probes/host.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const PATH = "/var/lib/libvirt/images/smartgo1.img";
const TRACES: Traces = { file: { format: "qcow2", bytes: 8 * 1024 ** 3 }, bootable: false, complaint: "" };
const UUID = "c8a6c01b-d5b9-4ceb-8cdf-3fce9b43288e";
const ASKED = "--name smartgo1 --osinfo linux2024 --noautoconsole";
const LOG = `[Fri] DEBUG (cli:204) Version 5.0.0 launched with command line: /usr/bin/virt-install --os-variant rhel7
  <uuid>00000000-0000-0000-0000-000000000000</uuid>
[Fri] DEBUG (cli:204) Version 5.0.0 launched with command line: /usr/bin/virt-install ${ASKED}
  <uuid>${UUID}</uuid>
[Fri] DEBUG (cli:204) Version 5.0.0 launched with command line: /usr/bin/virt-install --osinfo list`;

interface Parts {
  readonly bus?: string;
  readonly listen?: string;
  readonly boot?: string;
}
const xml = ({ bus = "virtio", listen = "127.0.0.1", boot = "hd" }: Parts = {}): string =>
  `<domain><name>smartgo1</name><memory unit='KiB'>524288</memory><vcpu>1</vcpu><os><boot dev='${boot}'/></os><devices><disk type='file' device='disk'><driver type='qcow2'/><source file='${PATH}'/><target bus='${bus}'/></disk><disk type='file' device='cdrom'>${boot === "cdrom" ? "<source file='/lab.iso'/>" : ""}</disk><interface><source network='default'/><model type='virtio'/></interface><graphics type='vnc' port='5920' autoport='no' listen='${listen}'/></devices></domain>`;
const guestOf = (parts: Parts = {}): object => ({ live: xml({ ...parts, boot: "cdrom" }), config: xml(parts) });
const file = (text: string): HostFile => ({ state: "read", text });
const FIVE = "# head\n--os-type does nothing\n- os-variant: rhel7\nkeymap=en_us\nlisten\n--cdrom=/root/x\n";

interface Sample {
  readonly guest?: object | undefined;
  readonly traces?: Partial<Traces>;
  readonly mode?: string;
  readonly calls?: string;
  readonly launched?: string;
  readonly faults?: HostFile;
}
function task(name: string, { guest, traces = {}, mode = "700", calls = `there\n${ASKED}`, launched = LOG, faults = file(FIVE) }: Sample): Outcome {
  const running = { name: "smartgo1", uuid: UUID, id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces }, listening: "LISTEN", mode, calls, launched, faults }, { mode: "700" });
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}
const DONE: Sample = { guest: guestOf() };

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({ calls: "absent", launched: "", faults: file("# head\n") }), ["guest", "screen", "disc", "script", "faults"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("devices of an unknown system, a screen for everybody, a wall that was moved", () => {
  assert.deepEqual(failedIn({ guest: guestOf({ bus: "ide" }) }), ["guest"]);
  assert.deepEqual(failedIn({ guest: guestOf({ listen: "0.0.0.0" }) }), ["screen"]);
  assert.deepEqual(failedIn({ ...DONE, mode: "755" }), ["disc"]);
});

test("the script: the very command that made the guest", () => {
  assert.match(found("script", { ...DONE, calls: "there\n--name smartgo1" }), /another command: virt-install --name smartgo1 --osinfo/);
  assert.match(found("script", { ...DONE, launched: "" }), /not made by virt-install/);
  assert.match(found("script", { ...DONE, calls: "there" }), /does not come to call/);
  assert.match(found("script", { ...DONE, calls: `there\n${ASKED} --os-type=linux` }), /os-type/);
  assert.match(found("script", { ...DONE, calls: "absent" }), /no such file/);
  assert.deepEqual(failedIn({ ...DONE, calls: `there\n--osinfo list\n${ASKED}\n` }), []);
});

test("the faults: five words, others that work, and none that are right", () => {
  assert.deepEqual(failedIn({ ...DONE, faults: file(`${FIVE}ram: old\narch\n`) }), []);
  assert.deepEqual(failedIn({ ...DONE, faults: file(FIVE.replace("os-variant", "osinfo")) }), []);
  assert.match(found("faults", { ...DONE, faults: file(FIVE.replace("listen\n", "")) }), /4 of the five/);
  assert.match(found("faults", { ...DONE, faults: file(`${FIVE}vcpus\n`) }), /vcpus/);
  assert.match(found("faults", { ...DONE, faults: file(`${FIVE}1. all\n`) }), /1\. all/);
  assert.deepEqual(failedIn({ ...DONE, faults: { state: "absent" } }), ["faults"]);
});
