/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminalTabs } from "./terminal-tabs.ts";

function memory(initial: Record<string, string> = {}) {
  const values = new Map(Object.entries(initial));
  return { getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
}

test("a new tab takes the lowest free number, so that a shell left behind is found again", () => {
  const tabs = createTerminalTabs("s1", memory());
  tabs.add();
  tabs.add();
  tabs.remove(2);
  assert.deepEqual(tabs.get(), { open: [1, 3], selected: 3 });
  tabs.add();
  assert.deepEqual(tabs.get(), { open: [1, 3, 2], selected: 2 });
});

test("there are at most nine, and at least one", () => {
  const tabs = createTerminalTabs("s1", memory());
  for (let i = 0; i < 12; i++) tabs.add();
  assert.equal(tabs.get().open.length, 9);
  for (const number of tabs.get().open) tabs.remove(number);
  assert.deepEqual(tabs.get(), { open: [9], selected: 9 });
});

test("closing the selected tab selects its neighbour, closing another one selects nothing new", () => {
  const tabs = createTerminalTabs("s1", memory());
  tabs.add();
  tabs.add();
  tabs.remove(1);
  assert.deepEqual(tabs.get(), { open: [2, 3], selected: 3 });
  tabs.remove(3);
  assert.deepEqual(tabs.get(), { open: [2], selected: 2 });
});

test("a reload brings the same tabs back, but not those of another seat", () => {
  const kept = memory();
  const tabs = createTerminalTabs("s1", kept);
  tabs.add();
  tabs.select(1);
  assert.deepEqual(createTerminalTabs("s1", kept).get(), { open: [1, 2], selected: 1 });
  assert.deepEqual(createTerminalTabs("s2", kept).get(), { open: [1], selected: 1 });
});

for (const broken of ["", "{", "null", "[]", '{"open":[]}', '{"open":["x",0,10,1.5],"selected":3}', '{"open":3}']) {
  test(`what was remembered as ${JSON.stringify(broken)} does no harm`, () => {
    const tabs = createTerminalTabs("s1", memory({ "ringside:terminals:s1": broken }));
    assert.deepEqual(tabs.get(), { open: [1], selected: 1 });
  });
}

test("a selection that is not open falls back to the first tab", () => {
  const tabs = createTerminalTabs("s1", memory({ "ringside:terminals:s1": '{"open":[2,4,4],"selected":7}' }));
  assert.deepEqual(tabs.get(), { open: [2, 4], selected: 2 });
});
