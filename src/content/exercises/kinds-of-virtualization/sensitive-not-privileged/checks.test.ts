import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import checks from "./checks.ts";

/** What `solve.sh` writes, for a test to change. */
const solved = JSON.parse(/<<'X'\n(.*)\nX\n/s.exec(await readFile(new URL("solve.sh", import.meta.url), "utf8"))?.[1] ?? "");
const fresh = { before: 1, after: 1, faults: { hlt: true, cli: true, "mov-to-cr3": true, lgdt: true, popf: false, smsw: false, sgdt: false } };

function judge(answers: object, classes: Record<string, string> = {}): Record<string, Outcome> {
  const value = { ...solved, ...answers, classes: { ...solved.classes, ...classes } };
  const sort = checks.facts.sort.read(`read\n${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judgeOf]) => [task, judgeOf({ sort, fresh }, {})]));
}
const failedTasks = (verdict: Record<string, Outcome>): string[] => Object.keys(verdict).filter((task) => verdict[task]?.outcome === "failed");
const sentence = (verdict: Record<string, Outcome>): string => verdict.sorted?.found.en ?? "";

test("the solution passes, an untouched file fails in all", () => {
  assert.deepEqual(failedTasks(judge({})), []);
  assert.equal(failedTasks(judge({ if_before: null, if_after: null, why: "" }, { hlt: "" })).length, 3);
});

test("each classic mistake has its own sentence", () => {
  assert.match(sentence(judge({}, { popf: "privileged" })), /that is the problem/);
  assert.match(sentence(judge({}, { cli: "sensitive" })), /IOPL/);
  assert.match(sentence(judge({}, { sgdt: "harmless" })), /UMIP/);
  assert.match(sentence(judge({}, { add: "sensitive" })), /did not fault/);
});

test("what POPF did is judged by a fresh run, and not by what it was meant to do", () => {
  assert.deepEqual(failedTasks(judge({ if_after: 0 })), ["observed"]);
  assert.deepEqual(failedTasks(judge({ if_before: "1", if_after: "1" })), []);
});

test("a fresh run that could not be made is no fault of the learner's", () => {
  const sort = checks.facts.sort.read(`read\n${JSON.stringify(solved)}`);
  const facts = {
    sort,
    get fresh(): typeof fresh {
      throw new FactUnknown({ en: "unknown", "zh-cn": "未知" }, "no answer");
    },
  };
  assert.throws(() => checks.tasks.observed?.(facts, {}), FactUnknown);
});
