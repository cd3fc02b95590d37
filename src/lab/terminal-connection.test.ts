import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Problem } from "../../lab-server/contract/problem.ts";
import { ACK_EVERY_BYTES, CLOSE, MAX_INPUT_BYTES, type ServerMessage } from "../../lab-server/contract/terminal.ts";
import { type ConnectionState, connectTerminal, type TerminalConnection, type TerminalPort } from "./terminal-connection.ts";
import { utf8Pieces } from "./utf8-pieces.ts";

/** The server's end of a connection, written by the test. */
class ScriptedSocket {
  static all: ScriptedSocket[] = [];
  binaryType = "";
  readyState = 0;
  readonly sent: (string | Uint8Array)[] = [];
  onopen: () => void = () => {};
  onmessage: (event: { data: string | ArrayBuffer }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};
  onerror: () => void = () => {};

  constructor(url: string) {
    assert.equal(url, "ws://lab/terminal");
    ScriptedSocket.all.push(this);
  }
  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? data : data.slice());
  }
  close(): void {
    this.readyState = 3;
  }

  open(): this {
    this.readyState = 1;
    this.onopen();
    return this;
  }
  tell(message: ServerMessage): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
  bytes(data: string | Uint8Array): void {
    this.onmessage({ data: new Uint8Array(Buffer.from(data)).buffer });
  }
  screen(text = "", cols = 80, rows = 24): this {
    this.tell({ type: "snapshot", cols, rows });
    this.bytes(text);
    return this;
  }
  lose(code = 1006): void {
    this.readyState = 3;
    this.onclose({ code });
  }
  get messages(): unknown[] {
    return this.sent.filter((data) => typeof data === "string").map((data) => JSON.parse(data));
  }
  get input(): string {
    return Buffer.concat(this.sent.filter((data) => typeof data !== "string")).toString();
  }
}

/** Notes what is drawn; draws at once, or when the test says so. */
class NotedPort implements TerminalPort {
  readonly log: string[] = [];
  readonly undrawn: (() => void)[] = [];
  slow = false;
  write(data: Uint8Array | string, done: () => void): void {
    this.log.push(Buffer.from(data).toString());
    if (this.slow) this.undrawn.push(done);
    else done();
  }
  reset(): void {
    this.log.push("<reset>");
  }
  resize(cols: number, rows: number): void {
    this.log.push(`<${cols}x${rows}>`);
  }
  draw(): void {
    for (const done of this.undrawn.splice(0)) done();
  }
}

describe("a terminal's connection", () => {
  let port: NotedPort;
  let connection: TerminalConnection;
  let states: [ConnectionState, Problem | undefined][];
  let page: EventTarget;
  let refusal: { status: number; body: unknown } | undefined;
  beforeEach(() => {
    ScriptedSocket.all = [];
    port = new NotedPort();
    page = new EventTarget();
    states = [];
    refusal = undefined;
    connection = connectTerminal({
      url: "ws://lab/terminal",
      port,
      cols: 80,
      rows: 24,
      WebSocket: ScriptedSocket as unknown as new (url: string) => WebSocket,
      fetch: (async (url: string) => {
        assert.equal(url, "http://lab/terminal");
        if (refusal === undefined) throw new TypeError("no network");
        return Response.json(refusal.body, { status: refusal.status });
      }) as typeof fetch,
      wakeUps: [page],
    });
    connection.onState((state, problem) => states.push([state, problem]));
  });
  afterEach(() => connection.close());

  const socket = (): ScriptedSocket => {
    const last = ScriptedSocket.all.at(-1);
    assert.ok(last !== undefined);
    return last;
  };
  /** The next connection that is tried, without waiting for its time. */
  const next = (): ScriptedSocket => {
    const before = ScriptedSocket.all.length;
    page.dispatchEvent(new Event("online"));
    assert.equal(ScriptedSocket.all.length, before + 1);
    return socket();
  };

  test("attaches first, draws the screen, and is then open", () => {
    socket().open();
    assert.deepEqual(socket().messages, [{ type: "attach", cols: 80, rows: 24 }]);
    assert.equal(connection.state, "connecting");
    socket().screen("hello");
    assert.equal(connection.state, "open");
    assert.deepEqual(port.log, ["<reset>", "<80x24>", "hello"]);
  });

  test("live output is acknowledged once it is drawn, the screen never", () => {
    port.slow = true;
    socket()
      .open()
      .screen("s".repeat(ACK_EVERY_BYTES * 2));
    port.draw();
    socket().bytes("x".repeat(ACK_EVERY_BYTES - 1));
    port.draw();
    assert.equal(socket().messages.length, 1);
    socket().bytes("yy");
    assert.equal(socket().messages.length, 1);
    port.draw();
    assert.deepEqual(socket().messages.at(-1), { type: "ack", bytes: ACK_EVERY_BYTES + 1 });
  });

  test("a new screen waits until what was written before it is drawn", () => {
    socket().open().screen("first");
    port.slow = true;
    socket().bytes("old");
    socket().screen("second", 100, 30);
    socket().bytes("new");
    assert.deepEqual(port.log.slice(3), ["old"]);
    port.draw();
    assert.deepEqual(port.log.slice(3), ["old", "<reset>", "<100x30>", "second", "new"]);
  });

  test("two new screens in a row are drawn one after the other", () => {
    port.slow = true;
    socket().open().screen("first");
    socket().screen("second", 90, 30).screen("third", 100, 30);
    assert.deepEqual(port.log.slice(3), []);
    port.draw();
    assert.deepEqual(port.log.slice(6), []);
    port.draw();
    const drawnInOrder = ["<reset>", "<80x24>", "first", "<reset>", "<90x30>", "second", "<reset>", "<100x30>", "third"];
    assert.deepEqual(port.log, drawnInOrder);
  });

  test("the size that changed before the screen came is asked for after it", () => {
    socket().open();
    connection.resize(120, 40);
    assert.equal(socket().messages.length, 1);
    socket().screen("text");
    assert.deepEqual(port.log, ["<reset>", "<80x24>", "text", "<120x40>"]);
    assert.deepEqual(socket().messages.at(-1), { type: "resize", cols: 120, rows: 40 });
    connection.resize(120, 40);
    assert.equal(socket().messages.length, 2);
  });

  test("a size that another viewer chose is drawn and not argued with", () => {
    socket().open().screen("text");
    socket().screen("smaller", 60, 20);
    connection.resize(60, 20);
    assert.equal(socket().messages.length, 1);
    assert.deepEqual(port.log.slice(-2), ["<60x20>", "smaller"]);
    connection.resize(80, 24);
    assert.deepEqual(socket().messages.at(-1), { type: "resize", cols: 80, rows: 24 });
  });

  test("keys typed while the line is down arrive after the screen, within a limit", () => {
    connection.sendInput("before ");
    socket().open().screen();
    assert.equal(socket().input, "before ");
    socket().lose();
    assert.equal(connection.state, "reconnecting");
    connection.sendInput("while away ");
    connection.sendInput("p".repeat(4 * 1024));
    connection.sendInput("still\n");
    const back = next().open();
    assert.equal(back.input, "");
    back.screen();
    assert.equal(back.input, "while away still\n");
    assert.deepEqual(
      states.map(([state]) => state),
      ["open", "reconnecting", "open"],
    );
  });

  test("long input is cut between characters", () => {
    socket().open().screen();
    const text = `a${"虚拟机🙂".repeat(6_000)}`;
    connection.sendInput(text);
    assert.equal(socket().input, text);
    for (const piece of socket().sent.filter((data) => typeof data !== "string")) {
      assert.ok(piece.length <= MAX_INPUT_BYTES);
      assert.doesNotThrow(() => new TextDecoder("utf-8", { fatal: true }).decode(piece));
    }
  });

  test("a hidden terminal says so, again after a reconnect, and only when it changes", () => {
    connection.setVisible(false);
    socket().open().screen();
    assert.deepEqual(socket().messages[1], { type: "visible", visible: false });
    connection.setVisible(false);
    connection.setVisible(true);
    assert.deepEqual(socket().messages.slice(2), [{ type: "visible", visible: true }]);
    socket().lose();
    assert.equal(next().open().messages.length, 1);
  });

  test("it tries again by itself, soon", async () => {
    socket().open().screen();
    socket().lose(CLOSE.restart);
    for (let waited = 0; ScriptedSocket.all.length < 2; waited += 5) {
      assert.ok(waited < 5_000);
      await delay(5);
    }
  });

  test("an exit ends it with the status", () => {
    socket().open().screen();
    socket().tell({ type: "exit", code: 3 });
    socket().lose(CLOSE.exited);
    assert.equal(connection.state, "exited");
    assert.equal(connection.exitCode, 3);
    connection.sendInput("late");
    page.dispatchEvent(new Event("online"));
    assert.equal(ScriptedSocket.all.length, 1);
  });

  test("a host that is gone ends it with the server's problem, or with what the code says", () => {
    socket().open().screen();
    socket().tell({ type: "problem", problem: { code: "seat_ended" } });
    socket().lose(CLOSE.hostGone);
    assert.deepEqual(states.at(-1), ["closed", { code: "seat_ended" }]);
    socket().onclose({ code: 1006 });
    assert.equal(ScriptedSocket.all.length, 1);
  });

  test("a code without words has its own problem", () => {
    socket().open().screen();
    socket().lose(CLOSE.hostGone);
    assert.deepEqual(states.at(-1), ["closed", { code: "host_lost" }]);
  });

  test("a problem that changes nothing is told while it stays open", () => {
    socket().open().screen();
    socket().tell({ type: "problem", problem: { code: "too_large", params: { limit: "1 MiB" } } });
    assert.deepEqual(states.at(-1), ["open", { code: "too_large", params: { limit: "1 MiB" } }]);
    socket().lose();
    assert.equal(connection.state, "reconnecting");
  });

  test("a refused upgrade ends it with the reason, a silent server does not", async () => {
    socket().lose();
    await delay(1);
    assert.equal(connection.state, "connecting");
    refusal = { status: 403, body: { code: "not_yours", message: "No." } };
    next().lose();
    await delay(5);
    assert.deepEqual(states.at(-1), ["closed", { code: "not_yours", message: "No." }]);
    const { length } = ScriptedSocket.all;
    page.dispatchEvent(new Event("online"));
    assert.equal(ScriptedSocket.all.length, length);
  });

  test("after the network came back a socket proves that it lives by a new screen", () => {
    socket().open().screen();
    page.dispatchEvent(new Event("online"));
    assert.equal(ScriptedSocket.all.length, 1);
    assert.deepEqual(socket().messages.at(-1), { type: "attach", cols: 80, rows: 24 });
    socket().screen("again");
    assert.equal(connection.state, "open");
  });

  test("frames of a connection that was given up are not drawn", () => {
    const old = socket().open().screen("one");
    old.lose();
    next().open().screen("two");
    old.bytes("ghost");
    assert.ok(!port.log.includes("ghost"));
  });

  test("a message from a newer server is passed over", () => {
    socket().open().screen();
    socket().onmessage({ data: '{"type":"weather","sunny":true}' });
    socket().bytes("goes on");
    assert.equal(port.log.at(-1), "goes on");
  });
});

test("pieces join to the whole, also of what is no UTF-8", () => {
  for (const whole of [Buffer.from("é".repeat(50)), Buffer.from("🙂🙂🙂🙂"), Buffer.alloc(40, 0x80), Buffer.alloc(0), Buffer.from("abcd")]) {
    const pieces = [...utf8Pieces(whole, 5)];
    assert.deepEqual(Buffer.concat(pieces), whole);
    assert.ok(pieces.every((piece) => piece.length > 0 && piece.length <= 5));
  }
});
