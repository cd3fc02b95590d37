import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks, { type Tftp } from "./checks.ts";

const TASKS = ["network", "guest", "netboot"];
const LINE = "vmlinuz console=ttyS0 smartgo.ticket=T-1a2b3c\n";
const CHANNEL = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
const CARD = "<interface type='network'><mac address='52:54:00:aa:bb:cc'/><source network='pxenet' bridge='virbr20'/></interface>";

const NETWORK = { ip: "address='192.168.160.1' netmask='255.255.255.0'", tftp: "<tftp root='/srv/tftp'/>", bootp: "<bootp file='boot.ipxe'/>" };
function net(change: Partial<typeof NETWORK> = {}): string {
  const { ip, tftp, bootp } = { ...NETWORK, ...change };
  return `<network><name>pxenet</name><bridge name='virbr20'/><ip ${ip}>${tftp}<dhcp><range start='192.168.160.100' end='192.168.160.200'/>${bootp}</dhcp></ip></network>`;
}
const PARTS = { memory: "<memory unit='KiB'>524288</memory>", os: "<boot dev='network'/>", disk: "", card: CARD, channel: CHANNEL };
function xml(change: Partial<typeof PARTS> = {}): string {
  const { memory, os, disk, card, channel } = { ...PARTS, ...change };
  return `<domain><name>pxe1</name>${memory}<os>${os}</os><devices>${disk}${card}${channel}</devices></domain>`;
}

interface Sample {
  readonly network?: object | undefined;
  readonly guest?: object | undefined;
  readonly line?: string | undefined;
  readonly tftp?: Partial<Tftp>;
}
const RIGHT: Sample = { network: {}, guest: {}, line: LINE };
function task(name: string, { network, guest, line, tftp = {} }: Sample): Outcome {
  const active = { name: "pxenet", active: true, persistent: true, autostart: false, live: net(), config: net() };
  const leases = [{ mac: "52:54:00:aa:bb:cc", address: "192.168.160.150", hostname: "" }];
  const running = { name: "pxe1", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const libvirt = libvirtFacts().read(
    JSON.stringify({
      guests: guest === undefined ? [] : [{ ...running, live: xml(), config: xml(), snapshots: [], ...guest }],
      networks: network === undefined ? [] : [{ ...active, leases, ...network }],
      pools: [],
      monitor: {},
      inside: { line: line === undefined ? { error: "no agent" } : { status: 0, output: line } },
    }),
  );
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, tftp: { unreadable: [], said: "", ...tftp } }, { ticket: "T-1a2b3c" });
}
const failedIn = (sample: Sample): string[] => TASKS.filter((name) => task(name, sample).outcome === "failed");
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}

test("the state at the start, and the machine that booted", () => {
  assert.deepEqual(failedIn({}), TASKS);
  assert.deepEqual(failedIn(RIGHT), []);
});

test("the network is asked for each of its parts, running and stored", () => {
  const wrong: Partial<typeof NETWORK>[] = [
    { ip: "address='192.168.122.1' netmask='255.255.255.0'" },
    { ip: "address='192.168.160.1' prefix='16'" },
    { tftp: "" },
    { tftp: "<tftp root='/root'/>" },
    { bootp: "" },
  ];
  for (const change of wrong) {
    assert.deepEqual(failedIn({ ...RIGHT, network: { live: net(change) } }), ["network"]);
    assert.deepEqual(failedIn({ ...RIGHT, network: { config: net(change) } }), ["network"]);
  }
  const other = net({ ip: "address='192.168.160.1' prefix='24'", tftp: "<tftp root='/srv/tftp/'/>", bootp: "<bootp file='other.ipxe'/>" });
  assert.deepEqual(failedIn({ ...RIGHT, network: { live: other, config: other } }), []);
  assert.deepEqual(failedIn({ ...RIGHT, network: { persistent: false, config: null } }), ["network"]);
  assert.deepEqual(failedIn({ ...RIGHT, network: { active: false, live: null } }), ["network"]);
});

test("the guest's kept definition is asked", () => {
  const wrong: Partial<typeof PARTS>[] = [
    { os: "<kernel>/srv/tftp/vmlinuz</kernel>" },
    { os: "<boot dev='hd'/><boot dev='network'/>" },
    { memory: "<memory unit='KiB'>1048576</memory>" },
    { disk: "<disk type='file'/>" },
    { card: CARD.replace("pxenet", "default") },
    { card: "" },
  ];
  for (const change of wrong) assert.deepEqual(failedIn({ ...RIGHT, guest: { config: xml(change) } }), ["guest"]);
  assert.deepEqual(failedIn({ ...RIGHT, guest: { persistent: false, config: null } }), ["guest"]);
  const ways = [
    xml({ os: "", card: CARD.replace("</interface>", "<boot order='1'/></interface>") }),
    xml({ card: "<interface><source bridge='virbr20'/></interface>" }),
  ];
  for (const config of ways) assert.deepEqual(failedIn({ ...RIGHT, guest: { config } }), []);
});

test("a running guest must have come over the network, and says so itself", () => {
  const live = (change: Partial<typeof PARTS>): Sample => ({ ...RIGHT, guest: { live: xml(change) } });
  assert.deepEqual(failedIn(live({ os: "<kernel>/srv/tftp/vmlinuz</kernel>" })), ["netboot"]);
  assert.deepEqual(failedIn(live({ card: CARD.replace("pxenet", "default") })), ["netboot"]);
  for (const line of ["console=ttyS0\n", "smartgo.ticket=T-1a2b3cd\n", ""]) assert.deepEqual(failedIn({ ...RIGHT, line }), ["netboot"]);
  assert.deepEqual(failedIn({ ...RIGHT, network: { leases: [] } }), ["netboot"]);
});

test("a guest that does not answer is failed and not errored, with what the host knows", () => {
  const silent: Sample = { network: {}, guest: {} };
  assert.deepEqual(failedIn(silent), ["netboot"]);
  assert.match(found("netboot", { ...silent, tftp: { unreadable: ["/srv/tftp/boot.ipxe"] } }), /nobody, may not read \/srv\/tftp\/boot\.ipxe/);
  assert.match(found("netboot", { ...silent, tftp: { said: "file /srv/tftp/boot.ipxe not found" } }), /192\.168\.160\.150.*not found/);
  assert.match(found("netboot", { ...silent, network: { leases: [] } }), /no address/);
  assert.match(found("netboot", { ...silent, guest: { live: xml({ channel: "" }) } }), /channel/);
  for (const guest of [{ state: 5, id: -1, live: null }, { state: 3 }]) assert.deepEqual(failedIn({ network: {}, guest }), ["netboot"]);
});
