/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { type XrayStream, xrayConnection } from "./xray-connection.ts";

const SAMPLE = { type: "sample", at: "2026-01-01T00:00:00Z", host: { cpu: 0.5, memoryUsedMiB: 1, counters: [] }, guests: [] };
const tick = (): Promise<void> => new Promise((done) => setImmediate(done));

class Stream implements XrayStream {
  readonly url: string;
  readyState = 0;
  closed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  constructor(url: string) {
    this.url = url;
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }
  fire(type: string, data = ""): void {
    this.#listeners.get(type)?.({ data } as MessageEvent<string>);
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.fire("error");
  }
  close(): void {
    this.closed = true;
  }
}

function opened(reply: () => Response = () => new Response("", { status: 502 })) {
  const streams: Stream[] = [];
  const told: unknown[] = [];
  const asked: AbortSignal[] = [];
  const open = xrayConnection({
    open(url) {
      const stream = new Stream(url);
      streams.push(stream);
      return stream;
    },
    async ask(_url, { signal }) {
      if (signal != null) asked.push(signal);
      return reply();
    },
  });
  const close = open("s 1", {
    onEvent: (event) => told.push(event.type),
    onLive: (live) => told.push(live),
    onRefused: ({ code }, final) => told.push([code, final]),
  });
  return { streams, told, asked, close };
}

test("events are passed on, named or not, and what is not of the contract is not", () => {
  const { streams, told } = opened();
  assert.equal(streams[0]?.url, "/api/v1/seats/s%201/xray");
  streams[0]?.fire("open");
  streams[0]?.fire("message", JSON.stringify(SAMPLE));
  streams[0]?.fire("sample", JSON.stringify(SAMPLE));
  for (const data of ["", "{", "null", '{"type":"sample"}', JSON.stringify({ ...SAMPLE, guests: Array(65).fill({ name: "g", cpu: 0, threads: [] }) })]) {
    streams[0]?.fire("message", data);
  }
  assert.deepEqual(told, [true, "sample", "sample"]);
});

test("a break that the browser mends is only told", async () => {
  const { streams, told } = opened();
  streams[0]?.fire("open");
  streams[0]?.fail(0);
  await tick();
  assert.deepEqual(told, [true, false]);
  assert.equal(streams.length, 1);
});

test("a passing refusal is told and tried again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told, asked } = opened(() => Response.json({ code: "host_not_ready" }, { status: 409 }));
  streams[0]?.fail(2);
  await tick();
  assert.deepEqual(told, [false, ["host_not_ready", false]]);
  assert.ok(asked[0]?.aborted, "the answer is not waited for any longer");
  t.mock.timers.tick(20_000);
  assert.equal(streams.length, 2);
});

test("a refusal that stays is not tried again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told } = opened(() => Response.json({ code: "not_yours" }, { status: 403 }));
  streams[0]?.fail(2);
  await tick();
  t.mock.timers.tick(60_000);
  assert.deepEqual(told, [false, ["not_yours", true]]);
  assert.equal(streams.length, 1);
});

test("something that is no lab server is tried again without a word", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told } = opened(() => new Response("<html>", { status: 502 }));
  streams[0]?.fail(2);
  await tick();
  t.mock.timers.tick(20_000);
  assert.deepEqual(told, [false]);
  assert.equal(streams.length, 2);
});

test("after it is closed nothing is told or opened", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told, close } = opened(() => Response.json({ code: "busy" }, { status: 409 }));
  streams[0]?.fail(2);
  close();
  await tick();
  t.mock.timers.tick(60_000);
  streams[0]?.fire("message", JSON.stringify(SAMPLE));
  assert.deepEqual(told, [false]);
  assert.equal(streams.length, 1);
  assert.equal(streams[0]?.closed, true);
});
