import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { BESIDE, COLUMN, REQUEST, STACK_WORDS } from "./stack-data.ts";

test("both languages are complete", () => {
  complete([COLUMN, BESIDE, REQUEST, STACK_WORDS]);
});

test("every step of the request is at a box that is there with either kind of daemons", () => {
  for (const daemons of ["monolithic", "modular"]) {
    const boxes = COLUMN.filter((box) => box.only === undefined || box.only === daemons).map((box) => box.id);
    assert.equal(new Set(boxes).size, boxes.length, daemons);
    for (const step of REQUEST) assert.ok(boxes.includes(step.box), `${daemons}: ${step.box}`);
  }
});

test("the request visits every box of the column", () => {
  const visited = new Set(REQUEST.map((step) => step.box));
  assert.deepEqual(
    COLUMN.map((box) => box.id).filter((id) => !visited.has(id)),
    [],
  );
});

test("what was seen as JSON is JSON", () => {
  for (const step of REQUEST) if (step.seen?.startsWith("{")) assert.doesNotThrow(() => JSON.parse(step.seen ?? ""));
});
