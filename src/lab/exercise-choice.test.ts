/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceMemory, exerciseAfterKey, exerciseOfHash, firstChoice, nextExercise } from "./exercise-choice.ts";
import { memoryOf } from "./kept.ts";

const THREE = ["a", "b", "c"];
const passed = (exercise: string) => ({ exercise, attempts: 1, passedTasks: [], passedAt: "2026-01-01T00:00:00Z" });

test("the weightiest wish that the lesson has is chosen, else its first exercise", () => {
  assert.equal(firstChoice(THREE, [undefined, "c", "b"]), "c");
  assert.equal(firstChoice(THREE, ["elsewhere", null, "b"]), "b");
  assert.equal(firstChoice(THREE, []), "a");
});

test("the next exercise is the first unsolved one behind, then before; none when all are solved", () => {
  assert.equal(nextExercise(THREE, "a", [passed("a")]), "b");
  assert.equal(nextExercise(THREE, "a", [passed("a"), passed("b")]), "c");
  assert.equal(nextExercise(THREE, "c", [passed("c"), passed("b")]), "a");
  assert.equal(nextExercise(THREE, "c", THREE.map(passed)), undefined);
  assert.equal(nextExercise(["a"], "a", [passed("a")]), undefined);
});

test("an attempt that did not pass leaves the exercise unsolved", () => {
  assert.equal(nextExercise(THREE, "a", [passed("a"), { exercise: "b", attempts: 3, passedTasks: ["x"] }]), "b");
});

test("an address may name the exercise", () => {
  assert.equal(exerciseOfHash("#exercise-cpu-hot-add"), "cpu-hot-add");
  assert.equal(exerciseOfHash("#questions"), undefined);
  assert.equal(exerciseOfHash(""), undefined);
});

test("arrows go round, Home and End go to the edges, other keys do nothing", () => {
  assert.deepEqual(
    ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "Home", "End", "x"].map((key) => exerciseAfterKey(THREE, "c", key)),
    ["a", "a", "b", "b", "a", "c", undefined],
  );
  assert.equal(exerciseAfterKey(THREE, "a", "ArrowUp"), "c");
});

test("the choice is remembered for each lesson, and a browser without storage does not fail", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  choiceMemory("one/lesson", storage).write("b");
  assert.equal(choiceMemory("one/lesson", storage).read(), "b");
  assert.equal(choiceMemory("one/other", storage).read(), null);
  const denied = memoryOf(() => {
    throw new Error("denied");
  });
  const none = choiceMemory("one/lesson", denied);
  none.write("b");
  assert.equal(none.read(), null);
});
