import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import type { GuestState } from "../../../../../lab-server/grading/probes/guest.ts";
import { LibvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";
import checks from "./checks.ts";

const MAX = "<maxMemory slots='4' unit='KiB'>2097152</maxMemory>";
const CELL = "<cpu><numa><cell id='0' cpus='0-3' memory='524288' unit='KiB'/></numa></cpu>";
const DIMM = "<memory model='dimm'><target><size unit='KiB'>524288</size></target></memory>";
const device = (requested: number, current: number): string =>
  `<memory model='virtio-mem'><target><size unit='KiB'>524288</size><requested unit='KiB'>${requested * 1024}</requested><current unit='KiB'>${current * 1024}</current></target></memory>`;
const READY = MAX + CELL + devices(device(0, 0));

function devices(xml: string): string {
  return `<devices>${xml}</devices>`;
}

/** As the guest's kernel tells it: what it has before a change, in bytes. */
const log = (...hadMiB: number[]): string =>
  hadMiB.map((mib) => `[  281.95] virtio_mem virtio5: plugged size: 0x${(mib * 1024 * 1024).toString(16)}\n`).join("");
const memory = (totalMiB: number): string => `MemTotal:         ${totalMiB * 1024} kB\n`;

interface Known {
  readonly state?: GuestState;
  readonly config?: string | undefined;
  readonly live?: string;
  readonly inside?: string;
}

function outcome(task: keyof typeof checks.tasks, { state = "running", config = READY, live, inside }: Known): Outcome {
  const domain = (xml: string) => new Xml(`<domain>${xml}</domain>`);
  const libvirt = new LibvirtFacts({
    guests: [
      {
        name: "smartgo_04",
        uuid: "u",
        id: 1,
        state,
        reason: 1,
        persistent: true,
        autostart: false,
        saved: false,
        live: live === undefined ? undefined : domain(live),
        config: domain(config),
        balloonMiB: 512,
        snapshots: [],
      },
    ],
    networks: [],
    pools: [],
    monitor: {},
    inside: { memory: inside === undefined ? { error: "silent" } : { status: 0, output: inside } },
  });
  const judge = checks.tasks[task];
  assert.ok(judge);
  return judge({ libvirt }, {});
}

const outcomes = (known: Known): string[] => Object.keys(checks.tasks).map((task) => outcome(task, known).outcome);

function found(task: keyof typeof checks.tasks, known: Known): string {
  const said = outcome(task, known);
  assert.equal(said.outcome, "failed");
  return said.found.en;
}

test("at the start, prepared, given, taken back", () => {
  assert.deepEqual(outcomes({ state: "shut-off", config: "<memory unit='KiB'>524288</memory>" }), ["failed", "failed", "failed"]);
  assert.deepEqual(outcomes({ state: "shut-off" }), ["passed", "failed", "failed"]);
  assert.deepEqual(outcomes({ live: READY, inside: memory(399) + log(0) }), ["passed", "failed", "failed"]);
  assert.deepEqual(outcomes({ live: devices(device(256, 256)), inside: memory(655) + log(0, 0) }), ["passed", "passed", "failed"]);
  assert.deepEqual(outcomes({ live: devices(device(0, 4)), inside: memory(403) + log(0, 0, 256) }), ["passed", "passed", "passed"]);
});

test("what the definition lacks is named, one thing after the other", () => {
  const room = (config: string) => found("room", { config });
  assert.match(room(CELL), /no `<maxMemory>`/);
  assert.match(room(MAX), /no NUMA cell/);
  assert.match(room(MAX + CELL), /no memory device/);
  assert.match(room(MAX + CELL + devices(DIMM)), /not of the model virtio-mem/);
  assert.match(room(READY.replace("memory='524288'", "memory='512'")), /^1 MiB at the start/);
  assert.match(room(READY.replace("<size unit='KiB'>524288", "<size unit='KiB'>262144")), /device of 256 MiB/);
});

test("a larger device is as good, and two cells that make 512 MiB together", () => {
  const two = CELL.replace(/<cell.*\/>/, "<cell id='0' memory='262144'/><cell id='1' memory='262144'/>");
  assert.equal(outcome("room", { config: MAX + two + devices(device(0, 0).replace("<size unit='KiB'>524288", "<size unit='KiB'>1048576")) }).outcome, "passed");
});

test("requested, and the guest does not follow: failed, even when its agent is silent", () => {
  const known = { live: devices(device(256, 0)) };
  assert.deepEqual(outcomes(known), ["passed", "failed", "failed"]);
  const said = outcome("grown", known);
  assert.ok(said.outcome === "failed");
  assert.match(said.look.en, /virtio_mem/);
});

test("the device came into the definition after the start", () => {
  assert.match(found("grown", { live: MAX }), /has none/);
});

test("the balloon takes away what the device gives", () => {
  assert.match(found("grown", { live: devices(device(256, 256)), inside: memory(300) + log(0, 0) }), /sees 300 MiB/);
});

test("half of it, or another amount, is not 256 MiB", () => {
  for (const requested of [128, 512]) {
    assert.equal(outcome("grown", { live: devices(device(requested, requested)), inside: memory(655) + log(0, 0) }).outcome, "failed");
  }
});

test("taken back as far as it goes: 32 MiB may stay, 34 may not", () => {
  const left = (current: number) => outcome("taken-back", { live: devices(device(0, current)), inside: memory(403) + log(0, 256) }).outcome;
  assert.deepEqual([left(32), left(34)], ["passed", "failed"]);
});

test("a reboot in between has forgotten that there was something to take back", () => {
  const known = { live: devices(device(0, 0)), inside: memory(399) + log(0) };
  assert.deepEqual(outcomes(known), ["passed", "failed", "failed"]);
  assert.match(found("taken-back", known), /had nothing/);
});

test("what only the guest can tell is unknown when it is silent", () => {
  assert.throws(() => outcome("taken-back", { live: devices(device(0, 0)) }), FactUnknown);
  assert.throws(() => outcome("grown", { live: devices(device(256, 256)) }), FactUnknown);
});

test("a paused guest, and none at all", () => {
  assert.match(found("grown", { state: "paused", live: READY }), /is paused/);
  assert.match(found("grown", { state: "shut-off" }), /is shut off/);
});
