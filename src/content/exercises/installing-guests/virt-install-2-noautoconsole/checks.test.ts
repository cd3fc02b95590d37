import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import type { HostFile } from "../../../../../lab-server/grading/probes/host.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const PATH = "/var/lib/libvirt/images/smartgo2.img";
const TRACES: Traces = { file: { format: "qcow2", bytes: 8 * 1024 ** 3 }, bootable: false, complaint: "" };
const ALL = ["machine", "disk", "screen", "prompt", "display"];

const xml = (port: number, boot = "hd"): string =>
  `<domain><name>smartgo2</name><memory unit='KiB'>524288</memory><vcpu>1</vcpu><os><boot dev='${boot}'/></os><devices><disk type='file' device='disk'><driver type='qcow2'/><source file='${PATH}'/></disk><disk type='file' device='cdrom'>${boot === "cdrom" ? "<source file='/lab.iso'/>" : ""}</disk><graphics type='vnc' port='${port}' autoport='no' listen='127.0.0.1'/></devices></domain>`;
const guestOn = (port: number): object => ({ live: xml(port, "cdrom"), config: xml(port) });
const answer = (text: string): HostFile => ({ state: "read", text });

interface Sample {
  readonly guest?: object | undefined;
  readonly traces?: Partial<Traces>;
  readonly waiting?: string;
  readonly file?: HostFile;
}
function task(name: string, { guest, traces = {}, waiting = "", file = answer("vnc://127.0.0.1:30\n\n") }: Sample): Outcome {
  const running = { name: "smartgo2", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces }, listening: "LISTEN", waiting, answer: file }, {});
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, while the installer runs, and after it", () => {
  assert.deepEqual(failedIn({ file: { state: "absent" } }), ALL);
  assert.deepEqual(failedIn({ guest: guestOn(5930) }), []);
  assert.deepEqual(failedIn({ guest: { live: null, config: xml(5930), state: 5, id: -1 }, traces: { bootable: true } }), []);
});

test("a command that waits, in the foreground or behind an &", () => {
  assert.deepEqual(failedIn({ guest: guestOn(5930), waiting: "812\n" }), ["prompt"]);
  assert.deepEqual(failedIn({ guest: { live: null, config: xml(5930), state: 5, id: -1 } }), ["prompt"]);
});

test("the port of case 1", () => {
  assert.deepEqual(failedIn({ guest: guestOn(5920), file: answer("127.0.0.1:20") }), ["screen"]);
});

test("the answer: displays are counted from 5900", () => {
  for (const good of ["vnc://127.0.0.1:30", "127.0.0.1:30\n", ":30", "vnc://localhost:30"]) {
    assert.deepEqual(failedIn({ guest: guestOn(5930), file: answer(good) }), [], good);
  }
  for (const bad of ["vnc://127.0.0.1:5930", "127.0.0.1:20", "30", "", "vnc"]) {
    assert.deepEqual(failedIn({ guest: guestOn(5930), file: answer(bad) }), ["display"], bad);
  }
  assert.deepEqual(failedIn({ guest: guestOn(5930), file: { state: "unfit", why: "kind" } }), ["display"]);
});
