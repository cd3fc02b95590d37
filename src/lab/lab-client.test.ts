/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLabClient, LabRefused, LabUnreachable } from "./lab-client.ts";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function answering(response: () => Response): { client: ReturnType<typeof createLabClient>; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = createLabClient(async (url, init) => {
    sent.push({ url: String(url), init: init ?? {} });
    return response();
  });
  return { client, sent };
}

const json = (status: number, value: unknown) => (): Response => Response.json(value, { status });

test("a request goes to the same origin with a JSON body", async () => {
  const { client, sent } = answering(json(201, { id: "s1" }));
  assert.deepEqual(await client.startSeat({ exercise: "cpu-hot-add", replace: true }), { id: "s1" });
  assert.equal(sent[0]?.url, "/api/v1/seats");
  assert.equal(sent[0]?.init.method, "POST");
  assert.deepEqual(JSON.parse(String(sent[0]?.init.body)), { exercise: "cpu-hot-add", replace: true });
  assert.equal(new Headers(sent[0]?.init.headers).get("content-type"), "application/json");
});

test("a seat's name cannot leave its place in the address", async () => {
  const { client, sent } = answering(json(200, {}));
  await client.runCheck("../me");
  assert.equal(sent[0]?.url, "/api/v1/seats/..%2Fme/checks");
});

test("an answer without content is an answer", async () => {
  const { client } = answering(() => new Response(null, { status: 204 }));
  assert.equal(await client.endSeat("s1"), undefined);
});

test("a problem of the lab server is a refusal with that problem", async () => {
  const { client } = answering(json(409, { code: "seat_taken", params: { exercise: "memory-balloon" } }));
  await assert.rejects(client.startSeat({ exercise: "cpu-hot-add" }), (thrown) => {
    assert.ok(thrown instanceof LabRefused);
    assert.deepEqual(thrown.problem, { code: "seat_taken", params: { exercise: "memory-balloon" } });
    return true;
  });
});

for (const [what, response] of [
  ["a page of a plain web server", () => new Response("<!doctype html>", { status: 200 })],
  ["an error page", () => new Response("<h1>404</h1>", { status: 404 })],
  ["JSON of something else", json(404, { error: "Not Found" })],
  [
    "no connection",
    () => {
      throw new TypeError("fetch failed");
    },
  ],
] as const) {
  test(`${what} is no lab server`, async () => {
    const { client } = answering(response);
    await assert.rejects(client.me(), LabUnreachable);
  });
}
