import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Host, HostState } from "../../lab-server/hosts/backend.ts";
import { bootId } from "../../lab-server/hosts/qemu/boot.ts";
import { hostFiles } from "../../lab-server/hosts/qemu/files.ts";
import { isAlive, type ProcessIdentity, startTimeOf } from "../../lab-server/hosts/qemu/process.ts";
import { readRecord, writeRecord } from "../../lab-server/hosts/qemu/record.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let real: RealBackend;
before(async () => {
  real = await openRealBackend();
});
after(() => real.close());

interface Trace {
  readonly process: ProcessIdentity;
  readonly port: number;
  readonly id: string;
}

function trace(stateDir: string, host: { id: string }): Trace {
  const record = readRecord(hostFiles(stateDir, host.id));
  assert.ok(record?.process !== undefined && record.access !== undefined);
  return { process: record.process, port: record.access.port, id: host.id };
}

async function assertNothingLeft(stateDir: string, { process, port, id }: Trace): Promise<void> {
  assert.equal(isAlive(process), false, `process ${process.pid} lives on`);
  const files = hostFiles(stateDir, id);
  assert.equal(existsSync(files.folder), false, files.folder);
  assert.equal(existsSync(files.record), false, files.record);
  const open = await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => socket.destroy());
  });
  assert.equal(open, false, `port ${port} is still open`);
}

const until = async (host: Host, state: HostState, ms: number): Promise<void> => {
  const deadline = Date.now() + ms;
  while (host.state !== state) {
    assert.ok(Date.now() < deadline, `state is ${host.state} after ${ms} ms, expected ${state}`);
    await delay(20);
  }
};

/** CPU ticks a process has used so far (proc_pid_stat(5), fields 14 and 15). */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

test("QEMU killed from outside: the host is lost within 2 s, says why, and gives everything back", async () => {
  const host = await real.backend.create({ template: "running" });
  const left = trace(real.stateDir, host);
  const states: HostState[] = [];
  host.onState((state) => states.push(state));
  const shell = await host.openShell("1", { cols: 80, rows: 24 });
  const closed = new Promise((resolve) => shell.onClose(resolve));
  shell.onData(() => {});
  process.kill(left.process.pid, "SIGKILL");
  await until(host, "ended", 2_000);
  await closed;
  assert.deepEqual(states, ["lost", "ended"]);
  assert.equal(host.failure?.code, "host_lost");
  await assert.rejects(host.exec("true"), { code: "host_lost" });
  await assertNothingLeft(real.stateDir, left);
});

test("a host that nobody looks at costs no CPU, thaws at the next use, and has the right time then", async () => {
  const host = await real.backend.create({ template: "running" });
  const { process: qemu } = trace(real.stateDir, host);
  await host.freeze();
  assert.equal(host.state, "frozen");
  const before = ticks(qemu.pid);
  await delay(3_000);
  assert.ok(ticks(qemu.pid) - before <= 2, `a frozen host used ${ticks(qemu.pid) - before} ticks in 3 s`);
  assert.equal((await host.exec("echo thawed")).stdout, "thawed\n");
  assert.equal(host.state, "running");
  for (let tries = 0; ; tries += 1) {
    const off = Number((await host.exec("date +%s%3N")).stdout) - Date.now();
    if (Math.abs(off) < 2_000) break;
    assert.ok(tries < 10, `the clock is still ${off} ms off`);
    await delay(1_000);
  }
  await host.end();
});

test("the grace time freezes an unwatched host, and a watch keeps it awake", async () => {
  const own = await openRealBackend({ freezeAfterMs: 300 });
  try {
    const host = await own.backend.create({ template: "running" });
    const release = host.watch();
    await until(host, "running", 5_000);
    await delay(1_000);
    assert.equal(host.state, "running");
    release();
    await until(host, "frozen", 40_000);
    await host.thaw();
    assert.equal(host.state, "running");
    await until(host, "frozen", 5_000);
  } finally {
    await own.close();
  }
});

test("a start that is given up leaves nothing behind", async () => {
  const abort = new AbortController();
  const starting = real.backend.create({ template: "running", signal: abort.signal, onStep: (step) => step === "wake" && abort.abort() });
  await assert.rejects(starting, { code: "seat_ended" });
  assert.deepEqual(readdirSync(join(real.stateDir, "hosts")), []);
});

test("20 hosts are started and ended or killed, and nothing is orphaned", async () => {
  const left: Trace[] = [];
  for (let round = 0; round < 5; round += 1) {
    const hosts = await Promise.all(Array.from({ length: 4 }, () => real.backend.create({ template: "running" })));
    const traces = hosts.map((host) => trace(real.stateDir, host));
    left.push(...traces);
    const [a, b] = hosts;
    assert.ok(a !== undefined && b !== undefined);
    await Promise.all([a.end(), b.end()]);
    for (const { process: qemu } of traces.slice(2)) process.kill(qemu.pid, "SIGKILL");
    await Promise.all(hosts.map((host) => until(host, "ended", 5_000)));
  }
  assert.equal(left.length, 20);
  for (const one of left) await assertNothingLeft(real.stateDir, one);
  assert.deepEqual(readdirSync(join(real.stateDir, "hosts")), []);
});

test("after kill -9 of its server a host runs on, is adopted by the next one, and the rest is removed", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-"));
  const script = `
    import { openRealBackend } from ${JSON.stringify(import.meta.resolve("../support/real-backend.ts"))};
    const { backend } = await openRealBackend({ stateDir: ${JSON.stringify(stateDir)} });
    const hosts = await Promise.all([1, 2].map(() => backend.create({ template: "running" })));
    await hosts[0].exec("echo before > /root/mark");
    await hosts[0].freeze();
    console.log(hosts.map((host) => host.id).join(" "));
    setInterval(() => {}, 1000);
  `;
  const server = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const ids = await new Promise<string[]>((resolve, reject) => {
    server.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim().split(" ")));
    server.once("exit", () => reject(new Error("the server ended before its hosts were there")));
  });
  const [kept, dropped] = ids;
  assert.ok(kept !== undefined && dropped !== undefined);
  const traces = [kept, dropped].map((id) => trace(stateDir, { id }));
  server.kill("SIGKILL");
  await new Promise((resolve) => server.once("close", resolve));

  const next = await openRealBackend({ stateDir });
  try {
    assert.deepEqual([...(await next.backend.leftovers())].sort(), [...ids].sort());
    const host = await next.backend.adopt(kept);
    assert.equal((await host.exec("cat /root/mark")).stdout, "before\n");
    await next.backend.remove(dropped);
    for (const one of traces.slice(1)) await assertNothingLeft(stateDir, one);
    await host.end();
    for (const one of traces) await assertNothingLeft(stateDir, one);
    await assert.rejects(next.backend.adopt(dropped), { code: "host_lost" });
  } finally {
    for (const id of await next.backend.leftovers()) await next.backend.remove(id);
    await next.close();
  }
});

test("a host of before a restart of this machine is told from one that broke, and whoever has its process number now is left alone", async () => {
  const bystander = spawn("sleep", ["60"], { stdio: "ignore" });
  const startTime = startTimeOf(bystander.pid ?? 0);
  assert.ok(bystander.pid !== undefined && startTime !== undefined);
  try {
    const ids = ["rebooted0001", "brokenhost01"] as const;
    for (const [id, boot] of [[ids[0], "00000000-0000-4000-8000-000000000000"] as const, [ids[1], bootId()] as const]) {
      const files = hostFiles(real.stateDir, id);
      mkdirSync(files.folder);
      const accelerator = { kind: "tcg", forced: false, reason: "no-device" } as const;
      const process = id === ids[0] ? { pid: bystander.pid, startTime } : { pid: 2 ** 22, startTime: 1 };
      const access = { port: 1, clientKey: "", hostKey: "" };
      writeRecord(files, { id, name: "kvm", template: "empty", accelerator, vcpus: 1, memoryMiB: 2048, boot, process, access });
    }
    await assert.rejects(real.backend.adopt(ids[0]), { code: "node_restarted" });
    await assert.rejects(real.backend.adopt(ids[1]), { code: "host_lost" });
    assert.deepEqual(await real.backend.leftovers(), []);
    assert.ok(isAlive({ pid: bystander.pid, startTime }), "a stranger's process was killed");
  } finally {
    bystander.kill("SIGKILL");
  }
});
