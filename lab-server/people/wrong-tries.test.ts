import assert from "node:assert/strict";
import { test } from "node:test";
import { LabError } from "../errors.ts";
import { WrongTries } from "./wrong-tries.ts";

/** Seconds that one has to wait; 0 for none. */
function wait(tries: WrongTries, name = "ada"): number {
  try {
    tries.check(name);
    return 0;
  } catch (thrown) {
    assert.ok(thrown instanceof LabError && thrown.code === "too_many");
    return Number(thrown.toProblem().params?.["seconds"]);
  }
}

test("some wrong tries are free, then each doubles the wait, up to a quarter of an hour", () => {
  let now = 0;
  const tries = new WrongTries({ free: 2, now: () => now });
  const waits: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    tries.wrong("ada");
    waits.push(wait(tries));
    now += (waits.at(-1) ?? 0) * 1000;
  }
  assert.deepEqual(waits, [0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
  assert.equal(wait(tries), 0, "whoever has waited may try");
  assert.equal(wait(tries, "bob"), 0, "another name is another count");
});

test("the right word, or an hour without a wrong one, begins anew", () => {
  let now = 0;
  const tries = new WrongTries({ free: 2, now: () => now });
  for (let round = 0; round < 3; round += 1) tries.wrong("ada");
  assert.equal(wait(tries), 10);
  tries.right("ada");
  tries.wrong("ada");
  assert.equal(wait(tries), 0);
  for (let round = 0; round < 5; round += 1) tries.wrong("ada");
  now += 3_600_001;
  tries.wrong("ada");
  assert.equal(wait(tries), 0);
});

test("strangers cannot fill the memory with names", () => {
  const tries = new WrongTries({ free: 1, now: () => 0 });
  tries.wrong("first");
  for (let each = 0; each < 10_000; each += 1) tries.wrong(`name ${each}`);
  assert.equal(wait(tries, "first"), 0, "the oldest is forgotten");
  assert.equal(wait(tries, "name 9999"), 5);
});
