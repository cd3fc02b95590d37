import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startSshd, type TestSshd } from "../../tests/support/sshd.ts";
import { HandPage, startTerminalServer, type TerminalServer } from "../../tests/support/terminal-server.ts";
import { CLOSE, MAX_INPUT_BYTES, PAUSE_ABOVE_BYTES } from "../contract/terminal.ts";
import { LabError } from "../errors.ts";
import type { SshConnection } from "../hosts/ssh.ts";
import { describeTerminal, drawn, newTerminal } from "../terminals/testing.ts";
import { FrameBudget } from "./frame-budget.ts";

describe("terminals over WebSocket, on a real sshd", () => {
  let sshd: TestSshd;
  let connection: SshConnection;
  let server: TerminalServer;
  let number = 0;
  before(async () => {
    sshd = await startSshd(["MaxSessions 20"]);
    connection = await sshd.connect();
  });
  beforeEach(async () => {
    await server?.app.close();
    server?.terminals.close({ code: "seat_ended" });
    server = await startTerminalServer(connection);
    number = 1;
  });
  after(async () => {
    await server.app.close();
    connection.close();
    await sshd.stop();
  });
  const page = (terminal: number | string = number, seat?: string): HandPage => new HandPage(server.url(terminal, seat));
  const prompt = async (): Promise<HandPage> => {
    const opened = await page().attach();
    if (!opened.screens[0]?.includes("$ ")) await opened.until(() => opened.text.includes("$ "));
    return opened;
  };

  test("keys reach the shell and its output comes back", async () => {
    const one = await prompt();
    one.type("echo 'sum='$((40+2)) 你好\n");
    await one.until(() => one.text.includes("sum=42 你好\r\n"));
    assert.deepEqual(one.messages[0], { type: "snapshot", cols: 80, rows: 24 });
  });

  test("10 MB arrive byte for byte", async () => {
    const file = join(tmpdir(), `ringside-bytes-${process.pid}`);
    let text = "";
    for (let line = 0; text.length < 10_000_000; line++) text += `${line} 虚拟机 \x1b[3${line % 8}m${"x".repeat(line % 90)}\x1b[0m\n`;
    const bytes = Buffer.from(text);
    await writeFile(file, bytes);
    const one = await prompt();
    // The shell itself writes nothing between its two reads.
    one.type(`stty -opost -echo; echo ready; read; cat ${file}; rm ${file}; read\n`);
    await one.until(() => one.text.endsWith("ready\n"));
    const { length } = one.output;
    const before = one.liveBytes;
    one.type("\n");
    await one.until(() => one.liveBytes >= before + bytes.length);
    const hash = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
    const sent = Buffer.concat(one.output.slice(length));
    assert.equal(one.liveBytes, before + bytes.length);
    assert.equal(hash(sent), hash(bytes));
    assert.equal(one.screens.length, 1);
  });

  test("a page that does not acknowledge stops `yes`, and Ctrl-C then ends it", async () => {
    const one = await prompt();
    one.acknowledges = false;
    one.type("yes stop-me\n");
    await one.until(() => one.liveBytes > PAUSE_ABOVE_BYTES);
    await delay(300);
    const stopped = one.liveBytes;
    await delay(300);
    assert.equal(one.liveBytes, stopped);
    assert.ok(stopped < PAUSE_ABOVE_BYTES + 64 * 1024, String(stopped));
    one.type("\x03");
    one.acknowledges = true;
    one.say({ type: "ack", bytes: stopped });
    await one.until(() => one.text.includes("^C"));
    one.type("echo over$((1))\n");
    await one.until(() => one.text.includes("over1"));
  });

  test("`yes` for a page that keeps up does not grow the server", async () => {
    const one = await prompt();
    one.output.push = () => 0;
    one.type("yes\n");
    await one.until(() => one.liveBytes > 4_000_000);
    const early = process.memoryUsage().rss;
    await one.until(() => one.liveBytes > 24_000_000);
    assert.ok(process.memoryUsage().rss - early < 60 * 1024 * 1024);
    one.type("\x03");
    const after = one.liveBytes;
    await delay(1_000);
    assert.ok(one.liveBytes - after < 8 * 1024 * 1024);
  });

  test("a page that comes back sees the screen it left, in colour, and types into the same shell", async () => {
    const one = await prompt();
    one.type("kept=here; clear; printf '\\033[1;31mred\\033[0m \\033[44m宿主机\\033[0m é\\n'; printf '\\033]2;my title\\007'\n");
    await one.until(() => one.text.includes("my title\x07") && one.text.endsWith("$ "));
    const seen = newTerminal({ cols: 80, rows: 24 });
    seen.write(Buffer.concat([...one.screens, ...one.output]));
    await drawn(seen);
    one.socket.terminate();
    const two = await page().attach();
    const again = newTerminal({ cols: 80, rows: 24 });
    let title = "";
    again.onTitleChange((name) => (title = name));
    again.write(two.screens[0] ?? "");
    await drawn(again);
    assert.deepEqual(describeTerminal(again), describeTerminal(seen));
    assert.equal(title, "my title");
    two.type("echo was-$kept\n");
    await two.until(() => two.text.includes("was-here"));
  });

  test("a full-screen program paints again for a page that comes back", async () => {
    const one = await prompt();
    // Two signals may become one; what counts is that it paints in the size that the page has.
    one.type(`bash -c 'trap "stty size" WINCH; printf "\\033[?1049h\\033[Hfull"; while :; do sleep 0.05; done'\n`);
    await one.until(() => one.text.endsWith("full"));
    one.socket.terminate();
    const two = await page().attach();
    assert.ok(two.screens[0]?.includes("\x1b[?1049h"));
    await two.until(() => two.text.includes("24 80"));
  });

  test("two pages see the same, and either may type", async () => {
    const one = await prompt();
    const two = await page().attach();
    two.type("echo from-$((1+1))\n");
    await Promise.all([one, two].map((each) => each.until(() => each.text.includes("from-2"))));
    two.say({ type: "resize", cols: 100, rows: 30 });
    await one.until(() => one.screens.length === 2);
    assert.deepEqual(one.messages.at(-1), { type: "snapshot", cols: 100, rows: 30 });
    one.type("stty size\n");
    await one.until(() => one.text.includes("30 100"));
  });

  test("an exit is told, and the number then gets a new shell", async () => {
    const one = await prompt();
    one.type("gone=1; exit 5\n");
    await one.until(() => one.closed !== undefined);
    assert.deepEqual(one.messages.at(-1), { type: "exit", code: 5 });
    assert.equal(one.closed?.code, CLOSE.exited);
    const two = await prompt();
    two.type("echo fresh$gone.\n");
    await two.until(() => two.text.includes("fresh.\r\n"));
  });

  test("keys sent right behind the attach wait for the shell", async () => {
    const one = page();
    await one.until(() => one.socket.readyState === 1);
    one.say({ type: "attach", cols: 80, rows: 24 });
    for (const key of "echo early$((1))\n") one.type(key);
    await one.until(() => one.text.includes("early1") || one.screens.some((screen) => screen.includes("early1")));
  });

  test("wrong values are refused in words, and the socket goes on", async () => {
    const one = await prompt();
    const wrong = [
      { type: "resize", cols: 0, rows: 24 },
      { type: "resize", cols: 100_000, rows: 24 },
      { type: "resize", cols: 80.5, rows: 24 },
      { type: "ack", bytes: -1 },
      { type: "visible" },
      { type: "visible", visible: true, more: 1 },
    ];
    for (const message of wrong) one.say(message);
    await one.until(() => one.messages.filter(({ type }) => type === "problem").length === wrong.length);
    const [first] = one.messages.filter((message) => message.type === "problem");
    assert.equal(first?.problem.code, "bad_request");
    assert.match(String(first?.problem.params?.["reason"]), /resize: cols .*2/);
    one.type("stty size\n");
    await one.until(() => one.text.includes("24 80"));
  });

  test("what is not the protocol closes the socket with its reason", async () => {
    for (const text of ["not json", "[]", "null", '{"type":"toString"}', '{"type":"input"}', '{"type":"sudo"}']) {
      const one = await page().attach();
      one.say(text);
      await one.until(() => one.closed !== undefined);
      assert.equal(one.closed?.code, CLOSE.badFrame, text);
      assert.equal(one.messages.at(-1)?.type, "problem");
    }
    for (const frame of [Buffer.from("ls\n"), '{"type":"resize","cols":80,"rows":24}']) {
      const one = page();
      await one.until(() => one.socket.readyState === 1);
      one.socket.send(frame);
      await one.until(() => one.closed !== undefined);
      assert.equal(one.closed?.code, CLOSE.badFrame);
    }
    assert.deepEqual(server.terminals.names, ["1"]);
  });

  test("frames that are too large close the socket with 1009 and reach no shell", async () => {
    for (const size of [MAX_INPUT_BYTES + 1, 65 * 1024, 1024 * 1024]) {
      const one = await page().attach();
      one.socket.send(Buffer.alloc(size, "x"));
      await one.until(() => one.closed !== undefined);
      assert.equal(one.closed?.code, 1009, String(size));
      assert.ok(!one.text.includes("xx"));
    }
    const wordy = await page().attach();
    wordy.say(JSON.stringify({ type: "visible", visible: true, why: "x".repeat(70_000) }));
    await wordy.until(() => wordy.closed !== undefined);
    assert.equal(wordy.closed?.code, 1009);
  });

  test("a flood of messages is refused and ends the socket", async () => {
    const one = await prompt();
    for (let count = 0; count < 2_000; count++) one.say({ type: "resize", cols: 80 + (count % 2), rows: 24 });
    await one.until(() => one.closed !== undefined);
    assert.equal(one.closed?.code, 1008);
    assert.deepEqual(one.messages.at(-1), { type: "problem", problem: { code: "too_many", params: { seconds: 1 } } });
  });

  test("who may not have a terminal is told before the upgrade, and the same without one", async () => {
    const refused = async (url: string, origin?: string): Promise<number> =>
      (await fetch(url.replace("ws:", "http:"), { headers: origin === undefined ? {} : { origin } })).status;
    assert.equal(await refused(server.url(1, "theirs")), 403);
    assert.equal(await refused(server.url(0)), 404);
    assert.equal(await refused(server.url(10)), 404);
    assert.equal(await refused(server.url("console:one two")), 404);
    assert.equal(await refused(server.url("console:-f")), 404);
    assert.equal(await refused(server.url(1)), 426);
    const upgrade = async (url: string, origin: string): Promise<{ status: number; body: unknown }> => {
      const { request } = await import("node:http");
      return new Promise((resolve) => {
        const headers = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", origin };
        const sent = request(url.replace("ws:", "http:"), { headers, agent: false });
        sent.on("response", async (reply) => {
          let body = "";
          for await (const chunk of reply) body += chunk;
          resolve({ status: reply.statusCode ?? 0, body: JSON.parse(body) });
        });
        sent.on("upgrade", (_reply, socket) => {
          socket.destroy();
          resolve({ status: 101, body: undefined });
        });
        sent.end();
      });
    };
    const foreign = await upgrade(server.url(1), "http://evil.test");
    assert.equal(foreign.status, 403);
    const theirs = await upgrade(server.url(1, "theirs"), "http://lab.test");
    assert.equal(theirs.status, 403);
    assert.equal((theirs.body as { code: string }).code, "not_yours");
    assert.equal((await upgrade(server.url("x"), "http://lab.test")).status, 404);
    assert.equal((await upgrade(server.url(1), "http://lab.test")).status, 101);
    assert.deepEqual(server.terminals.names, []);
  });

  test("a host that goes is told with its problem", async () => {
    const one = await prompt();
    server.terminals.close({ code: "host_lost" });
    await one.until(() => one.closed !== undefined);
    assert.deepEqual(one.messages.at(-1), { type: "problem", problem: { code: "host_lost" } });
    assert.equal(one.closed?.code, CLOSE.hostGone);
    const late = page();
    await late.until(() => late.socket.readyState === 1);
    late.say({ type: "attach", cols: 80, rows: 24 });
    await late.until(() => late.closed !== undefined);
    assert.equal(late.closed?.code, CLOSE.hostGone);
  });

  test("a server that stops tells pages to come back, and does not wait for a dead one", async () => {
    const one = await prompt();
    const dead = await page().attach();
    dead.socket.pause();
    const started = performance.now();
    await server.app.close();
    await one.until(() => one.closed !== undefined);
    assert.equal(one.closed?.code, CLOSE.restart);
    assert.ok(performance.now() - started < 10_000);
    dead.socket.terminate();
  });

  test("a page that never attaches or never answers is dropped", async () => {
    await server.app.close();
    server = await startTerminalServer(connection, { attachWithinMs: 100, pingEveryMs: 150 });
    const silent = page();
    await silent.until(() => silent.closed !== undefined);
    assert.equal(silent.closed?.code, CLOSE.badFrame);
    const answering = await page().attach();
    const dead = await page().attach();
    const terminal = await server.terminals.open("1", { cols: 80, rows: 24 });
    assert.equal(terminal.viewers, 2);
    dead.socket.pause();
    await answering.until(() => terminal.viewers === 1);
    assert.equal(answering.closed, undefined);
    assert.equal(server.host.watches, 1);
    dead.socket.terminate();
  });

  test("a shell that cannot be opened is told as what it is", async () => {
    await server.app.close();
    const broken = await startTerminalServer({ ...connection, openShell: () => Promise.reject(new LabError("host_not_ready", { log: "not yet" })) });
    const one = new HandPage(broken.url(1));
    await one.until(() => one.socket.readyState === 1);
    one.say({ type: "attach", cols: 80, rows: 24 });
    await one.until(() => one.closed !== undefined);
    assert.deepEqual(one.messages, [{ type: "problem", problem: { code: "host_not_ready" } }]);
    assert.equal(one.closed?.code, 1011);
    await broken.app.close();
  });
});

test("a budget lends a burst and then the refill", () => {
  const budget = new FrameBudget(10, 5, 0);
  assert.ok(budget.take(10, 0));
  assert.ok(!budget.take(1, 0));
  assert.ok(budget.take(5, 1_000));
  assert.ok(!budget.take(1, 1_000));
  assert.ok(!budget.take(11, 100_000));
  assert.ok(budget.take(10, 100_000));
});
