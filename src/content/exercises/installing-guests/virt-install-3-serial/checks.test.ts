import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Traces } from "../../../../../lab-server/grading/probes/new-guest.ts";
import checks from "./checks.ts";

const PATH = "/var/lib/libvirt/images/smartgo3.img";
const TRACES: Traces = { file: { format: "qcow2", bytes: 8 * 1024 ** 3 }, bootable: true, complaint: "" };
const ALL = ["machine", "disk", "no-screen", "installed", "logged-in"];
const CONSOLE = "<serial type='pty'/><console type='pty'><target type='serial' port='0'/></console>";

const xml = (os = "<boot dev='hd'/>", console = CONSOLE): string =>
  `<domain><name>smartgo3</name><memory unit='KiB'>524288</memory><vcpu>1</vcpu><os>${os}</os><devices><disk type='file' device='disk'><driver type='qcow2'/><source file='${PATH}'/></disk>${console}</devices></domain>`;
const installer = (options: string): object => ({ live: xml(`<kernel>/k</kernel><cmdline>${options}</cmdline>`) });

interface Sample {
  readonly guest?: object | undefined;
  readonly traces?: Partial<Traces>;
  readonly inside?: string | undefined;
}
function task(name: string, { guest, traces = {}, inside }: Sample): Outcome {
  const running = { name: "smartgo3", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: xml(), config: xml(), snapshots: [], ...guest }];
  const said = inside === undefined ? { error: "silent" } : { status: 0, output: inside };
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: { inside: said } }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, traces: { ...TRACES, ...traces } }, {});
}
function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}
const DONE = "installer=console=ttyS0 quiet\nseen=/dev/ttyS0\n";
const OFF = { state: 5, id: -1, live: null };
const empty = { traces: { bootable: false } };

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ALL);
  assert.deepEqual(failedIn({ guest: {}, inside: DONE }), []);
  assert.deepEqual(failedIn({ guest: {}, inside: "installer=console=tty0 console=ttyS0,115200n8\nseen=/dev/ttyS0" }), []);
});

test("an installer that is still there: what it was told decides what the learner hears", () => {
  assert.deepEqual(failedIn({ guest: installer("console=ttyS0"), ...empty }), ["installed", "logged-in"]);
  assert.match(found("installed", { guest: installer("console=ttyS0,115200"), ...empty }), /has not finished/);
  assert.match(found("installed", { guest: installer("quiet"), ...empty }), /no console=ttyS0/);
  assert.match(found("installed", { guest: installer("console=ttyS0 console=tty0"), ...empty }), /no console=ttyS0/);
  assert.match(found("installed", { guest: { live: xml("<boot dev='cdrom'/>") }, ...empty }), /from the disc/);
  assert.deepEqual(failedIn({ guest: OFF, ...empty }), ["installed", "logged-in"]);
});

test("a system that is off, silent, or was installed on a screen", () => {
  assert.match(found("installed", { guest: OFF }), /it is off/);
  assert.match(found("installed", { guest: {} }), /does not answer/);
  assert.match(found("installed", { guest: {}, inside: "installer=console=ttyS0,115200n8 console=tty0 quiet\nseen=" }), /asked on tty0/);
  assert.deepEqual(failedIn({ guest: {}, inside: "installer=\nseen=/dev/ttyS0\n" }), ["installed"]);
});

test("who has not logged in, or not there", () => {
  for (const seen of ["", "/dev/pts/0", "not a tty"])
    assert.deepEqual(failedIn({ guest: {}, inside: `installer=console=ttyS0\nseen=${seen}\n` }), ["logged-in"], seen);
});

test("a screen, in either definition, or no console", () => {
  const screen = xml("<boot dev='hd'/>", `${CONSOLE}<graphics type='vnc'/>`);
  for (const guest of [{ config: screen }, { live: screen }, { config: xml("<boot dev='hd'/>", "") }]) {
    assert.deepEqual(failedIn({ guest, inside: DONE }), ["no-screen"]);
  }
});
