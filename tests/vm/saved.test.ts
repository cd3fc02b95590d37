/** Hosts that are saved as they run, and go on from there. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

const SIZE = { cols: 80, rows: 24 };
let real: RealBackend;
before(async () => {
  real = await openRealBackend();
});
after(() => real.close());

const said = async (host: Host, command: string): Promise<string> => (await host.exec(command)).stdout.trim();
function allSaved(): string[] {
  const folder = join(real.stateDir, "saved");
  return existsSync(folder) ? readdirSync(folder) : [];
}
/** What tests before this one have left: nothing, unless they failed. */
let leftBefore: readonly string[] = [];
beforeEach(() => {
  leftBefore = allSaved();
});
const savedFiles = (): string[] => allSaved().filter((name) => !leftBefore.includes(name));

/** Types into the shell `1` of a host and waits until it has said something. */
async function inShell(host: Host, keys: string, expected: string): Promise<string> {
  const shell = await host.openShell("1", SIZE);
  let heard = Buffer.from(shell.left?.redraw ?? []).toString();
  shell.onData((data) => {
    heard += Buffer.from(data);
  });
  if (keys !== "") shell.write(Buffer.from(`${keys}\r`));
  for (const deadline = Date.now() + 30_000; !heard.includes(expected); await delay(20)) {
    assert.ok(Date.now() < deadline, `${expected} was not said: ${JSON.stringify(heard.slice(-300))}`);
  }
  return heard;
}

/** Ctrl+C, again when need be: bash goes on with its loop when the signal comes while its child is ending anyway (seen once in 80). */
async function stopLoop(host: Host): Promise<void> {
  const shell = await host.openShell("1", SIZE);
  let heard = "";
  shell.onData((data) => {
    heard += Buffer.from(data);
  });
  // What the shell says when a command has ended by a signal of that number (OSC 133).
  for (let presses = 0; !heard.includes("133;D;130"); presses += 1) {
    assert.ok(presses < 5, `no prompt came: ${JSON.stringify(heard.slice(-300))}`);
    shell.write(Buffer.from("\u0003"));
    await delay(3_000);
  }
}

test("a saved host comes back as it was: memory, disk, guest, shell and what runs in it", async () => {
  const host = await real.backend.create({ template: "running" });
  host.watch();
  await inShell(host, "WORD=kept; echo on-disk > /root/mark; echo in-memory > /run/mark; sync; echo ready-$((1 + 1))", "ready-2");
  await inShell(host, "for i in $(seq 1 1000); do echo tick-$i; sleep 0.5; done", "tick-2");
  const qemu = await said(host, "pgrep -f guest=smartgo_01 | head -n 1");
  const bootId = await said(host, "cat /proc/sys/kernel/random/boot_id");
  const saved = await real.backend.save(host);
  assert.ok(saved.bytes > 0);

  assert.equal(await said(host, "echo runs on"), "runs on");
  await host.exec("rm /root/mark /run/mark; virsh -q destroy smartgo_01; pkill -f 'seq 1 1000'");

  const back = await real.backend.restore(saved.id);
  back.watch();
  assert.equal(back.name, host.name);
  assert.equal(await said(back, "cat /root/mark /run/mark"), "on-disk\nin-memory");
  assert.equal(await said(back, "pgrep -f guest=smartgo_01 | head -n 1"), qemu);
  assert.equal(await said(back, "cat /proc/sys/kernel/random/boot_id"), bootId);
  const heard = await inShell(back, "", "tick-8");
  assert.match(heard, /tick-2\r\ntick-3\r\ntick-4/);
  await stopLoop(back);
  await inShell(back, 'echo "<$WORD>"', "<kept>");
  assert.equal(await said(back, "virsh -q domstate smartgo_01"), "running");
  for (let tries = 0; ; tries += 1) {
    // It was read somewhere between the question and its answer, which takes its time on a busy machine.
    const asked = Date.now();
    const read = Number(await said(back, "date +%s%3N"));
    const off = Math.max(asked - read, read - Date.now());
    if (off < 500) break;
    assert.ok(tries < 20, `the clock is still ${off} ms off`);
    await delay(500);
  }

  // Once more, from what was restored: one lies on the other, and the lower one stays as long as it is needed.
  await back.exec("echo second > /root/mark; echo second > /run/mark; sync");
  const second = await real.backend.save(back);
  real.backend.forget(saved.id);
  await back.end();
  assert.ok(savedFiles().includes(saved.id), "the first one lies under the second");
  const again = await real.backend.restore(second.id);
  assert.equal(await said(again, "cat /root/mark /run/mark"), "second\nsecond");
  real.backend.forget(second.id);
  assert.ok(savedFiles().includes(second.id), "a host runs from it");
  await again.end();
  assert.deepEqual(savedFiles(), []);
  await host.end();
});

test("a frozen host is saved without being woken", async () => {
  const host = await real.backend.create({ template: "empty" });
  await host.exec("echo before > /run/mark");
  await host.freeze();
  const { id } = await real.backend.save(host);
  assert.equal(host.state, "frozen");
  await host.end();
  const back = await real.backend.restore(id);
  assert.equal(await said(back, "cat /run/mark"), "before");
  await back.end();
  real.backend.forget(id);
  await assert.rejects(real.backend.restore(id), { code: "not_found" });
  assert.deepEqual(savedFiles(), []);
});

test("saving a host that is gone fails, and leaves nothing behind", async () => {
  const host = await real.backend.create({ template: "empty" });
  await host.end();
  await assert.rejects(real.backend.save(host), { code: "internal" });
  assert.deepEqual(savedFiles(), []);
});

test("a host whose guest computes without pause is saved all the same, and the guest computes on", async () => {
  const host = await real.backend.create({ template: "running" });
  host.watch();
  const spin = { execute: "guest-exec", arguments: { path: "/bin/sh", arg: ["-c", "while :; do :; done"] } };
  const asked = await host.exec(`virsh -q qemu-agent-command smartgo_01 '${JSON.stringify(spin)}'`);
  assert.equal(asked.code, 0, asked.stderr);
  const cpuSeconds = async (on: Host): Promise<number> => Number(/cpu\.time=(\d+)/.exec(await said(on, "virsh -q domstats smartgo_01 --cpu-total"))?.[1]) / 1e9;
  await delay(1_000);
  for (let round = 0; round < 3; round += 1) {
    const { id } = await real.backend.save(host);
    const back = await real.backend.restore(id);
    back.watch();
    const before = await cpuSeconds(back);
    // How soon it gets the CPU depends on what else this machine does; one that stands still never does.
    for (const deadline = Date.now() + 30_000; (await cpuSeconds(back)) - before < 0.3; await delay(500)) {
      assert.ok(Date.now() < deadline, "the guest stands still");
    }
    await back.end();
    real.backend.forget(id);
  }
  await host.end();
  assert.deepEqual(savedFiles(), []);
});
