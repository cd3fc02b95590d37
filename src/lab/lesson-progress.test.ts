/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { lessonProgress } from "./lesson-progress.ts";

test("an exercise counts once it was passed, whatever came later", () => {
  const progress = [
    { exercise: "a", attempts: 4, passedTasks: [], passedAt: "2026-01-01T00:00:00Z" },
    { exercise: "b", attempts: 2, passedTasks: ["x"] },
    { exercise: "other", attempts: 1, passedTasks: [], passedAt: "2026-01-01T00:00:00Z" },
  ];
  assert.deepEqual(lessonProgress(["a", "b"], progress), { done: 1, all: 2 });
  assert.deepEqual(lessonProgress([], progress), { done: 0, all: 0 });
});
