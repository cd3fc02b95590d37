import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const IMAGES = "/var/lib/libvirt/images";
const FIRST_DISK = `${IMAGES}/smartgo_01.qcow2`;
const definition = (name: string, uuid: string, mac: string, disk: string, id = ""): string =>
  `<domain${id}><name>${name}</name><uuid>${uuid}</uuid><devices><disk device='disk'><source file='${disk}'/></disk><interface><mac address='${mac}'/></interface></devices></domain>`;
const FIRST = definition("smartgo_01", "u-1", "m-1", FIRST_DISK);
const SECOND = definition("smartgo_02", "u-2", "m-2", `${IMAGES}/smartgo_02.qcow2`);
const on = (name: string, uuid: string, xml: string, known: object = {}): object => ({
  ...{ name, uuid, id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false, live: xml, config: xml, balloonKiB: null, snapshots: [] },
  ...known,
});
const lease = (mac: string, address: string): object => ({ mac, address, hostname: "" });
const net = (leases: object[]): object => ({ name: "default", active: true, persistent: true, autostart: true, live: null, config: null, leases });

interface Sample {
  readonly backup?: string;
  readonly second?: object;
  readonly chain?: readonly string[];
  readonly leases?: object[];
  readonly inside?: object;
}
const DONE: Sample = {
  backup: FIRST,
  second: on("smartgo_02", "u-2", SECOND),
  chain: [`${IMAGES}/smartgo_02.qcow2`, `${IMAGES}/debian-13-small.qcow2`],
  leases: [lease("m-1", "192.168.122.10"), lease("m-2", "192.168.122.11")],
  inside: { smartgo_01: { status: 0, output: "a\n" }, smartgo_02: { status: 0, output: "b\n" } },
};

function task(name: string, { backup, second, chain = [], leases = [], inside = {} }: Sample): Outcome {
  const guests = [on("smartgo_01", "u-1", FIRST), ...(second === undefined ? [] : [second])];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [net(leases)], pools: [], monitor: {}, inside }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, backup: backup === undefined ? { state: "absent" } : { state: "read", text: backup }, chain: [...chain] }, {});
}

function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["backup", "twin", "side-by-side"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a backup that was changed, or is live, or is none", () => {
  for (const backup of [SECOND, definition("smartgo_01", "u-1", "m-1", FIRST_DISK, " id='3'"), "<<"])
    assert.deepEqual(failedIn({ ...DONE, backup }), ["backup"]);
});

test("a shared MAC address, a shared disk, an overlay on the first disk, a transient guest", () => {
  const others: Sample[] = [
    { second: on("smartgo_02", "u-2", SECOND, { config: definition("smartgo_02", "u-2", "m-1", `${IMAGES}/smartgo_02.qcow2`) }) },
    { second: on("smartgo_02", "u-2", SECOND, { config: definition("smartgo_02", "u-2", "m-2", FIRST_DISK) }), chain: [FIRST_DISK] },
    { chain: [`${IMAGES}/smartgo_02.qcow2`, FIRST_DISK] },
    { second: on("smartgo_02", "u-2", SECOND, { persistent: false, config: null }) },
  ];
  for (const change of others) assert.deepEqual(failedIn({ ...DONE, ...change }), ["twin"]);
});

test("one lease for two, and a guest that is off, are not side by side; a silent one is not known", () => {
  assert.deepEqual(failedIn({ ...DONE, leases: [lease("m-1", "192.168.122.10")] }), ["side-by-side"]);
  assert.deepEqual(failedIn({ ...DONE, second: on("smartgo_02", "u-2", SECOND, { state: 5 }) }), ["side-by-side"]);
  assert.throws(() => task("side-by-side", { ...DONE, inside: {} }), FactUnknown);
});
