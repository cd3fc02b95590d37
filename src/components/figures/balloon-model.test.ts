import assert from "node:assert/strict";
import { test } from "node:test";
import { BALLOON_RESERVED, BALLOON_STATES, BALLOON_WORDS } from "./balloon-data.ts";
import { AT_FIRST, type Balloon, goal, MAXIMUM, memTotal, PAGES, pagesHeld, SQUEEZED, tick } from "./balloon-model.ts";
import { complete } from "./complete.ts";

/** As far as it goes. */
function settled(balloon: Balloon): Balloon {
  let now = balloon;
  for (let turn = 0; turn <= PAGES && now.actual !== goal(now); turn += 1) now = tick(now);
  return now;
}

test("both languages are complete", () => {
  complete([BALLOON_WORDS, BALLOON_STATES, BALLOON_RESERVED]);
});

test("the driver goes to the target, and never beyond the maximum", () => {
  assert.equal(settled({ ...AT_FIRST, target: 768 }).actual, 768);
  assert.equal(settled({ ...AT_FIRST, target: 4096 }).actual, MAXIMUM);
  assert.equal(tick({ ...AT_FIRST, target: 768 }).actual, 528);
});

test("without a driver the guest has its maximum", () => {
  assert.equal(settled({ ...AT_FIRST, driver: false }).actual, MAXIMUM);
});

test("a target of 1 MiB squeezes the guest until it stands still, and a new target does not help", () => {
  const squeezed = settled({ ...AT_FIRST, target: 1 });
  assert.deepEqual([squeezed.actual, squeezed.stuck], [SQUEEZED, true]);
  assert.equal(settled({ ...squeezed, target: 1024 }).actual, SQUEEZED);
});

test("MemTotal is what free showed", () => {
  assert.equal(memTotal(AT_FIRST), 455);
  assert.equal(memTotal({ ...AT_FIRST, actual: 1024 }), 967);
});

test("the balloon holds as many pages as the guest lacks", () => {
  const held = (actual: number) => pagesHeld({ ...AT_FIRST, actual }).filter(Boolean).length;
  assert.deepEqual([held(MAXIMUM), held(512), held(0)], [0, PAGES / 2, PAGES]);
});

test("the table shows where the model comes to rest", () => {
  for (const state of BALLOON_STATES) {
    assert.equal(settled({ ...AT_FIRST, target: state.target, driver: state.says !== "absent" }).actual, state.actual, state.says);
  }
});
