import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort, startSshd, type TestSshd } from "../../tests/support/sshd.ts";
import { LabError } from "../errors.ts";
import type { ShellChannel } from "./backend.ts";
import { connectSsh, type SshConnection } from "./ssh.ts";
import { newKeyPair } from "./ssh-keys.ts";

const failsWith =
  (code: string, log = /./) =>
  (thrown: unknown) =>
    thrown instanceof LabError && thrown.code === code && log.test(thrown.message);

/** Waits until what a shell has said contains `text`. */
function reader(shell: ShellChannel): { all(): string; until(text: string): Promise<void> } {
  let said = "";
  let check = (): void => {};
  shell.onData((data) => {
    said += Buffer.from(data).toString();
    check();
  });
  return {
    all: () => said,
    until: (text) =>
      new Promise((resolve) => {
        check = () => said.includes(text) && resolve();
        check();
      }),
  };
}

describe("ssh", () => {
  let sshd: TestSshd;
  let connection: SshConnection;
  before(async () => {
    sshd = await startSshd(["MaxSessions 4"]);
    connection = await sshd.connect();
  });
  after(async () => {
    connection.close();
    await sshd.stop();
  });
  const connectTo = (changes: Partial<Parameters<typeof connectSsh>[0]>) =>
    connectSsh({ port: sshd.port, username: sshd.username, privateKey: sshd.privateKey, hostKey: sshd.hostKey, readyTimeoutMs: 5_000, ...changes });

  test("a command's output, errors and status come back whole", async () => {
    const result = await connection.exec("cat; echo 错误 >&2; exit 3", { stdin: "你好\n" });
    assert.deepEqual({ ...result, ms: 0 }, { code: 3, stdout: "你好\n", stderr: "错误\n", ms: 0 });
  });

  test("much output on stderr does not stall a command", async () => {
    const result = await connection.exec("head -c 4000000 /dev/zero >&2; echo done");
    assert.equal(result.stdout, "done\n");
    assert.equal(result.stderr.length, 4_000_000);
  });

  test("a command ended by a signal has no status", async () => {
    assert.equal((await connection.exec("kill -TERM $$; sleep 5")).code, null);
  });

  test("too much output, too much time and an abort end the command on the host too", async () => {
    const mark = `lab-test-${process.pid}`;
    await assert.rejects(connection.exec(`yes ${mark}`, { maxBytes: 1_000 }), failsWith("host_not_ready", /more than 1000 bytes/));
    await assert.rejects(connection.exec(`sh -c "sleep 100; true" ${mark}`, { timeoutMs: 200 }), failsWith("host_not_ready", /no end within 200 ms/));
    const signal = AbortSignal.timeout(200);
    await assert.rejects(connection.exec(`(sh -c "sleep 100; true" ${mark}) & wait`, { signal }), failsWith("seat_ended", /aborted/));
    for (let tries = 0; ; tries++) {
      const { stdout } = await connection.exec(`pgrep -af "[l]${mark.slice(1)}" || true`);
      if (stdout === "") break;
      assert.ok(tries < 50, stdout);
      await delay(100);
    }
  });

  test("a shell has a terminal, takes its size and a new one, and tells its status", async () => {
    const shell = await connection.openShell({ cols: 91, rows: 33 });
    const { until } = reader(shell);
    shell.write(Buffer.from("echo $TERM; stty size\n"));
    await until("xterm-256color\r\n33 91\r\n");
    shell.resize({ cols: 120, rows: 40 });
    shell.write(Buffer.from("stty size\n"));
    await until("40 120\r\n");
    const closed = new Promise((resolve) => shell.onClose(resolve));
    shell.write(Buffer.from("exit 7\n"));
    assert.equal(await closed, 7);
  });

  test("a shell that was killed tells the signal, as shells do", async () => {
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const closed = new Promise((resolve) => shell.onClose(resolve));
    shell.onData(() => {});
    shell.write(Buffer.from("kill -9 $$\n"));
    assert.equal(await closed, 128 + 9);
  });

  test("what a shell says before somebody listens is kept", async () => {
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    shell.write(Buffer.from("echo early; exit\n"));
    await delay(300);
    const { until } = reader(shell);
    await until("early\r\n");
    await new Promise((resolve) => shell.onClose(resolve));
  });

  test("a paused shell makes the program wait, and nothing is lost", async () => {
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const total = 12_000_000;
    let read = 0;
    let complete = (): void => {};
    shell.onData((data) => {
      for (const byte of data) if (byte === 120) read += 1;
      if (read === total) complete();
    });
    shell.write(Buffer.from(`stty -echo; head -c ${total} /dev/zero | tr '\\0' '\\170'\n`));
    while (read === 0) await delay(1);
    shell.pause();
    await delay(300);
    const paused = read;
    await delay(300);
    assert.equal(read, paused);
    assert.ok(paused < total);
    const all = new Promise<void>((resolve) => (complete = resolve));
    shell.resume();
    await all;
    shell.close();
  });

  test("the echo of a key is not held back", async () => {
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const { all, until } = reader(shell);
    shell.write(Buffer.from("cat > /dev/null\n"));
    await until("null\r\n");
    const times: number[] = [];
    for (let key = 0; key < 20; key++) {
      // A pause lets the other side delay its acknowledgement, which is what makes small packets wait.
      await delay(50);
      const before = all().length;
      const started = performance.now();
      shell.write(Buffer.from("k"));
      while (all().length === before) await delay(1);
      times.push(performance.now() - started);
    }
    shell.close();
    const median = times.sort((a, b) => a - b)[10] ?? 0;
    assert.ok(median < 30, `${median} ms: 40 or more means that small packets wait for acknowledgements`);
  });

  test("a channel beyond sshd's limit is refused in clear words, and the connection goes on", async () => {
    const limited = await sshd.connect();
    const shells = await Promise.all(Array.from({ length: 4 }, () => limited.openShell({ cols: 80, rows: 24 })));
    await assert.rejects(limited.openShell({ cols: 80, rows: 24 }), failsWith("host_not_ready", /MaxSessions/));
    await assert.rejects(limited.exec("true"), failsWith("host_not_ready", /MaxSessions/));
    const closed = new Promise((resolve) => shells[0]?.onClose(resolve));
    shells[0]?.close();
    await closed;
    assert.equal((await limited.exec("echo on")).stdout, "on\n");
    limited.close();
  });

  test("only the expected host key is accepted, and our key must be", async () => {
    await assert.rejects(connectTo({ hostKey: newKeyPair().publicKey }), failsWith("host_lost", /host key/));
    await assert.rejects(connectTo({ privateKey: newKeyPair().privateKey }), failsWith("host_lost", /refused our key/));
  });

  test("a port that opens late is waited for", async () => {
    const port = await freePort();
    const connecting = connectTo({ port });
    await delay(200);
    const cut = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    await delay(200);
    cut.close();
    await once(cut, "close");
    const relay = createServer((socket: Socket) => {
      const target = connect(sshd.port, "127.0.0.1");
      socket
        .on("error", () => {})
        .pipe(target.on("error", () => {}))
        .pipe(socket);
    }).listen(port, "127.0.0.1");
    const late = await connecting;
    assert.equal((await late.exec("echo late")).stdout, "late\n");
    late.close();
    relay.close();
  });

  test("no port and a silent port end in time", async () => {
    await assert.rejects(connectTo({ port: await freePort(), readyTimeoutMs: 200 }), failsWith("host_not_ready", /within 200 ms/));
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address() as { port: number };
    await assert.rejects(connectTo({ port: address.port, readyTimeoutMs: 300 }), failsWith("host_not_ready", /said nothing/));
    const signal = AbortSignal.timeout(100);
    await assert.rejects(connectTo({ port: address.port, signal }), failsWith("seat_ended"));
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test("a lost connection is told before its channels end, and everything on it fails", async () => {
    const lost = await sshd.connect();
    const order: unknown[] = [];
    const shell = await lost.openShell({ cols: 80, rows: 24 });
    const { until } = reader(shell);
    const ended = new Promise<void>((resolve) => {
      lost.onClose(() => order.push("connection"));
      shell.onClose((code) => {
        order.push(code);
        resolve();
      });
    });
    await until("$ ");
    const running = assert.rejects(lost.exec("sleep 5"), failsWith("host_lost"));
    await delay(100);
    shell.write(Buffer.from("kill -9 $PPID\n"));
    await ended;
    await running;
    assert.deepEqual(order, ["connection", null]);
    await assert.rejects(lost.exec("true"), failsWith("host_lost"));
    await assert.rejects(lost.openShell({ cols: 80, rows: 24 }), failsWith("host_lost"));
  });
});

test("generated keys are what OpenSSH reads", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ringside-keys-"));
  for (let round = 0; round < 20; round++) {
    const pair = newKeyPair("some comment");
    const path = join(folder, `key-${round}`);
    await writeFile(path, pair.privateKey, { mode: 0o600 });
    const { stdout } = await promisify(execFile)("ssh-keygen", ["-y", "-f", path]);
    assert.equal(stdout.trim(), pair.publicKey);
  }
  await rm(folder, { recursive: true });
});
