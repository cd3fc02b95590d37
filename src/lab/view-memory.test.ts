/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { viewMemory } from "./view-memory.ts";

function storage(initial: Record<string, string> = {}) {
  const values = new Map(Object.entries(initial));
  return { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
}

test("what one seat left is its own after a reload, and known as another's to the next seat", () => {
  const kept = storage();
  assert.equal(viewMemory("s1", kept).read(), undefined);
  viewMemory("s1", kept).write({ root: 1 });
  assert.deepEqual(viewMemory("s1", kept).read(), { model: { root: 1 }, sameSeat: true });
  assert.deepEqual(viewMemory("s2", kept).read(), { model: { root: 1 }, sameSeat: false });
});

for (const broken of ["", "{", "null", "[]", "3", '{"seat":"s1"}']) {
  test(`what was remembered as ${JSON.stringify(broken)} does no harm`, () => {
    assert.equal(viewMemory("s1", storage({ "ringside:views": broken })).read(), undefined);
  });
}

test("without storage nothing is remembered, and nothing fails", () => {
  const forbidden = {
    getItem: () => {
      throw new Error("forbidden");
    },
    setItem: () => {
      throw new Error("forbidden");
    },
  };
  const memory = viewMemory("s1", forbidden);
  memory.write({});
  assert.equal(memory.read(), undefined);
});
