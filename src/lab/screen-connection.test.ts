import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { closingReason, SCREEN_CLOSE } from "../../lab-server/contract/screen.ts";
import { LET_GO_MS, type PortEvents, ScreenConnection, type ScreenStatus } from "./screen-connection.ts";

/** A socket that a test opens and closes. */
class FakeSocket extends EventTarget {
  static all: FakeSocket[] = [];
  closed = false;
  binaryType = "";
  constructor(_url: string) {
    super();
    FakeSocket.all.push(this);
  }
  open(): void {
    this.dispatchEvent(new Event("open"));
  }
  end(code: number, reason = ""): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }
  close(): void {
    this.closed = true;
  }
}

function connect(fetched?: Response) {
  FakeSocket.all = [];
  const states: ScreenStatus[] = [];
  const ports: { events: PortEvents; passwords: string[]; closed: boolean }[] = [];
  const connection = new ScreenConnection({
    url: "ws://lab.test/screen",
    openPort: (_socket, events) => {
      const port = { events, passwords: [] as string[], closed: false };
      ports.push(port);
      return { sendPassword: (password) => port.passwords.push(password), close: () => (port.closed = true) };
    },
    onStatus: (status) => states.push(status),
    WebSocket: FakeSocket as unknown as new (url: string) => WebSocket,
    fetch: async () => fetched ?? Response.json({ code: "bad_request" }, { status: 426 }),
    shown: true,
  });
  return { connection, ports, states, state: () => states.at(-1)?.state, socket: () => FakeSocket.all.at(-1) as FakeSocket, port: () => ports.at(-1) };
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function openScreen() {
  const screen = connect();
  screen.socket().open();
  screen.port()?.events.onOpen();
  assert.equal(screen.state(), "open");
  return screen;
}

test("a screen that nobody sees is let go after a while, and comes back when somebody does", () => {
  const { connection, ports, state } = openScreen();
  connection.setShown(false);
  mock.timers.tick(LET_GO_MS - 1);
  connection.setShown(true);
  mock.timers.tick(LET_GO_MS);
  assert.equal(state(), "open");
  connection.setShown(false);
  mock.timers.tick(LET_GO_MS);
  assert.equal(state(), "asleep");
  assert.ok(FakeSocket.all[0]?.closed && ports[0]?.closed);
  connection.setShown(true);
  assert.equal(state(), "connecting");
  assert.equal(FakeSocket.all.length, 2);
});

test("a guest that is off is asked for while somebody looks, and not at all where it is known", () => {
  const { connection, socket, state } = openScreen();
  const off = (): void => socket().end(SCREEN_CLOSE.refused, closingReason({ code: "guest_off", params: { guest: "a" } }));
  socket().end(SCREEN_CLOSE.ended, "ended");
  assert.equal(state(), "reconnecting");
  mock.timers.tick(1_000);
  off();
  assert.equal(state(), "off");
  mock.timers.tick(5_000);
  assert.equal(FakeSocket.all.length, 3);
  off();
  connection.setGuestRuns(false);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 3);
  connection.setGuestRuns(true);
  mock.timers.tick(1_000);
  assert.equal(FakeSocket.all.length, 4);
  off();
  connection.setShown(false);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 4, "nobody looks");
});

test("what is refused is told and not tried again by itself", () => {
  const { connection, socket, states } = openScreen();
  socket().end(SCREEN_CLOSE.refused, closingReason({ code: "spice_only", params: { guest: "a" } }));
  assert.deepEqual(states.at(-1), { state: "refused", problem: { code: "spice_only", params: { guest: "a" } }, wrongPassword: false });
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
  connection.retry();
  assert.equal(FakeSocket.all.length, 2);
});

test("a cut line comes back; a refusal before the upgrade ends it", async () => {
  const lost = openScreen();
  lost.socket().end(1006);
  assert.equal(lost.state(), "reconnecting");
  mock.timers.tick(1_000);
  assert.equal(FakeSocket.all.length, 2);
  const refused = connect(Response.json({ code: "seat_ended" }, { status: 410 }));
  refused.socket().end(1006);
  mock.timers.reset();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(refused.states.at(-1)?.problem, { code: "seat_ended" });
  refused.connection.close();
});

test("a password is asked for, asked for again when it was wrong, and remembered when it was right", () => {
  const { connection, ports, port, socket, states, state } = connect();
  socket().open();
  port()?.events.onPassword();
  assert.equal(state(), "password");
  connection.sendPassword("wrong");
  port()?.events.onRefusedPassword();
  socket().end(SCREEN_CLOSE.ended);
  mock.timers.tick(1_000);
  port()?.events.onPassword();
  assert.deepEqual(states.at(-1), { state: "password", problem: undefined, wrongPassword: true });
  connection.sendPassword("right");
  port()?.events.onOpen();
  assert.equal(state(), "open");
  socket().end(1006);
  mock.timers.tick(1_000);
  port()?.events.onPassword();
  assert.deepEqual(
    ports.map(({ passwords }) => passwords),
    [["wrong"], ["right"], ["right"]],
  );
});

test("a screen that was closed does nothing any more", () => {
  const { connection, socket, states } = openScreen();
  connection.close();
  const { length } = states;
  socket().end(1006);
  connection.setShown(true);
  connection.retry();
  mock.timers.tick(60_000);
  assert.equal(states.length, length);
  assert.equal(FakeSocket.all.length, 1);
});
