import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checksOf, { type Baseline, type Drawn, type Facts, type Host } from "./checks.ts";

const DRAWN: Drawn = {
  bridge: 50,
  subnet: 193,
  address: 39,
  directory: 86,
  volume_size: 864,
  host_name: "mail-74",
  code: 648932,
  start_memory: 512,
  max_memory: 960,
  balloon_memory: 832,
  max_vcpus: 5,
  hot_vcpus: 4,
  title: 384,
  b_max_vcpus: 5,
  ring: 0,
  type: 1,
  witness: 2,
};
const checks = checksOf(DRAWN);

const BASELINE: Baseline = {
  own: {
    a: { mac: "52:54:00:aa:aa:aa" },
    b: { uuid: "u-b", mac: "52:54:00:bb:bb:bb", disk: "/i/smartgo_b.qcow2", diskId: "8d6f1dff" },
  },
  readiness: { extension: "svm", cpus: 1, nested: true, memoryMib: 1974.4, validate: 0 },
};

const unit = (change: object = {}) => ({ LoadState: "loaded", ActiveState: "active", UnitFileState: "enabled", ...change });
const HOST: Host = {
  units: { socket: unit(), service: unit() },
  byHand: 0,
  onBoot: "",
  link: "/etc/libvirt/qemu/smartgo_a.xml",
  smp: 1,
  bId: "8d6f1dff",
  twinId: "8d6f1dff",
  twinChain: ["/i/smartgo_b2.qcow2", "/i/debian-13-small.qcow2"],
};

const A_XML = `<domain><memory unit='KiB'>983040</memory><currentMemory unit='KiB'>524288</currentMemory><vcpu current='1'>5</vcpu><os><boot dev='hd'/></os>
  <devices><disk device='disk'><driver type='qcow2'/><source file='/srv/exam-86/smartgo_a.qcow2'/></disk><disk device='cdrom'/>
  <interface><mac address='52:54:00:aa:aa:aa'/><source network='exam'/></interface><serial type='pty'/></devices></domain>`;
const b = (mac: string, disk: string, vcpus: number, title = ""): string =>
  `<domain><title>${title}</title><vcpu current='1'>${vcpus}</vcpu><devices><disk device='disk'><source file='${disk}'/></disk><interface><mac address='${mac}'/></interface></devices></domain>`;
const B_OLD = b("52:54:00:bb:bb:bb", "/i/smartgo_b.qcow2", 2);
const B_NEW = b("52:54:00:bb:bb:bb", "/i/smartgo_b.qcow2", 5, "SmartGo B 384");
const TWIN_XML = b("52:54:00:cc:cc:cc", "/i/smartgo_b2.qcow2", 2);

const guest = (name: string, uuid: string, config: string, live: string, change: object = {}) => ({
  name,
  uuid,
  id: 1,
  state: 1,
  reason: 1,
  persistent: true,
  autostart: false,
  saved: false,
  live,
  config,
  snapshots: [],
  ...change,
});
const A = (change: object = {}) => guest("smartgo_a", "u-a", A_XML, A_XML, { autostart: true, ...change });
const B = (change: object = {}) => guest("smartgo_b", "u-b", B_NEW, B_OLD, change);
const TWIN = (change: object = {}) => guest("smartgo_b2", "u-t", TWIN_XML, TWIN_XML, change);

const NET = `<network><forward mode='nat'/><bridge name='virbr50'/><ip address='192.168.193.1' netmask='255.255.255.0'><dhcp>
  <range start='192.168.193.100' end='192.168.193.200'/><host mac='52:54:00:AA:AA:AA' ip='192.168.193.39'/></dhcp></ip></network>`;
const lease = (mac: string, address: string) => ({ mac, address, hostname: "" });
const network = (name: string, xml: string, leases: object[], change: object = {}) => ({
  name,
  active: true,
  persistent: true,
  autostart: true,
  live: xml,
  config: xml,
  leases,
  ...change,
});
const DEFAULT = (change: object = {}) =>
  network("default", "<network/>", [lease("52:54:00:bb:bb:bb", "192.168.122.5"), lease("52:54:00:cc:cc:cc", "192.168.122.6")], change);
const EXAM = (change: object = {}) => network("exam", NET, [lease("52:54:00:aa:aa:aa", "192.168.193.39")], change);
const volume = (mib: number, format: string) => ({
  name: "smartgo_a.qcow2",
  path: "/srv/exam-86/smartgo_a.qcow2",
  xml: `<volume><capacity>${mib * 1024 * 1024}</capacity><target><format type='${format}'/></target></volume>`,
});
const POOL = (change: object = {}) => ({
  name: "exam",
  active: true,
  persistent: true,
  autostart: true,
  xml: "<pool type='dir'><target><path>/srv/exam-86</path></target></pool>",
  volumes: [volume(864, "qcow2")],
  ...change,
});

const insideA = (change: Record<string, string> = {}): string =>
  Object.entries({
    host: "mail-74",
    code: "648932",
    answers: "file:/ks.cfg",
    online: "0-3",
    total: "793424",
    began: "[ 1.1] smp: Brought up 1 node, 1 CPU",
    ...change,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
const said = (output: string) => ({ status: 0, output });
const INSIDE = { a: said(insideA()), b: said("boot-b\n 8d 6f 1d ff\n"), twin: said("boot-t\n") };

interface Sample {
  readonly guests?: object[];
  readonly networks?: object[];
  readonly pools?: object[];
  readonly inside?: object;
  readonly cpus?: number;
  readonly balloon?: number;
  readonly host?: Partial<Host>;
  readonly facts?: Partial<Facts>;
}

function outcomes(sample: Sample = {}, drawn: Partial<Drawn> = {}): Map<string, Outcome> {
  const { guests = [A(), B(), TWIN()], networks = [DEFAULT(), EXAM()], pools = [POOL()], inside = INSIDE, cpus = 4, balloon = 832 } = sample;
  const monitor = {
    cpus: { answer: Array.from({ length: cpus }, (_, index) => ({ "cpu-index": index })) },
    balloon: { answer: { actual: balloon * 1024 * 1024 } },
  };
  const facts: Facts = {
    host: { ...HOST, ...sample.host },
    libvirt: libvirtFacts().read(JSON.stringify({ guests, networks, pools, monitor, inside })),
    ready: { state: "read", value: { extension: "svm", cpus: 1, nested: true, memory_mib: 1974, validate_exit: 0 } },
    answers: { state: "read", value: { ring: "b", type: "D", witness: "d" } },
    ...sample.facts,
  };
  return new Map(Object.entries(checksOf({ ...DRAWN, ...drawn }).tasks).map(([name, judge]) => [name, judge(facts, BASELINE)]));
}

function failedIn(sample: Sample = {}, drawn: Partial<Drawn> = {}): string[] {
  return [...outcomes(sample, drawn)].filter(([, { outcome }]) => outcome === "failed").map(([name]) => name);
}

const ALL = Object.keys(checks.tasks);

test("the goal passes, and the state at the start fails in everything", () => {
  assert.deepEqual(failedIn(), []);
  const masked = unit({ LoadState: "masked", ActiveState: "inactive", UnitFileState: "masked" });
  const units = { socket: masked, service: unit({ ActiveState: "inactive", UnitFileState: "disabled" }) };
  const start = { libvirt: undefined, ready: { state: "absent" }, answers: { state: "absent" } } as const;
  assert.deepEqual(failedIn({ host: { units, smp: 0, twinId: "", twinChain: [], link: "" }, facts: start }), ALL);
});

test("another learner's sheet fails in just what it asks for otherwise", () => {
  const cases: [drawn: Partial<Drawn>, tasks: string[]][] = [
    [{ bridge: 51 }, ["exam-network"]],
    [{ address: 40 }, ["fixed-lease", "unattended"]],
    [{ directory: 87 }, ["pool", "guest-a"]],
    [{ volume_size: 832 }, ["volume"]],
    [{ host_name: "db-17" }, ["unattended"]],
    [{ code: 648933 }, ["unattended"]],
    [{ start_memory: 480 }, ["balloon"]],
    [{ max_memory: 1024 }, ["guest-a"]],
    [{ balloon_memory: 864 }, ["balloon"]],
    [{ max_vcpus: 6 }, ["guest-a"]],
    [{ hot_vcpus: 3 }, ["hot-cpus"]],
    [{ title: 385 }, ["edited"]],
    [{ b_max_vcpus: 6 }, ["edited"]],
    [{ ring: 1 }, ["questions"]],
    [{ type: 0 }, ["questions"]],
    [{ witness: 1 }, ["questions"]],
  ];
  for (const [drawn, tasks] of cases) assert.deepEqual(failedIn({}, drawn), tasks, JSON.stringify(drawn));
});

test("libvirt that answers and knows nothing leaves only its own items", () => {
  const nothing = failedIn({ guests: [], networks: [], pools: [], inside: {}, host: { smp: 0, twinId: "", twinChain: [] } });
  assert.deepEqual(
    nothing,
    ALL.filter((name) => !["readiness", "service-now", "service-boot", "questions"].includes(name)),
  );
});

test("the report and the letters", () => {
  const ready = (change: object) =>
    ({ facts: { ready: { state: "read", value: { extension: "svm", cpus: 1, nested: true, memory_mib: 1974, validate_exit: 0, ...change } } } }) as Sample;
  for (const change of [{ extension: "AMD-V" }, { cpus: 2 }, { nested: false }, { memory_mib: 2048 }, { validate_exit: 1 }]) {
    assert.deepEqual(failedIn(ready(change)), ["readiness"]);
  }
  for (const change of [{ ring: "a" }, { type: "c" }, { witness: "" }]) {
    const value = { ring: "b", type: "d", witness: "d", ...change };
    assert.deepEqual(failedIn({ facts: { answers: { state: "read", value } } }), ["questions"]);
  }
});

test("the service: now and after a boot are two things", () => {
  assert.deepEqual(failedIn({ host: { units: { socket: unit({ UnitFileState: "disabled" }), service: unit() } } }), ["service-boot"]);
  assert.deepEqual(failedIn({ host: { units: { socket: unit(), service: unit({ UnitFileState: "disabled" }) } } }), ["service-boot"]);
  assert.deepEqual(failedIn({ host: { units: { socket: unit({ ActiveState: "inactive" }), service: unit() } } }), ["service-now"]);
  assert.deepEqual(failedIn({ host: { byHand: 1 } }), ["service-now"]);
});

test("networks and the pool: transient, off, not marked, elsewhere", () => {
  for (const change of [{ active: false, live: null }, { persistent: false, config: null }, { autostart: false }]) {
    assert.deepEqual(failedIn({ networks: [DEFAULT(change), EXAM()] }), ["default-network"]);
  }
  assert.deepEqual(failedIn({ networks: [DEFAULT(), EXAM({ autostart: false })] }), ["exam-network"]);
  for (const [from, to] of [
    ["virbr50", "virbr51"],
    ["193.200", "193.201"],
    ["mode='nat'", "mode='route'"],
    ["255.255.255.0", "255.255.0.0"],
  ] as const) {
    assert.deepEqual(failedIn({ networks: [DEFAULT(), EXAM({ config: NET.replace(from, to) })] }), ["exam-network"]);
  }
  const prefix = NET.replace("netmask='255.255.255.0'", "prefix='24'");
  assert.deepEqual(failedIn({ networks: [DEFAULT(), EXAM({ config: prefix, live: prefix })] }), []);
  assert.deepEqual(failedIn({ networks: [DEFAULT(), EXAM({ config: NET.replace(/<host.*\/>/, "") })] }), ["fixed-lease"]);
  assert.deepEqual(failedIn({ pools: [POOL({ autostart: false })] }), ["pool"]);
  assert.deepEqual(failedIn({ pools: [POOL({ xml: "<pool type='dir'><target><path>/srv/else</path></target></pool>" })] }), ["pool"]);
  assert.deepEqual(failedIn({ pools: [POOL({ volumes: [volume(864, "raw")] })] }), ["volume"]);
  assert.deepEqual(failedIn({ pools: [POOL({ volumes: [volume(800, "qcow2")] })] }), ["volume"]);
});

test("A's definition", () => {
  const wrong: readonly (readonly [string, string])[] = [
    ["983040", "1048576"],
    ["<vcpu current='1'>5", "<vcpu current='1'>4"],
    ["/srv/exam-86/smartgo_a.qcow2", "/i/a.qcow2"],
    ["driver type='qcow2'", "driver type='raw'"],
    ["52:54:00:aa:aa:aa", "52:54:00:aa:aa:ab"],
    ["network='exam'", "network='default'"],
    ["<serial type='pty'/>", "<serial/><graphics type='vnc'/>"],
    ["<serial type='pty'/>", ""],
    ["<boot dev='hd'/>", "<kernel>/x</kernel>"],
  ];
  for (const [from, to] of wrong) assert.deepEqual(failedIn({ guests: [A({ config: A_XML.replace(from, to) }), B(), TWIN()] }), ["guest-a"], from);
  const named = A_XML.replace("file='/srv/exam-86/smartgo_a.qcow2'", "pool='exam' volume='smartgo_a.qcow2'").replace("network='exam'", "bridge='virbr50'");
  assert.deepEqual(failedIn({ guests: [A({ config: named }), B(), TWIN()] }), []);
});

test("A's system: by hand, another name, another code, another address, silent", () => {
  for (const change of [{ answers: "" }, { host: "localhost" }, { code: "" }]) {
    assert.deepEqual(failedIn({ inside: { ...INSIDE, a: said(insideA(change)) } }), ["unattended"]);
  }
  assert.deepEqual(failedIn({ networks: [DEFAULT(), EXAM({ leases: [] })] }), ["unattended"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, a: { error: "no agent" } } }), ["unattended", "hot-cpus", "balloon"]);
});

test("B must be what it was", () => {
  assert.deepEqual(failedIn({ guests: [A(), B({ uuid: "u-x" }), TWIN()] }), ["guest-b", "b-runs"]);
  assert.deepEqual(failedIn({ host: { bId: "00000000" } }), ["guest-b", "b-runs"]);
  assert.deepEqual(failedIn({ guests: [A(), B({ persistent: false, config: null }), TWIN()] }), ["guest-b", "edited"]);
  assert.deepEqual(failedIn({ guests: [A(), B({ state: 5, live: null }), TWIN()] }), ["b-runs", "side-by-side", "edited"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, b: said("boot-b\n 00 00 00 00\n") } }), ["b-runs"]);
  assert.deepEqual(failedIn({ guests: [A(), B({ state: 3, persistent: false, config: null }), TWIN()], inside: { ...INSIDE, b: { error: "no agent" } } }), [
    "guest-b",
    "b-runs",
    "side-by-side",
    "edited",
  ]);
});

test("the twin must be a copy, and itself", () => {
  assert.deepEqual(failedIn({ guests: [A(), B(), TWIN({ config: B_OLD })] }), ["twin"]);
  assert.deepEqual(failedIn({ host: { twinId: "00000000" } }), ["twin"]);
  assert.deepEqual(failedIn({ host: { twinChain: ["/i/smartgo_b2.qcow2", "/i/smartgo_b.qcow2"] } }), ["twin"]);
  assert.deepEqual(failedIn({ host: { twinChain: [] } }), ["twin"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, twin: said("boot-b\n") } }), ["side-by-side"]);
  assert.deepEqual(failedIn({ networks: [DEFAULT({ leases: [lease("52:54:00:bb:bb:bb", "192.168.122.5")] }), EXAM()] }), ["side-by-side"]);
});

test("autostart is for A alone", () => {
  assert.deepEqual(failedIn({ guests: [A({ autostart: false }), B(), TWIN()] }), ["autostart"]);
  assert.deepEqual(failedIn({ guests: [A(), B({ autostart: true }), TWIN()] }), ["autostart"]);
  assert.deepEqual(failedIn({ host: { link: "/etc/libvirt/qemu/autostart/smartgo_a.xml" } }), ["autostart"]);
  assert.deepEqual(failedIn({ host: { onBoot: "start" } }), ["autostart"]);
});

test("hot means from 1, in this run, for this run", () => {
  assert.deepEqual(failedIn({ host: { smp: 4 } }), ["hot-cpus"]);
  assert.deepEqual(failedIn({ cpus: 1 }), ["hot-cpus"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, a: said(insideA({ began: "[ 1.1] smp: Brought up 1 node, 4 CPUs" })) } }), ["hot-cpus"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, a: said(insideA({ began: "" })) } }), []);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, a: said(insideA({ online: "0,2" })) } }), ["hot-cpus"]);
  assert.deepEqual(failedIn({ guests: [A({ config: A_XML.replace("current='1'", "current='4'") }), B(), TWIN()] }), ["hot-cpus"]);
});

test("the balloon: too little, in the definition only, not in the guest", () => {
  assert.deepEqual(failedIn({ balloon: 512 }), ["balloon"]);
  assert.deepEqual(failedIn({ guests: [A({ config: A_XML.replace("524288", "851968") }), B(), TWIN()] }), ["balloon"]);
  assert.deepEqual(failedIn({ inside: { ...INSIDE, a: said(insideA({ total: "480000" })) } }), ["balloon"]);
  const squeezed = outcomes({ balloon: 1 }).get("balloon");
  assert.ok(squeezed?.outcome === "failed");
  assert.match(squeezed.found.en, /KiB/);
});

test("the edit is stored, and B was not started after it", () => {
  assert.deepEqual(failedIn({ guests: [A(), B({ config: B_OLD }), TWIN()] }), ["edited"]);
  assert.deepEqual(failedIn({ guests: [A(), B({ live: B_NEW }), TWIN()] }), ["edited"]);
  const titled = b("52:54:00:bb:bb:bb", "/i/smartgo_b.qcow2", 2, "SmartGo B 384");
  assert.deepEqual(failedIn({ guests: [A(), B({ live: titled }), TWIN()] }), []);
});

test("the packed answer of libvirt, and a daemon that cannot be reached", () => {
  assert.equal(checks.facts.libvirt.read("H4sI(unreachable)\n"), undefined);
  assert.throws(() => checks.facts.libvirt.read(""));
});
