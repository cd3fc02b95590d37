import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type Answers } from "./checks.ts";

const RIGHT: Answers = { add_loop_calls: 0, copy_writes: 900, more_kernel_time: "copy", clock_enters_kernel: false };

function judge(said: Answers | undefined) {
  const report = said === undefined ? ({ state: "absent" } as const) : ({ state: "read", value: said } as const);
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, of]) => [task, of({ report }, { writes: 900 })]));
}
const outcomes = (said: Answers | undefined) => Object.values(judge(said)).map(({ outcome }) => outcome);

test("no file, the right answers, a file with one answer", () => {
  assert.deepEqual(outcomes(undefined), ["failed", "failed", "failed", "failed"]);
  assert.deepEqual(outcomes(RIGHT), ["passed", "passed", "passed", "passed"]);
  assert.deepEqual(outcomes({ ...RIGHT, more_kernel_time: "./copy" }), ["passed", "passed", "passed", "passed"]);
  assert.deepEqual(outcomes({ clock_enters_kernel: false }), ["failed", "failed", "failed", "passed"]);
});

test("wrong answers are told from each other", () => {
  assert.deepEqual(outcomes({ add_loop_calls: 28, copy_writes: 900, more_kernel_time: "add", clock_enters_kernel: true }), [
    "failed",
    "passed",
    "failed",
    "failed",
  ]);
  for (const [writes, words] of [
    [400, /child/],
    [1836, /total/],
  ] as const) {
    const outcome = judge({ ...RIGHT, copy_writes: writes })["copy-writes"];
    assert.ok(outcome?.outcome === "failed");
    assert.match(outcome.look.en, words);
  }
});
