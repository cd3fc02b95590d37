/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, kept, keptJson } from "./kept.ts";

test("what is kept is there again, and what is no JSON is nothing", () => {
  const values = new Map<string, string>();
  const memory = { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
  assert.equal(kept(memory, "a"), null);
  assert.equal(keptJson(memory, "a"), null);
  assert.equal(keep(memory, "a", "[1]"), true);
  assert.equal(kept(memory, "a"), "[1]");
  assert.deepEqual(keptJson(memory, "a"), [1]);
  keep(memory, "a", "[1");
  assert.equal(keptJson(memory, "a"), null);
});

test("where nothing can be kept, nothing fails", () => {
  const fail = () => {
    throw new Error("forbidden");
  };
  const memory = { getItem: fail, setItem: fail };
  assert.equal(kept(memory, "a"), undefined);
  assert.equal(keep(memory, "a", "b"), false);
  assert.equal(keptJson(memory, "a"), null);
});
