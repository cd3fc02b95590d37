/** Shells on a real host are held there: they outlive their connection and the server. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { Host, ShellChannel } from "../../lab-server/hosts/backend.ts";
import { HostTerminals } from "../../lab-server/terminals/host-terminals.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

const SIZE = { cols: 80, rows: 24 };
let real: RealBackend;
let host: Host;
before(async () => {
  real = await openRealBackend();
  host = await real.backend.create({ template: "empty" });
  host.watch();
});
after(() => real.close());

/** What a shell says, as it comes. */
class Listener {
  old = "";
  new_ = "";
  code: number | null | undefined;
  constructor(shell: ShellChannel) {
    shell.onData((data, again) => {
      if (again) this.old += Buffer.from(data).toString("latin1");
      else this.new_ += Buffer.from(data).toString("latin1");
    });
    shell.onClose((code) => {
      this.code = code;
    });
  }
  get all(): string {
    return this.old + this.new_;
  }
  /** The status with which it ended; undefined when it did not. */
  async ended(ms = 20_000): Promise<number | null | undefined> {
    for (const deadline = Date.now() + ms; this.code === undefined && Date.now() < deadline; ) await delay(20);
    return this.code;
  }
  async until(said: string, ms = 60_000): Promise<void> {
    for (const deadline = Date.now() + ms; !this.all.includes(said); await delay(20)) {
      assert.ok(Date.now() < deadline, `${JSON.stringify(said)} was not said in ${ms} ms; at the end: ${JSON.stringify(this.all.slice(-300))}`);
    }
  }
}

const type = (shell: ShellChannel, text: string): void => shell.write(Buffer.from(`${text}\r`));

test("kill -9 of the server in the middle of a command: the shell is the same, and not a byte of its output is missing", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-"));
  const script = `
    import { openRealBackend } from ${JSON.stringify(import.meta.resolve("../support/real-backend.ts"))};
    const { backend } = await openRealBackend({ stateDir: ${JSON.stringify(stateDir)} });
    const host = await backend.create({ template: "empty" });
    const shell = await host.openShell("1", { cols: 80, rows: 24 });
    let said = "";
    shell.onData((data) => {
      said += Buffer.from(data);
      if (said.includes("# ") && !said.includes("seq")) shell.write(Buffer.from("WORD=kept; seq 1 150000; echo end-$WORD\\r"));
      if (said.includes("\\n2000\\r")) { console.log(host.id); setInterval(() => {}, 1000); shell.pause(); }
    });
  `;
  const server = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const id = await new Promise<string>((resolve, reject) => {
    server.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim().split("\n")[0] ?? ""));
    server.once("exit", () => reject(new Error("the server ended before its host was there")));
  });
  server.kill("SIGKILL");
  await new Promise((resolve) => server.once("close", resolve));

  const next = await openRealBackend({ stateDir });
  try {
    const adopted = await next.backend.adopt(id);
    adopted.watch();
    const shell = await adopted.openShell("1", SIZE);
    const heard = new Listener(shell);
    await heard.until("end-kept\r\n");
    const numbers = [...stripVTControlCharacters(heard.all).matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
    assert.equal(numbers.length, 150_000);
    assert.ok(numbers.every((number, index) => number === index + 1));
    type(shell, "echo still-$WORD");
    await heard.until("still-kept");
    await adopted.end();
  } finally {
    await next.close();
  }
});

test("a guest's console is held as a shell is, and ends with its guest", async () => {
  const running = await real.backend.create({ template: "running" });
  running.watch();
  const terminals = new HostTerminals(running);
  const terminal = await terminals.open("console:smartgo_01", SIZE);
  let seen = "";
  const take = (data: Uint8Array, sent: () => void): void => {
    seen += Buffer.from(data);
    sent();
  };
  const viewer = terminal.attach({ screen: ({ redraw }, sent) => take(redraw, sent), output: take, problem: () => {}, end: () => {} }, SIZE);
  const shows = async (expected: RegExp): Promise<void> => {
    for (const deadline = Date.now() + 60_000; !expected.test(seen); await delay(50)) assert.ok(Date.now() < deadline, seen);
  };
  await shows(/Connected to domain 'smartgo_01'/);
  viewer.input(Buffer.from("\recho console-$((6 * 7))\r"));
  await shows(/console-42/);
  await running.exec("virsh -q destroy smartgo_01");
  for (const deadline = Date.now() + 20_000; terminal.ended === undefined; await delay(50)) assert.ok(Date.now() < deadline, seen);
  assert.deepEqual(terminals.names, []);
  await running.end();
});

test("a screen that was left is found by the next channel, with what was said since", async () => {
  const first = await host.openShell("kept", SIZE);
  const heard = new Listener(first);
  type(first, "echo before-$((1 + 1))");
  await heard.until("before-2");
  const said = Buffer.byteLength(heard.all, "latin1");
  first.keep?.({ size: { cols: 90, rows: 20 }, redraw: Buffer.from("a picture") }, said);
  type(first, "echo after-$((1 + 1))");
  await heard.until("after-2");

  const second = await host.openShell("kept", SIZE);
  const later = new Listener(second);
  assert.deepEqual(second.left?.size, { cols: 90, rows: 20 });
  assert.equal(Buffer.from(second.left?.redraw ?? []).toString(), "a picture");
  await later.until("after-2");
  assert.ok(!later.all.includes("before-2"), later.all);
  assert.equal(later.new_, "", "what was said before is told as such");
  assert.equal(await heard.ended(), null, "the first channel is cut off");
  second.resize({ cols: 111, rows: 33 });
  type(second, "stty size");
  await later.until("33 111");
  second.close();
});

test("a shell that exits tells its status, and the next one of that name is a new one", async () => {
  const first = await host.openShell("exits", SIZE);
  const heard = new Listener(first);
  type(first, "WORD=old; exit 7");
  assert.equal(await heard.ended(), 7);
  const second = await host.openShell("exits", SIZE);
  const later = new Listener(second);
  type(second, 'echo "word is <$WORD>"');
  await later.until("word is <>");
  second.close();
});

test("a shell that is hung up ends with its programs", async () => {
  const shell = await host.openShell("hung-up", SIZE);
  const heard = new Listener(shell);
  type(shell, "sleep 98765");
  await heard.until("sleep 98765");
  const running = async (count: number, otherwise: string): Promise<void> => {
    for (const deadline = Date.now() + 10_000; (await host.exec("pgrep -fx 'sleep 98765' | wc -l")).stdout !== `${count}\n`; await delay(200)) {
      assert.ok(Date.now() < deadline, otherwise);
    }
  };
  await running(1, "it was not started");
  shell.close();
  await running(0, "it lives on");
});

test("a learner ends the holder: the next shell is there all the same", async () => {
  const first = await host.openShell("1", SIZE);
  const heard = new Listener(first);
  await heard.until("# ");
  await host.exec("kill -9 $(pidof hold-shells)");
  assert.equal(await heard.ended(), null);
  const second = await host.openShell("1", SIZE);
  const later = new Listener(second);
  type(second, "echo here-$((1 + 1))");
  await later.until("here-2");
});

test("a program that floods while nobody reads is not killed and does not fill the host's memory", async () => {
  const first = await host.openShell("flood", SIZE);
  first.onData(() => {});
  type(first, "yes $(head -c 200 /dev/zero | tr '\\0' x)");
  await delay(1_000);
  first.pause();
  await delay(4_000);
  const kib = Number((await host.exec("awk '/VmRSS/{print $2}' /proc/$(pidof hold-shells)/status")).stdout);
  assert.ok(kib < 16 * 1024, `the holder has ${kib} KiB`);
  first.close();
});
