import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const DISK = "/var/lib/libvirt/images/smartgo_03.qcow2";
const xml = (mac: string, disk: string): string =>
  `<domain><name>smartgo_03</name><uuid>u-3</uuid><devices><disk device='disk'><source file='${disk}'/></disk><interface><mac address='${mac}'/></interface></devices></domain>`;
const BACKUP = xml("52:54:00:6b:3c:03", DISK);

interface Sample {
  readonly guest?: object;
  readonly disk?: string;
  readonly stray?: string;
  readonly inside?: object;
}
const DONE: Sample = { guest: {}, inside: { disk: { status: 0, output: " 1a 2b 3c 4d\n" } } };

function task(name: string, { guest, disk = "1a2b3c4d", stray = "no", inside = {} }: Sample): Outcome {
  const running = {
    name: "smartgo_03",
    uuid: "u-3",
    id: 1,
    state: 1,
    reason: 1,
    persistent: true,
    autostart: false,
    saved: false,
    live: BACKUP,
    config: BACKUP,
  };
  const guests = guest === undefined ? [] : [{ ...running, balloonKiB: null, snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, disk, stray }, { backup: BACKUP, disk: "1a2b3c4d" });
}

function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["same-machine", "persistent", "runs"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a file in /etc that libvirt does not know is named", () => {
  const outcome = task("same-machine", { stray: "yes" });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /does not notice/);
});

test("another UUID, MAC address, disk file or disk is another machine", () => {
  const others = [{ uuid: "u-4" }, { config: xml("52:54:00:6b:3c:04", DISK) }, { config: xml("52:54:00:6b:3c:03", "/tmp/x.qcow2") }];
  for (const guest of others) assert.deepEqual(failedIn({ ...DONE, guest }), ["same-machine", "runs"]);
  assert.deepEqual(failedIn({ ...DONE, disk: "00000000" }), ["same-machine", "runs"]);
});

test("transient is not kept; off is not running; silent is not known", () => {
  assert.deepEqual(failedIn({ ...DONE, guest: { persistent: false, config: null } }), ["persistent"]);
  assert.deepEqual(failedIn({ ...DONE, guest: { state: 5, live: null } }), ["runs"]);
  assert.throws(() => task("runs", { ...DONE, inside: {} }), FactUnknown);
});
