import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks, { type Layer } from "./checks.ts";

const MASTER = "/var/lib/libvirt/images/debian-13-small.qcow2";
const TOP = "/var/lib/libvirt/images/smartgo_02.qcow2";
const layer = (filename: string, format = "qcow2"): Layer => ({ filename, format });
const definition = (format = "qcow2"): string => `<domain><devices><disk device='disk'><driver name='qemu' type='${format}'/></disk></devices></domain>`;

interface Sample {
  readonly guest?: object;
  readonly layers?: readonly Layer[];
  readonly sector?: string;
  readonly master?: string;
  readonly accident?: string;
}
const DONE: Sample = { guest: { snapshots: ["clean"] }, layers: [layer(TOP), layer(MASTER)], sector: "whole", accident: "2026-11-23 00:00:00" };

function failedIn({ guest, layers = [], sector = "", master = "1 2", accident = "" }: Sample): string[] {
  const off = {
    name: "smartgo_02",
    uuid: "u",
    id: -1,
    state: 5,
    reason: 0,
    persistent: true,
    autostart: false,
    saved: false,
    live: null,
    config: definition(),
  };
  const guests = guest === undefined ? [] : [{ ...off, balloonKiB: null, snapshots: [], ...guest }];
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside: {} }));
  const judged = Object.entries(checks.tasks).map(([task, judge]): [string, Outcome] => [
    task,
    judge({ libvirt, disk: { layers: [...layers], sector }, master, accident }, { master: "1 2", sector: "whole" }),
  ]);
  return judged.filter(([, { outcome }]) => outcome === "failed").map(([task]) => task);
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["overlay", "snapshot", "back"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a copy, the master itself, another layer between, and a wrong format are no overlay", () => {
  const others = [
    [layer(TOP)],
    [layer(MASTER)],
    [layer(TOP), layer("/var/lib/libvirt/images/smartgo_01.qcow2"), layer(MASTER)],
    [layer(TOP), layer(MASTER, "raw")],
  ];
  for (const layers of others) assert.deepEqual(failedIn({ ...DONE, layers }), ["overlay"]);
  assert.deepEqual(failedIn({ ...DONE, guest: { snapshots: ["clean"], config: definition("raw") } }), ["overlay"]);
});

test("a master that was written to", () => {
  assert.deepEqual(failedIn({ ...DONE, master: "1 3" }), ["master"]);
});

test("without the accident there is nothing to come back from, and a ruined disk is not back", () => {
  assert.deepEqual(failedIn({ ...DONE, accident: "" }), ["back"]);
  assert.deepEqual(failedIn({ ...DONE, sector: "zeros" }), ["back"]);
  assert.deepEqual(failedIn({ ...DONE, guest: { snapshots: [] } }), ["snapshot"]);
});
