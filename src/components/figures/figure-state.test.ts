import assert from "node:assert/strict";
import { test } from "node:test";
import { holds, lit, shown, stepsWhere, stepWithin } from "./figure-state.ts";

test("a part belongs when every name has one of its values", () => {
  const state = { track: "write", step: "3", vm: "off" };
  assert.equal(holds("", state), true);
  assert.equal(holds("track=write", state), true);
  assert.equal(holds("track=hlt|write step=3", state), true);
  assert.equal(holds("track=write step=2|4", state), false);
  assert.equal(holds("track=hlt step=3", state), false);
  assert.equal(holds("step=33", state), false);
  assert.equal(holds("missing=on", state), false);
});

test("a comma parts alternatives", () => {
  const when = "track=write step=3, track=hlt step=2";
  assert.equal(holds(when, { track: "write", step: "3" }), true);
  assert.equal(holds(when, { track: "hlt", step: "2" }), true);
  assert.equal(holds(when, { track: "hlt", step: "3" }), false);
});

test("steps are counted from 1 and end at the last", () => {
  assert.equal(stepWithin(0, 8), 1);
  assert.equal(stepWithin(5, 8), 5);
  assert.equal(stepWithin(9, 8), 8);
  assert.equal(stepWithin(3, 0), 1);
});

test("the places that belong are one condition", () => {
  const when = stepsWhere([3, 0, 0, 3], (ring) => ring === 0);
  assert.equal(when, "step=2|3");
  assert.equal(
    holds(
      stepsWhere([3], (ring) => ring === 0),
      { step: "1" },
    ),
    false,
  );
});

test("the first state is in the markup", () => {
  assert.deepEqual(lit("step=1", { step: "1" }), { "data-lit": "step=1", "data-on": "" });
  assert.equal(lit("step=2", { step: "1" })["data-on"], undefined);
  assert.equal(shown("vm=on", { vm: "off" }).hidden, true);
});
