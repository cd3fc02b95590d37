/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { type LessonExercise, withValues } from "./lesson-exercise.ts";

const exercise: LessonExercise = {
  id: "e",
  title: "More for {guest}",
  summary: "{guest} gets {vcpus} vCPUs.",
  minutes: 5,
  exam: false,
  tasks: [{ id: "t", text: "Start `{guest}`, and no {other} or {Guest}.", hints: ["`virsh start {guest}`"] }],
  labels: { guest: "‹name›", vcpus: "‹number›" },
};

test("before the start words stand for what will be drawn, afterwards the values; the rest stays as it is", () => {
  const before = withValues(exercise);
  assert.deepEqual([before.title, before.summary], ["More for ‹name›", "‹name› gets ‹number› vCPUs."]);
  assert.deepEqual(before.tasks[0], { id: "t", text: "Start `‹name›`, and no {other} or {Guest}.", hints: ["`virsh start ‹name›`"] });
  const after = withValues(exercise, { guest: "web_03", vcpus: 3 });
  assert.deepEqual([after.title, after.summary, after.tasks[0]?.hints], ["More for web_03", "web_03 gets 3 vCPUs.", ["`virsh start web_03`"]]);
});

test("a value that looks like a placeholder or a pattern is put in as it is", () => {
  assert.equal(withValues(exercise, { guest: "$&", vcpus: "{guest}" }).summary, "$& gets {guest} vCPUs.");
});
