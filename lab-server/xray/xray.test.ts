import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Machine, type Sample, type XrayEvent, xrayEventSchema } from "../contract/xray.ts";
import { FakeHost } from "../hosts/fake/fake-host.ts";
import { silentLog } from "../log.ts";
import { HostWatch } from "./host-watch.ts";
import { Xray } from "./xray.ts";

/** As real hosts told it: of the program that watches up to its first `end`, then of the one that samples. */
const LOOKED_AT = readFileSync(new URL("recorded/looked-at.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const WATCHED = LOOKED_AT.slice(0, LOOKED_AT.indexOf("end") + 1);
const SAMPLED = LOOKED_AT.slice(WATCHED.length);
const SCREEN = readFileSync(new URL("recorded/guest-with-a-screen.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function looking() {
  const host = new FakeHost({ template: "running", accelerator: { kind: "tcg", forced: false, reason: "no-nesting" }, vcpus: 1, memoryMiB: 2048 }, () => ({}));
  const watch = new HostWatch(host, silentLog);
  const xray = new Xray(host, watch, silentLog);
  const events: XrayEvent[] = [];
  const leave = xray.view((event) => void events.push(xrayEventSchema.parse(event)));
  await settle();
  const program = (sampling: boolean) => host.followed.find(({ command, signal }) => command.endsWith(" sample") === sampling && !signal.aborted);
  const machines = (): Machine[] => events.filter((event) => event.type === "machine");
  const samples = (): Sample[] => events.filter((event) => event.type === "sample");
  const stop = (): void => {
    xray.stop();
    watch.stop();
  };
  return { host, watch, xray, leave, machines, samples, program, stop };
}

test("a recording of a real host: the whole machine", async () => {
  const { program, machines, stop } = await looking();
  for (const line of WATCHED) program(false)?.say(line);
  const [machine] = machines();
  assert.ok(machine);
  assert.deepEqual(machine.host, {
    name: "kvm-qsmlck",
    kernel: "6.12.118+deb13-cloud-amd64",
    vcpus: 1,
    memoryMiB: 1974.4,
    module: "kvm_amd",
    nested: true,
  });
  assert.equal(machine.libvirt?.daemon, "libvirtd");
  assert.ok(machine.libvirt.sockets.includes("/run/libvirt/libvirt-sock"));
  assert.deepEqual(machine.networks, [{ name: "default", active: true, bridge: "virbr0", address: "192.168.122.1/255.255.255.0", forward: "nat" }]);
  assert.equal(machine.guests.length, 1);
  const [guest] = machine.guests;
  assert.ok(guest);
  const { process, vcpus, memory, ...rest } = guest;
  assert.deepEqual(process, {
    pid: 776,
    user: "libvirt-qemu",
    machine: "pc-q35-10.0",
    accelerator: "kvm",
    monitor: "/var/lib/libvirt/qemu/domain-1-smartgo_01/monitor.sock",
  });
  assert.deepEqual([vcpus.current, vcpus.maximum, vcpus.threads.length], [4, 4, 4]);
  assert.deepEqual(vcpus.threads[0], { vcpu: 0, tid: 788 });
  assert.deepEqual([memory.maximumMiB, memory.balloon], [1024, true]);
  assert.deepEqual(rest, {
    name: "smartgo_01",
    state: "running",
    persistent: true,
    autostart: false,
    otherThreads: 5,
    disks: [
      {
        target: "vda",
        bus: "virtio",
        device: "disk",
        chain: [
          { path: "/var/lib/libvirt/images/smartgo_01.qcow2", format: "qcow2", virtualMiB: 1024, allocatedMiB: 1.7 },
          { path: "/var/lib/libvirt/images/debian-13-small.qcow2", format: "qcow2", virtualMiB: 1024, allocatedMiB: 178.6 },
        ],
      },
    ],
    nics: [{ mac: "52:54:00:6b:3c:01", model: "virtio", tap: "vnet0", source: "default", bridge: "virbr0" }],
    graphics: [],
    console: "/dev/pts/0",
  });
  stop();
});

test("a screen has its port while the guest runs, and libvirt's daemon may be away", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { program, machines, stop } = await looking();
  for (const line of SCREEN) {
    program(false)?.say(line);
    t.mock.timers.tick(200);
  }
  const shown = machines().map(({ guests, libvirt }) => {
    const screen = guests.find(({ name }) => name === "screen");
    return { screen: screen?.graphics[0], pid: screen?.process?.pid, model: screen?.nics[0]?.model, daemon: libvirt?.pid };
  });
  const running = { screen: { type: "vnc", listen: "127.0.0.1", port: 5900 }, pid: 1132, model: "e1000" };
  assert.ok(shown.some((one) => JSON.stringify(one) === JSON.stringify({ ...running, daemon: 344 })));
  assert.ok(
    shown.some((one) => JSON.stringify(one) === JSON.stringify({ ...running, daemon: undefined })),
    "the guest runs on without it",
  );
  assert.equal(shown.at(-1)?.screen, undefined);
  stop();
});

test("readings become rates, and no reading is told twice", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { program, samples, machines, stop } = await looking();
  for (const line of WATCHED) program(false)?.say(line);
  for (const line of SAMPLED) {
    program(true)?.say(line);
    now += 100;
  }
  const readings = SAMPLED.filter((line) => line.startsWith("sample\t")).length;
  assert.equal(samples().length, readings - 1);
  const [sample] = samples();
  assert.ok(sample);
  // 8 + 4 + 16 + 1 ticks busy of 35; 88 exits in 1.1 s.
  assert.equal(sample.host.cpu, 0.829);
  assert.ok(Math.abs((sample.host.exits ?? 0) - 78) < 2, `${sample.host.exits} exits`);
  assert.ok(sample.host.counters.length > 0 && sample.host.counters.every(({ rate }) => rate > 0));
  const [guest] = sample.guests;
  assert.equal(guest?.name, "smartgo_01");
  assert.equal(guest?.residentMiB, 279);
  assert.ok(guest.threads.length >= 8 && guest.cpu > 0 && guest.cpu < 1);
  assert.deepEqual(
    machines()
      .at(0)
      ?.guests[0]?.vcpus.threads.every(({ tid }) => guest.threads.some((thread) => thread.tid === tid)),
    true,
  );
  assert.equal(guest.balloonMiB, machines()[0]?.guests[0]?.memory.currentMiB);
  assert.equal(machines().length, 1, "what the sampling program tells too is the same");
  const told = samples().length;
  for (const line of SAMPLED.slice(-5)) program(true)?.say(line);
  assert.equal(samples().length, told, "a clock that stands still makes no rate");
  stop();
});

test("many look, the host is asked once; with the last one it ends", async () => {
  const { host, xray, leave, program, machines, stop } = await looking();
  for (const line of WATCHED) program(false)?.say(line);
  const second: XrayEvent[] = [];
  const leaveToo = xray.view((event) => second.push(event));
  assert.deepEqual(second, machines(), "the second one gets what there is at once");
  await settle();
  assert.equal(host.followed.length, 2);
  leave();
  leave();
  assert.ok(program(true));
  leaveToo();
  assert.equal(program(true), undefined);
  assert.ok(program(false), "that guests come and go is told on");
  stop();
});

test("a host that means harm fills no page: a hundred guests, markup, long names, endless chains", async () => {
  const { program, machines, samples, stop } = await looking();
  const say = (line: string): void => program(false)?.say(line);
  const long = `&lt;script&gt;${"y".repeat(250)}`;
  const disk = (depth: number): string => (depth === 0 ? "" : `<backingStore><format type='qcow2'/><source file='/${long}'/>${disk(depth - 1)}</backingStore>`);
  const devices = `<disk device='${long}'><source file='/${long}'/>${disk(15)}<target dev='${long}'/></disk>${`<interface><mac address='${long}'/></interface>`.repeat(20)}`;
  for (const line of WATCHED.slice(0, -1)) say(line);
  for (let number = 0; number < 100; number += 1) {
    say(
      `xml\tdefined\t<b>${number}</b>\t<domain type='${long}'><vcpu current='99999999999999999999'>-5</vcpu><memory>1e99</memory><devices>${devices}</devices></domain>`,
    );
  }
  say(`xml\tdefined\t!\t<domain><devices><disk><source file='/a'/></disk></devices></domain>`);
  say(`images\t/a\tqcow2\t-1\tNaN\t/a${"\tx".repeat(5_000)}`);
  say(`sockets${`\t${"z".repeat(3_000)}`.repeat(100)}`);
  say("end");
  const text = JSON.stringify(machines().at(-1));
  assert.ok(text.length < 160 * 1024, `${text.length} characters`);
  assert.equal(
    machines()
      .at(-1)
      ?.guests.find(({ name }) => name === "!")?.disks[0]?.chain.length,
    8,
    "a chain that goes round",
  );
  const sampler = program(true);
  for (const ns of [1, 2]) {
    for (const line of [`sample\t${ns}000000000\tx\t99`, "cpu\t-1\tx", `kvm${`\t${"k".repeat(300)}\t${ns}`.repeat(200)}`, "net\tlo", "end"]) sampler?.say(line);
    for (let number = 0; number < 100; number += 1) sampler?.say(`guest\tg${number}\t1\t\tx\t1\t1${`\t5\t${ns}`.repeat(300)}`);
  }
  assert.ok(JSON.stringify(samples()).length < 160 * 1024);
  stop();
});
