/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeatEvent } from "../../lab-server/contract/events.ts";
import { type EventStream, seatEvents } from "./seat-events.ts";

class FakeStream implements EventStream {
  onopen: EventStream["onopen"] = null;
  onmessage: EventStream["onmessage"] = null;
  onerror: EventStream["onerror"] = null;
  readyState = 0;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  close(): void {
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  say(event: SeatEvent): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(event) }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(new Event("error"));
  }
}

function opened() {
  const streams: FakeStream[] = [];
  const told: unknown[] = [];
  const close = seatEvents((url) => {
    const stream = new FakeStream(url);
    streams.push(stream);
    return stream;
  })("s 1", {
    onEvent: (event) => told.push(event.type),
    onLive: (live) => told.push(live),
    onRefused: () => told.push("refused"),
  });
  return { streams, told, close };
}

test("events of the seat are passed on", () => {
  const { streams, told } = opened();
  assert.equal(streams[0]?.url, "/api/v1/seats/s%201/events");
  streams[0]?.open();
  streams[0]?.say({ type: "verdict", verdict: { exercise: "e", outcome: "passed", tasks: [], at: "", ms: 1, attempts: 1 }, asked: true });
  assert.deepEqual(told, [true, "verdict"]);
});

test("a break that the browser mends is only told", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told } = opened();
  streams[0]?.open();
  streams[0]?.fail(0);
  t.mock.timers.tick(60_000);
  assert.deepEqual(told, [true, false]);
  assert.equal(streams.length, 1);
});

test("a refused stream is opened again, later and later", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told } = opened();
  streams[0]?.fail(2);
  t.mock.timers.tick(499);
  assert.equal(streams.length, 1);
  t.mock.timers.tick(1);
  assert.equal(streams.length, 2);
  streams[1]?.fail(2);
  t.mock.timers.tick(999);
  assert.equal(streams.length, 2);
  t.mock.timers.tick(1);
  assert.equal(streams.length, 3);
  assert.deepEqual(told, [false, "refused", false, "refused"]);
});

test("after a success the waiting starts small again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams } = opened();
  streams[0]?.fail(2);
  t.mock.timers.tick(500);
  streams[1]?.open();
  streams[1]?.fail(2);
  t.mock.timers.tick(500);
  assert.equal(streams.length, 3);
});

test("nothing is opened or told after the listener has gone", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { streams, told, close } = opened();
  streams[0]?.fail(2);
  close();
  t.mock.timers.tick(60_000);
  assert.equal(streams.length, 1);
  assert.deepEqual(told, [false]);
});
