import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { sideBySide } from "./side-by-side.ts";

test("at most so many at once, in order, and a failure stops nobody", async () => {
  const begun: number[] = [];
  let now = 0;
  let most = 0;
  const results = sideBySide([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    now += 1;
    most = Math.max(most, now);
    await turn();
    now -= 1;
    if (item === 2) throw new Error("two");
    return item * 10;
  });
  const settled = await Promise.allSettled(results);
  assert.deepEqual(
    settled.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason))),
    [10, "Error: two", 30, 40, 50],
  );
  assert.deepEqual(begun, [1, 2, 3, 4, 5]);
  assert.equal(most, 2);
});

test("the heaviest first, and the results stay in the order of the items", async () => {
  const begun: number[] = [];
  const results = sideBySide(
    [1, 4, 2, 3],
    1,
    async (item) => {
      begun.push(item);
      return item;
    },
    { weigh: (item) => item },
  );
  assert.deepEqual(await Promise.all(results), [1, 4, 2, 3]);
  assert.deepEqual(begun, [4, 3, 2, 1]);
});
