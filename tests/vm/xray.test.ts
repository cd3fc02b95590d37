import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Machine, type Sample, type XrayEvent, xrayEventSchema } from "../../lab-server/contract/xray.ts";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { silentLog } from "../../lab-server/log.ts";
import { HostWatch } from "../../lab-server/xray/host-watch.ts";
import { Xray } from "../../lab-server/xray/xray.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let lab: RealBackend;
let host: Host;
let watch: HostWatch;
let xray: Xray;
const events: XrayEvent[] = [];
let leave = (): void => {};

before(async () => {
  lab = await openRealBackend();
  host = await lab.backend.create({ template: "running" });
  watch = new HostWatch(host, silentLog);
  xray = new Xray(host, watch, silentLog);
  leave = xray.view((event) => void events.push(xrayEventSchema.parse(event)));
});
after(async () => {
  xray?.stop();
  watch?.stop();
  await lab?.close();
});

const machine = (): Machine | undefined => events.findLast((event) => event.type === "machine");
const sample = (): Sample | undefined => events.findLast((event) => event.type === "sample");
const guest = (name = "smartgo_01") => machine()?.guests.find((one) => one.name === name);

async function until<T>(what: string, found: () => T | undefined | false, ms = 60_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = found();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${ms} ms: ${JSON.stringify([machine(), sample()])}`);
    await delay(50);
  }
}
const run = async (command: string): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(command, { timeoutMs: 120_000 });
  assert.equal(code, 0, `${command}: ${stderr}`);
  return stdout.trim();
};
/** The vCPU threads as a learner finds them. */
const threads = async (): Promise<number[]> =>
  (await run("ps -L -o tid=,comm= -p $(cat /run/libvirt/qemu/smartgo_01.pid) | sed -n 's#^ *\\([0-9]*\\) CPU .*/KVM#\\1#p'")).split("\n").map(Number);

test("the guest is there as its process, with the threads that ps shows, its chain, its tap and its console", async () => {
  const { process, vcpus, disks, nics, console: tty } = await until("the guest", () => guest());
  assert.equal(process?.pid, Number(await run("cat /run/libvirt/qemu/smartgo_01.pid")));
  assert.equal(process?.user, await run(`ps -o user:40= -p ${process?.pid}`));
  assert.deepEqual(
    vcpus.threads.map(({ tid }) => tid),
    await threads(),
  );
  assert.deepEqual(
    disks[0]?.chain.map(({ path }) => path),
    (await run("qemu-img info -U --backing-chain /var/lib/libvirt/images/smartgo_01.qcow2 | sed -n 's/^image: //p'")).split("\n"),
  );
  assert.ok((await run("ip -br link show master virbr0")).includes(nics[0]?.tap ?? "none"));
  assert.equal(tty, await run("virsh ttyconsole smartgo_01"));
  assert.equal(machine()?.libvirt?.pid, Number(await run("pidof libvirtd")));
});

test("after setvcpus there are four vCPU threads within seconds, and each has its share of the CPU", async () => {
  await run("virsh -q setvcpus smartgo_01 4 --live");
  const now = await until("four threads", () => guest()?.vcpus.threads.length === 4 && guest(), 5_000);
  assert.deepEqual(now.vcpus.threads.map(({ tid }) => tid).sort(), (await threads()).sort());
  const tids = now.vcpus.threads.map(({ tid }) => tid);
  const { guests, host: whole } = await until("a sample with all of them", () => {
    const latest = sample();
    return tids.every((tid) => latest?.guests[0]?.threads.some((thread) => thread.tid === tid)) && latest;
  });
  assert.ok((guests[0]?.exits ?? 0) > 0, "the guest's exits are counted");
  assert.ok((whole.exits ?? 0) > 0 && whole.counters.length > 0);
});

test("after setmem the balloon moves", async () => {
  const before = (await until("a sample", () => sample()?.guests[0]))?.balloonMiB ?? 0;
  await run("virsh -q setmem smartgo_01 700M --live");
  await until("a larger balloon", () => (sample()?.guests[0]?.balloonMiB ?? 0) > before + 50);
  assert.ok((guest()?.memory.currentMiB ?? 0) > before);
});

test("a stopped libvirtd is told, and what happens after it has come back too", async () => {
  await run("systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd.service");
  await until("the end of the daemon", () => machine()?.libvirt?.pid === undefined && machine());
  assert.ok(guest()?.process, "the guest runs on");
  await run("systemctl start libvirtd.service");
  await until("the daemon", () => machine()?.libvirt?.pid);
  await run("virsh -q suspend smartgo_01");
  await until("the pause", () => guest()?.state === "paused", 10_000);
  await run("virsh -q resume smartgo_01");
  await until("the end of the pause", () => guest()?.state === "running", 10_000);
});

test("a program that was killed is started again", async () => {
  await run("pkill -KILL watch-guests; true");
  await delay(500);
  await run("virsh -q desc smartgo_01 --config again; virsh -q autostart smartgo_01");
  await until("the autostart", () => guest()?.autostart);
});

test("markup and long names from a hundred guests stay text, and few", async () => {
  const define = `
    long=$(printf 'x%.0s' $(seq 1 199))
    for n in $(seq 1 100); do
      name="&lt;b&gt;$n"; [ $n = 1 ] && name=$long
      echo "<domain type='qemu'><name>$name</name><memory unit='MiB'>16</memory><description>$long$long</description><os><type arch='x86_64'>hvm</type></os></domain>" > /tmp/many.xml
      virsh -q define /tmp/many.xml || exit 1
    done`;
  const { code, stderr } = await host.exec(define, { timeoutMs: 300_000 });
  assert.equal(code, 0, stderr);
  const many = await until("many guests", () => (machine()?.guests.length ?? 0) === 64 && machine(), 30_000);
  assert.equal(many.guests[0]?.name, "smartgo_01", "the one that runs comes first");
  assert.ok(many.guests.some(({ name }) => name.startsWith("<b>")));
  assert.ok(JSON.stringify(many).length < 128 * 1024);
});

test("with the last viewer the sampling ends in the host", async () => {
  leave();
  const deadline = performance.now() + 15_000;
  for (;;) {
    const { stdout } = await host.exec("pgrep -fc '^/usr/lib/lab/watch-guests sample'");
    if (stdout.trim() === "0") break;
    assert.ok(performance.now() < deadline, "it samples on");
    await delay(200);
  }
  assert.equal(await run("pgrep -c watch-guests"), "1");
});
