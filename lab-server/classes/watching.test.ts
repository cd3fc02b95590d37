import assert from "node:assert/strict";
import { test } from "node:test";
import { Watchings } from "./watching.ts";

const ada = { id: "p1", name: "Ada" };

test("who watches is told of, from the first terminal to the last", () => {
  const told: string[] = [];
  const watchings = new Watchings((seat) => told.push(`${seat}: ${watchings.of(seat).map(({ name, state }) => `${name} ${state}`)}`));
  const first = watchings.begin("s1", ada);
  const second = watchings.begin("s1", ada);
  first.end();
  assert.deepEqual(watchings.of("s1"), [{ ...ada, state: "watches" }]);
  assert.deepEqual(watchings.of("s2"), []);
  second.end();
  assert.deepEqual(told, ["s1: Ada watches", "s1: "]);
});

test("nobody types who has not asked, and been let, and only as long", () => {
  const watchings = new Watchings(() => {});
  const watching = watchings.begin("s1", ada);
  assert.equal(watchings.answer("s1", "p1", true), true);
  assert.equal(watching.may(), false, "nobody has asked");
  watchings.ask("s1", "p1", true);
  assert.equal(watching.may(), false, "asked is not let");
  watchings.answer("s1", "p1", true);
  assert.equal(watching.may(), true);
  watchings.ask("s1", "p1", true);
  assert.equal(watching.may(), true, "asking again takes nothing away");
  watchings.answer("s1", "p1", false);
  assert.equal(watching.may(), false, "the learner takes the keyboard back");
  watchings.ask("s1", "p1", true);
  watchings.answer("s1", "p1", true);
  watching.end();
  assert.equal(watching.may(), false, "who has gone types no more");
  const again = watchings.begin("s1", ada);
  assert.equal(again.may(), false, "and begins anew");
  assert.equal(watchings.ask("s1", "p2", true), false);
  assert.equal(watchings.ask("s2", "p1", true), false);
});
