import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { EventStream } from "./event-stream.ts";

test("one message may be of any size; a reader who is far behind when there is more is dropped", async () => {
  let closed = 0;
  const stream = new EventStream(() => (closed += 1), { mostUnreadBytes: 10_000 });
  stream.send({ text: "x".repeat(100_000) });
  await setImmediate();
  assert.equal(closed, 0);
  stream.send({});
  await setImmediate();
  assert.equal(closed, 1);
  stream.send({});
  stream.end();
  await setImmediate();
  assert.equal(closed, 1, "told once");
});
