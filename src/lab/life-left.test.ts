/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { announcedMinutes, minutesLeft, nextMinuteInMs } from "./life-left.ts";

test("minutes count down as a person counts them, each for a minute", () => {
  assert.deepEqual([600_000, 599_999, 540_001, 540_000, 60_000, 1, 0].map(minutesLeft), [10, 10, 10, 9, 1, 1, 1]);
  for (const ms of [600_000, 599_999, 540_001, 61_000]) {
    assert.equal(minutesLeft(ms - nextMinuteInMs(ms)), minutesLeft(ms) - 1, String(ms));
    assert.equal(minutesLeft(ms - nextMinuteInMs(ms) + 2), minutesLeft(ms), String(ms));
  }
});

test("the time left is read out when the warning comes, at five minutes and at the last one", () => {
  assert.deepEqual(
    [10, 9, 6, 5, 4, 2, 1].map((minutes) => announcedMinutes(minutes, 10)),
    [10, 10, 10, 5, 5, 5, 1],
  );
  assert.deepEqual(
    [3, 2, 1].map((minutes) => announcedMinutes(minutes, 3)),
    [3, 3, 1],
  );
});
