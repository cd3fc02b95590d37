/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine, XrayGuest } from "../../lab-server/contract/xray.ts";
import { MACHINES } from "./fixtures/xray-recorded.ts";
import { sentence } from "./xray-announce.ts";
import { changesBetween } from "./xray-changes.ts";
import { partKey } from "./xray-part.ts";
import { XRAY_STRINGS } from "./xray-strings.ts";

const between = (from: number, to: number) => {
  const [before, after] = [MACHINES[from], MACHINES[to]];
  assert.ok(before && after);
  return changesBetween(before, after);
};
const said = (from: number, to: number): string => sentence(between(from, to).changes, XRAY_STRINGS.en);

test("what really happened is told in a sentence", () => {
  assert.equal(MACHINES.length, 5);
  assert.equal(said(0, 1), "smartgo_02 is defined");
  assert.equal(said(1, 2), "smartgo_01 now has 4 vCPU threads");
  assert.equal(said(3, 4), "smartgo_02 has stopped: its process is gone");
  assert.equal(said(2, 2), "");
});

test("just the new threads stand out", () => {
  const { parts } = between(1, 2);
  assert.deepEqual(
    [...parts],
    ["1", "2", "3"].map((item) => partKey({ kind: "vcpu", guest: "smartgo_01", item })),
  );
});

test("a guest that starts is told of once, not thread by thread", () => {
  const { changes, parts } = between(2, 3);
  assert.deepEqual(
    changes.filter(({ kind }) => kind === "started" || kind === "vcpus"),
    [{ kind: "started", guest: "smartgo_02" }],
  );
  assert.ok(parts.has(partKey({ kind: "guest", guest: "smartgo_02" })));
  assert.ok(!parts.has(partKey({ kind: "vcpu", guest: "smartgo_02", item: "0" })));
});

/** The recorded machine with its first guest changed. */
function changed(change: (guest: XrayGuest) => Partial<XrayGuest>, rest: Partial<Machine> = {}) {
  const [machine] = MACHINES;
  assert.ok(machine?.guests[0]);
  const [guest, ...others] = machine.guests;
  return changesBetween(machine, { ...machine, ...rest, guests: [{ ...guest, ...change(guest) }, ...others] });
}
const kinds = ({ changes }: ReturnType<typeof changed>): readonly string[] => changes.map(({ kind }) => kind);

test("pause, memory, disks and cards are noticed", () => {
  assert.deepEqual(kinds(changed(() => ({ state: "paused" }))), ["paused"]);
  assert.deepEqual(kinds(changed(({ memory }) => ({ memory: { ...memory, currentMiB: 900 } }))), ["memory"]);
  assert.deepEqual(kinds(changed(({ disks }) => ({ disks: [...disks, { target: "vdb", bus: "virtio", device: "disk", chain: [] }] }))), ["diskAdded"]);
  assert.deepEqual(kinds(changed(() => ({ disks: [] }))), ["diskRemoved"]);
  assert.deepEqual(kinds(changed(({ disks: [disk] }) => ({ disks: disk ? [{ ...disk, chain: [{ path: "/new", format: "qcow2" }, ...disk.chain] }] : [] }))), [
    "layers",
  ]);
  assert.deepEqual(kinds(changed(() => ({ nics: [] }))), ["nicRemoved"]);
});

test("a disk that only grows is no news", () => {
  const grown = changed(({ disks }) => ({ disks: disks.map((disk) => ({ ...disk, chain: disk.chain.map((file) => ({ ...file, allocatedMiB: 999 })) })) }));
  assert.deepEqual(grown.changes, []);
  assert.equal(grown.parts.size, 0);
});

test("networks, pools and the daemon are noticed", () => {
  assert.deepEqual(kinds(changed(() => ({}), { networks: [] })), ["networkStopped"]);
  assert.deepEqual(kinds(changed(() => ({}), { pools: [{ name: "p", active: true, type: "dir" }] })), ["poolStarted"]);
  assert.deepEqual(kinds(changed(() => ({}), { libvirt: undefined })), ["daemonGone"]);
});
