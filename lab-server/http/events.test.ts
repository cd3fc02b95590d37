import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { afterEach, mock, test } from "node:test";
import { WebSocket } from "ws";
import { type SeatEvent, seatEventSchema } from "../contract/events.ts";
import { type FakeServerOptions, fakeServer } from "../fake-rooms.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let closed: Promise<void> | undefined;
const close = () => (closed ??= server.close());
afterEach(async () => {
  await close();
  mock.timers.reset();
});

/** A server on a real socket with a learner whose host is ready. */
async function listening(options: FakeServerOptions = {}) {
  closed = undefined;
  server = await fakeServer(options);
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const ada = await server.browser().open();
  const seat = await ada.startReady();
  return { ...server, ada, seat, origin, cookie: ada.cookie ?? "" };
}

/** Reads a stream of events; `next` gives the next event, or undefined at the end. */
async function follow(url: string, cookie: string) {
  const response = await fetch(url, { headers: { cookie } });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const comments: string[] = [];
  let text = "";
  const next = async (): Promise<SeatEvent | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.startsWith("data: ")) return seatEventSchema.parse(JSON.parse(block.slice(6)));
        comments.push(block);
        if (block.startsWith(":")) return undefined;
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
  return { response, next, comments, leave: () => reader.cancel() };
}

test("the stream begins with the seat as it is and tells every change", async () => {
  const { ada, backend, seat, origin, cookie } = await listening();
  const events = await follow(`${origin}/api/v1/seats/${seat.id}/events`, cookie);
  assert.match(events.response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal(events.response.headers.get("cache-control"), "no-store");
  const phase = async () => {
    const event = await events.next();
    return event?.type === "seat" ? event.seat.phase : event?.type;
  };
  assert.equal(await phase(), "ready");
  await ada.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  assert.equal(await phase(), "verdict");
  const killed = performance.now();
  backend.hosts[0]?.lose();
  const lost = await events.next();
  assert.ok(lost?.type === "seat");
  assert.deepEqual([lost.seat.phase, lost.seat.problem], ["lost", { code: "host_lost" }]);
  assert.ok(performance.now() - killed < 2000);
  await ada.send("DELETE", `/api/v1/seats/${seat.id}`);
  assert.equal(await phase(), "ended");
  assert.equal(await phase(), undefined, "and is over with the seat");
});

test("a reader who goes away is forgotten", async () => {
  const { seats, seat, origin, cookie } = await listening();
  const found = await seats.find((await server.store.db.selectFrom("learners").select("id").executeTakeFirstOrThrow()).id, seat.id);
  const gone = Promise.withResolvers<void>();
  const subscribe = found.subscribe.bind(found);
  found.subscribe = (listener) => {
    const unsubscribe = subscribe(listener);
    return () => {
      gone.resolve();
      return unsubscribe();
    };
  };
  const events = await follow(`${origin}/api/v1/seats/${seat.id}/events`, cookie);
  await events.next();
  await events.leave();
  await gone.promise;
});

test("a silent stream shows every 20 s that it lives", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const { seat, origin, cookie } = await listening();
  const events = await follow(`${origin}/api/v1/seats/${seat.id}/events`, cookie);
  await events.next();
  mock.timers.tick(20_000);
  await events.next();
  assert.deepEqual(events.comments, ["retry: 1000", ": here"]);
});

test("one seat is not followed without end", async () => {
  const { seat, origin, cookie } = await listening();
  const url = `${origin}/api/v1/seats/${seat.id}/events`;
  const open = await Promise.all(Array.from({ length: 20 }, () => follow(url, cookie)));
  assert.equal((await fetch(url, { headers: { cookie } })).status, 429);
  await open[0]?.leave();
  for (const events of open.slice(1)) await events.leave();
});

test("closing the server ends every stream and tells terminals to come back", async () => {
  const { seat, origin, cookie } = await listening();
  const events = await follow(`${origin}/api/v1/seats/${seat.id}/events`, cookie);
  await events.next();
  const socket = new WebSocket(`${origin.replace("http", "ws")}/api/v1/seats/${seat.id}/terminals/1`, { headers: { cookie }, origin });
  await new Promise((resolve) => socket.once("open", resolve));
  const code = new Promise((resolve) => socket.once("close", resolve));
  const end = events.next();
  await close();
  assert.equal(await end, undefined);
  assert.equal(await code, 1012);
});

test("a terminal's socket is for our pages and for the learner who has the seat", async () => {
  const { browser, seat, origin, cookie } = await listening();
  const url = `${origin.replace("http", "ws")}/api/v1/seats/${seat.id}/terminals/1`;
  const refusal = (options: object) =>
    new Promise<number | undefined>((resolve) => {
      const socket = new WebSocket(url, options);
      socket.once("open", () => resolve(undefined));
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
    });
  const eve = await browser().open();
  assert.equal(await refusal({ headers: { cookie }, origin: "https://evil.example" }), 400);
  assert.equal(await refusal({ headers: { cookie } }), 400, "no origin at all");
  assert.equal(await refusal({ origin }), 401);
  assert.equal(await refusal({ headers: { cookie: eve.cookie }, origin }), 403);
  assert.equal(await refusal({ headers: { cookie }, origin }), undefined);
});
