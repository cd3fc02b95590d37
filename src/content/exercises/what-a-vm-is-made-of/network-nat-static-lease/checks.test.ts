import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const network = (host: string, bridge = "virbr10", range = "100"): string =>
  `<network><name>labnet</name><forward mode='nat'/><bridge name='${bridge}'/><ip address='192.168.150.1' netmask='255.255.255.0'><dhcp><range start='192.168.150.${range}' end='192.168.150.200'/>${host}</dhcp></ip></network>`;
const KEPT = network("<host mac='52:54:00:6B:3C:01' ip='192.168.150.50'/>");
const cards = (...nets: string[]): string =>
  `<domain><devices>${nets.map((net) => `<interface><mac address='52:54:00:6b:3c:01'/><source network='${net}'/></interface>`).join("")}</devices></domain>`;

interface Sample {
  readonly net?: object;
  readonly guest?: object;
  readonly address?: string;
}
const DONE: Sample = { net: {}, guest: { live: cards("labnet"), config: cards("labnet") }, address: "192.168.150.50\n" };

function task(name: string, { net, guest = {}, address }: Sample): Outcome {
  const one = {
    name: "smartgo_01",
    uuid: "u",
    id: 1,
    state: 1,
    reason: 1,
    persistent: true,
    autostart: false,
    saved: false,
    live: cards("default"),
    config: cards("default"),
  };
  const networks = net === undefined ? [] : [{ name: "labnet", active: true, persistent: true, autostart: true, live: KEPT, config: KEPT, leases: [], ...net }];
  const inside = address === undefined ? {} : { addresses: { status: 0, output: address } };
  const libvirt = libvirtFacts().read(
    JSON.stringify({ guests: [{ ...one, balloonKiB: null, snapshots: [], ...guest }], networks, pools: [], monitor: {}, inside }),
  );
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt }, {});
}

function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({ address: "192.168.122.93\n" }), ["network", "fixed-lease", "moved", "address"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a network that does not last, does not run, or is another", () => {
  for (const net of [{ persistent: false }, { autostart: false }, { active: false, live: null }]) assert.ok(failedIn({ ...DONE, net }).includes("network"));
  for (const other of [network("", "virbr11"), network("", "virbr10", "2")])
    assert.ok(failedIn({ ...DONE, net: { live: other, config: other } }).includes("network"));
});

test("an address that is kept for a stranger, or only for now", () => {
  const stranger = network("<host mac='52:54:00:6b:3c:02' ip='192.168.150.50'/>");
  const outcome = task("fixed-lease", { ...DONE, net: { live: stranger, config: stranger } });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /kept for 52:54:00:6b:3c:02/);
  assert.deepEqual(failedIn({ ...DONE, net: { config: network("") } }), ["fixed-lease"]);
  assert.deepEqual(failedIn({ ...DONE, net: { live: network("") } }), ["fixed-lease"]);
});

test("moved means moved in both definitions, with one card", () => {
  for (const guest of [{ config: cards("labnet") }, { live: cards("labnet") }, { live: cards("labnet", "default"), config: cards("labnet", "default") }]) {
    assert.deepEqual(failedIn({ ...DONE, guest }), ["moved"]);
  }
});

test("a guest that does not answer is not known", () => {
  assert.throws(() => task("address", { net: {}, guest: DONE.guest ?? {} }), FactUnknown);
});
