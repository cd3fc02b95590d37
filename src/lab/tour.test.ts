/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepAfter, TOUR_STEPS, tourMemory } from "./tour.ts";

test("the tour has three steps and an end", () => {
  assert.equal(TOUR_STEPS.length, 3);
  assert.equal(stepAfter("views"), "tasks");
  assert.equal(stepAfter("more"), undefined);
});

test("who has seen it is not shown it again", () => {
  const values = new Map<string, string>();
  const memory = tourMemory({ getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) });
  assert.equal(memory.seen(), false);
  memory.remember();
  assert.equal(memory.seen(), true);
});

test("a browser that remembers nothing shows it never, and not always", () => {
  const fail = () => {
    throw new Error("forbidden");
  };
  const memory = tourMemory({ getItem: fail, setItem: fail });
  memory.remember();
  assert.equal(memory.seen(), true);
});
