import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFile } from "../../../../../lab-server/grading/probes/host.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const XML = "<network><name>default</name><bridge name='virbr0'/></network>";
const MAC = "52:54:00:6b:3c:01";
const UP = {
  name: "default",
  active: true,
  persistent: true,
  autostart: true,
  live: XML,
  config: XML,
  leases: [{ mac: MAC, address: "192.168.122.93", hostname: "" }],
};
const DOWN = { ...UP, active: false, autostart: false, live: null, leases: [] };
const GUEST = {
  name: "smartgo_01",
  uuid: "1",
  id: 1,
  state: 1,
  reason: 1,
  persistent: true,
  autostart: false,
  saved: false,
  live: `<domain><devices><interface><mac address='${MAC}'/><source network='default'/></interface></devices></domain>`,
  config: null,
  balloonKiB: null,
  snapshots: [],
};

function failedIn(network: object, bridge: string[] | null, guest: object, text?: string): string[] {
  const libvirt = libvirtFacts().read(JSON.stringify({ guests: [guest], networks: [network], pools: [], monitor: {}, inside: {} }));
  const file: HostFile = text === undefined ? { state: "absent" } : { state: "read", text };
  return Object.entries(checks.tasks)
    .filter(([, judge]) => judge({ libvirt, bridge, file }, {}).outcome === "failed")
    .map(([task]) => task);
}

const OFF = { ...GUEST, id: -1, state: 5, live: null };

test("the start, and the goal", () => {
  assert.deepEqual(failedIn(DOWN, null, OFF), ["active", "lasting", "address"]);
  assert.deepEqual(failedIn(UP, ["192.168.122.1/24"], GUEST, "192.168.122.93\n"), []);
  assert.deepEqual(failedIn(UP, ["192.168.122.1/24"], GUEST, "192.168.122.93/24"), []);
});

test("a bridge by hand, a network without a mark, a transient one", () => {
  assert.deepEqual(failedIn(DOWN, ["192.168.122.1/24"], OFF), ["active", "lasting", "address"]);
  assert.deepEqual(failedIn({ ...UP, autostart: false }, ["192.168.122.1/24"], GUEST, "192.168.122.93"), ["lasting"]);
  assert.deepEqual(failedIn({ ...UP, persistent: false, autostart: false, config: null }, ["192.168.122.1/24"], GUEST, "192.168.122.93"), ["lasting"]);
});

test("the gateway is not the guest, and a lease of another guest is none", () => {
  assert.deepEqual(failedIn(UP, ["192.168.122.1/24"], GUEST, "192.168.122.1"), ["address"]);
  const other = { ...UP, leases: [{ mac: "52:54:00:6b:3c:02", address: "192.168.122.94", hostname: "" }] };
  assert.deepEqual(failedIn(other, ["192.168.122.1/24"], GUEST, "192.168.122.94"), ["address"]);
});
