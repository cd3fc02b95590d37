import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const GIB = 1024 ** 3;
const POOL = "<pool type='dir'><name>lab</name><target><path>/srv/lab</path></target></pool>";
const volume = (name: string, bytes = GIB, format = "qcow2"): object => ({
  name,
  path: `/srv/lab/${name}`,
  xml: `<volume><name>${name}</name><capacity unit='bytes'>${bytes}</capacity><target><format type='${format}'/></target></volume>`,
});
const withDisk = (file = "/srv/lab/d1.qcow2", format = "qcow2"): string =>
  `<domain><devices><disk type='file'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vdb'/></disk></devices></domain>`;
const WITHOUT = "<domain><devices/></domain>";

interface Sample {
  readonly pool?: object;
  readonly volumes?: object[];
  readonly live?: string;
  readonly config?: string;
  readonly sectors?: number;
  readonly files?: string;
}
const DONE: Sample = { pool: {}, volumes: [volume("d1.qcow2"), volume("d2.qcow2")], live: withDisk(), config: withDisk(), sectors: GIB / 512 };

function task(name: string, { pool, volumes = [], live = WITHOUT, config = WITHOUT, sectors, files = "d1.qcow2\nd2.qcow2" }: Sample): Outcome {
  const guest = {
    name: "smartgo_01",
    uuid: "u",
    id: 1,
    state: 1,
    reason: 1,
    persistent: true,
    autostart: false,
    saved: false,
    live,
    config,
    balloonKiB: null,
    snapshots: [],
  };
  const pools = pool === undefined ? [] : [{ name: "lab", active: true, persistent: true, autostart: true, xml: POOL, volumes, ...pool }];
  const inside = { vdb: { status: 0, output: sectors === undefined ? "" : `${sectors}\n` } };
  const libvirt = libvirtFacts().read(JSON.stringify({ guests: [guest], networks: [], pools, monitor: {}, inside }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, files }, {});
}

function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({ files: "" }), ["pool", "volumes", "attached", "guest-disk"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a pool that does not last, and one elsewhere", () => {
  const elsewhere = { xml: POOL.replace("/srv/lab", "/srv/other") };
  for (const pool of [{ persistent: false }, { autostart: false }, elsewhere]) assert.deepEqual(failedIn({ ...DONE, pool }), ["pool"]);
  assert.deepEqual(failedIn({ ...DONE, pool: { active: false } }), ["pool", "volumes"]);
});

test("a file that libvirt has not seen, another format, another size", () => {
  const unseen = task("volumes", { ...DONE, volumes: [volume("d1.qcow2")] });
  assert.ok(unseen.outcome === "failed");
  assert.match(unseen.found.en, /refresh the pool/);
  assert.equal(task("volumes", { ...DONE, volumes: [volume("d1.qcow2"), volume("d2.qcow2", GIB, "raw")] }).outcome, "failed");
  assert.equal(task("volumes", { ...DONE, volumes: [volume("d1.qcow2", GIB / 2), volume("d2.qcow2")] }).outcome, "failed");
});

test("the disk must be in both definitions, as QCOW2", () => {
  for (const change of [{ config: WITHOUT }, { live: WITHOUT }, { live: withDisk("/srv/lab/d1.qcow2", "raw") }, { config: withDisk("/srv/lab/d2.qcow2") }]) {
    assert.deepEqual(failedIn({ ...DONE, ...change }), ["attached"]);
  }
});

test("the guest tells a raw view from the disk", () => {
  const outcome = task("guest-disk", { ...DONE, sectors: 392 });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /196 KiB/);
});
