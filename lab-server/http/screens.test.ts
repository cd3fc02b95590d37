import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";
import { closingProblem, MAX_SCREEN_FRAME_BYTES, SCREEN_CLOSE, screenPath } from "../contract/screen.ts";
import type { SeatView } from "../contract/seat.ts";
import { DESKTOP_SOCKET } from "../display/open-screen.ts";
import { LabError } from "../errors.ts";
import { type FakeBrowser, fakeServer, OUR_PAGE } from "../fake-rooms.ts";
import type { FakeHost } from "../hosts/fake/fake-host.ts";

const RUNNING = '<nodes>\n id="1"\n<name>win</name>\n<graphics type="vnc" port="5900" listen="127.0.0.1"/>\n</nodes>';

/** A screen's own server: what it was sent, and how it stops taking and giving. */
class FakeScreen extends Duplex {
  readonly got: Buffer[] = [];
  takes = true;
  wanted = 0;
  override _read(): void {
    this.wanted += 1;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.got.push(chunk);
    if (this.takes) done();
  }
}

/** A page's socket by hand. */
class Page {
  readonly socket: WebSocket;
  readonly got: Buffer[] = [];
  closed: { code: number; reason: string } | undefined;
  status: number | undefined;
  constructor(url: string, browser: FakeBrowser | undefined, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers: { ...OUR_PAGE, ...(browser?.cookie && { cookie: browser.cookie }), ...headers }, perMessageDeflate: false });
    this.socket.on("message", (data: Buffer) => this.got.push(data));
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on("unexpected-response", (_request, reply) => {
      this.status = reply.statusCode;
      reply.destroy();
    });
    this.socket.on("error", () => {});
  }
  get problem(): string | undefined {
    return closingProblem(this.closed?.reason ?? "")?.code;
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("screens over WebSocket", () => {
  let server: Awaited<ReturnType<typeof fakeServer>>;
  let browser: FakeBrowser;
  let seat: SeatView;
  let host: FakeHost;
  let origin: string;
  let screens: FakeScreen[];
  before(async () => {
    server = await fakeServer();
    await server.app.listen({ port: 0, host: "127.0.0.1" });
    origin = `ws://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
    browser = await server.browser().open();
    seat = await browser.startReady();
    host = server.backend.hosts[0] as FakeHost;
    host.script = () => ({ stdout: RUNNING });
    host.connect = () => {
      const screen = new FakeScreen();
      screens.push(screen);
      return screen;
    };
    screens = [];
  });
  after(() => server.close());

  const page = (guest = "win", who: FakeBrowser | null = browser, headers = {}): Page =>
    new Page(`${origin}${screenPath(seat.id, guest)}`, who ?? undefined, headers);
  const opened = async (): Promise<{ one: Page; screen: FakeScreen }> => {
    const count = screens.length;
    const one = page();
    await until(() => screens.length > count && one.socket.readyState === WebSocket.OPEN, "a screen opened");
    assert.ok(host.watchers > 0);
    return { one, screen: screens.at(-1) as FakeScreen };
  };
  const leave = async (one: Page): Promise<void> => {
    one.socket.close();
    await until(() => host.watchers === 0, "the host may rest");
  };

  test("bytes go both ways as they are, and the host is awake meanwhile", async () => {
    const { one, screen } = await opened();
    screen.push(Buffer.from("RFB 003.008\n"));
    await until(() => one.got.length > 0, "the greeting");
    assert.equal(Buffer.concat(one.got).toString(), "RFB 003.008\n");
    one.socket.send(Buffer.from([0, 255, 13, 10]));
    await until(() => screen.got.length > 0, "an answer");
    assert.deepEqual(Buffer.concat(screen.got), Buffer.from([0, 255, 13, 10]));
    assert.equal(host.streams.at(-1)?.to, "127.0.0.1:5900");
    await leave(one);
    assert.ok(screen.destroyed);
  });

  test("a host that floods is read no faster than the page takes it", async () => {
    const { one, screen } = await opened();
    one.socket.pause();
    const chunk = Buffer.alloc(32 * 1024);
    let given = 0;
    // More than the kernel's buffers and ours together hold.
    while (!screen.isPaused() && given < 64 * 2 ** 20) {
      screen.push(chunk);
      given += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(screen.isPaused(), `still reading after ${given} bytes`);
    one.socket.resume();
    await until(() => !screen.isPaused(), "it is read again");
    await leave(one);
  });

  test("a page that floods, or sends what is no RFB, is refused", async () => {
    const { one, screen } = await opened();
    screen.takes = false;
    for (let sent = 0; sent < 2 ** 20; sent += 8_192) one.socket.send(Buffer.alloc(8_192));
    await until(() => one.closed !== undefined, "closed");
    assert.deepEqual([one.closed?.code, one.problem], [SCREEN_CLOSE.tooMany, "too_many"]);

    const { one: many } = await opened();
    for (let count = 0; count < 5_000; count += 1) many.socket.send(Buffer.alloc(1));
    await until(() => many.closed !== undefined, "closed");
    assert.equal(many.closed?.code, SCREEN_CLOSE.tooMany);

    const { one: words } = await opened();
    words.socket.send("text");
    await until(() => words.closed !== undefined, "closed");
    assert.deepEqual([words.closed?.code, words.problem], [SCREEN_CLOSE.refused, "bad_request"]);

    const { one: large } = await opened();
    large.socket.send(Buffer.alloc(MAX_SCREEN_FRAME_BYTES + 1));
    await until(() => large.closed !== undefined, "closed");
    assert.equal(large.closed?.code, 1009);
    await until(() => host.watchers === 0, "the host may rest");
  });

  test("a guest that ends closes the socket with a reason", async () => {
    const { one, screen } = await opened();
    screen.push(null);
    await until(() => one.closed !== undefined, "closed");
    assert.equal(one.closed?.code, SCREEN_CLOSE.ended);
  });

  test("why there is no picture is the closing reason", async () => {
    const cases: readonly [string, string][] = [
      ["<nodes><name>win</name></nodes>", "guest_off"],
      ['<nodes> id="1" <name>win</name></nodes>', "no_screen"],
      ['<nodes> id="1" <name>win</name><graphics type="spice"/></nodes>', "spice_only"],
    ];
    for (const [stdout, code] of cases) {
      host.script = () => ({ stdout });
      const one = page();
      await until(() => one.closed !== undefined, code);
      assert.deepEqual([one.closed?.code, one.problem], [SCREEN_CLOSE.refused, code]);
    }
    host.script = () => ({ stdout: RUNNING });
    const { connect } = host;
    host.connect = () => {
      throw new LabError("host_not_ready", { log: "refused" });
    };
    const late = page();
    await until(() => late.closed !== undefined, "closed");
    assert.equal(late.problem, "guest_off");
    host.connect = connect;
    const desktop = new Page(`${origin}/api/v1/seats/${seat.id}/screens/desktop`, browser);
    await until(() => desktop.closed !== undefined, "closed");
    assert.equal(desktop.problem, "no_desktop");
    await until(() => host.watchers === 0, "the host may rest");
  });

  test("who may not have it is told before the upgrade", async () => {
    const stranger = await server.browser().open();
    const cases: readonly [Page, number][] = [
      [page("win", stranger), 403],
      [page("win", null), 401],
      [page("win", browser, { origin: "http://evil.test", "sec-fetch-site": "cross-site" }), 400],
      [new Page(`${origin}/api/v1/seats/${seat.id}/screens/guest:`, browser), 404],
      [new Page(`${origin}/api/v1/seats/${seat.id}/screens/${encodeURIComponent("guest:a/b")}`, browser), 404],
      [new Page(`${origin}/api/v1/seats/${seat.id}/screens/1`, browser), 404],
      [new Page(`${origin}/api/v1/seats/none/screens/desktop`, browser), 404],
    ];
    for (const [one, status] of cases) {
      await until(() => one.status !== undefined, String(status));
      assert.equal(one.status, status);
    }
    assert.equal((await browser.send("GET", `/api/v1/seats/${seat.id}/screens/desktop`)).statusCode, 426);
    assert.equal(host.watchers, 0);
  });

  test("only so many at once", async () => {
    const pages = Array.from({ length: 8 }, () => page());
    await until(() => pages.every(({ socket }) => socket.readyState === WebSocket.OPEN), "all are open");
    const one = page();
    await until(() => one.closed !== undefined, "the ninth is refused");
    assert.deepEqual([one.closed?.code, one.problem], [SCREEN_CLOSE.tooMany, "too_many"]);
    for (const { socket } of pages) socket.close();
    await until(() => host.watchers === 0, "the host may rest");
  });

  test("a host that is lost is told with its problem", async () => {
    const { one } = await opened();
    host.lose();
    await until(() => one.closed !== undefined, "closed");
    assert.deepEqual([one.closed?.code, one.problem], [SCREEN_CLOSE.hostGone, "host_lost"]);
    assert.equal(host.watchers, 0);
  });
});

test("a host with a desktop says so, and its screen is the desktop's socket", async () => {
  const server = await fakeServer({ template: "desktop", templates: ["desktop"] });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  const browser = await server.browser().open();
  const seat = await browser.startReady();
  assert.equal(seat.host?.desktop, true);
  const host = server.backend.hosts[0] as FakeHost;
  const one = new Page(`ws://127.0.0.1:${(server.app.server.address() as AddressInfo).port}${screenPath(seat.id, undefined)}`, browser);
  await until(() => host.streams.length > 0, "the desktop is opened");
  assert.equal(host.streams[0]?.to, DESKTOP_SOCKET);
  one.socket.close();
  await until(() => host.watchers === 0, "the host may rest");
  await server.close();
});

test("who wants a host with a desktop before there is one is told how long it may take, and keeps what they have", async () => {
  const server = await fakeServer({ template: "desktop" });
  const browser = await server.browser().open();
  const asked = await browser.send("POST", "/api/v1/seats", { exercise: "hot-add" }, { "accept-language": "en" });
  assert.equal(asked.statusCode, 503);
  assert.equal(asked.json().code, "desktop_in_making");
  assert.match(asked.json().message, /about 3 min/);
  assert.equal((await browser.send("GET", "/api/v1/me")).json().seat, null);
  server.backend.absent = new LabError("desktop_not_made", { log: "it failed" });
  assert.equal((await browser.send("POST", "/api/v1/seats", { exercise: "hot-add" })).json().code, "desktop_not_made");
  server.backend.addTemplate("desktop");
  assert.equal((await browser.startReady()).phase, "ready");
  await server.close();
});
