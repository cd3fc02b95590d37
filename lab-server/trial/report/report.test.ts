import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMParser } from "@xmldom/xmldom";
import { parse } from "yaml";
import { runRounds } from "../run-rounds.ts";
import { greetBackend, loadGreet } from "../testing.ts";
import { allRounds, FIRST_SEED } from "../trial-case.ts";
import { columnsOf } from "./columns.ts";
import { exitCodeOf, type Grading } from "./grading.ts";
import { jsonReport } from "./json.ts";
import { junitReport, xmlText } from "./junit.ts";
import { tableReport } from "./table.ts";
import { tapReport } from "./tap.ts";

/** Untouched, the solution and the mistake of an exercise with some files replaced. */
async function gradingOf(changes: Record<string, string> = {}): Promise<Grading> {
  const rounds = allRounds(await loadGreet(changes), FIRST_SEED);
  const cases = (await Promise.all(runRounds(rounds, { backend: greetBackend(), jobs: 1 }))).flat();
  return { startedAt: "2026-01-02T03:04:05.000Z", ms: 1500, cases };
}
const good = await gradingOf();
const bad = await gradingOf({ "solve.sh": "say <shout>&]]>\nexit 3\n" });
const unread = await gradingOf({ "solve.sh": "say ?\n" });

test("the exit code is the worst outcome: 0, 1, 2", () => {
  assert.deepEqual(
    [good, bad, unread].map(({ cases }) => exitCodeOf(cases)),
    [0, 1, 2],
  );
  assert.equal(exitCodeOf([...bad.cases, ...unread.cases]), 2);
});

test("json has the shape that docs/exercises.md describes", () => {
  const report = JSON.parse(jsonReport(bad));
  assert.deepEqual(Object.keys(report), ["format", "startedAt", "ms", "outcome", "counts", "cases"]);
  assert.equal(report.format, "ringside-grade/1");
  assert.equal(report.outcome, "failed");
  assert.deepEqual(report.counts, { passed: 2, failed: 1, errored: 0 });
  const solution = report.cases[1];
  assert.deepEqual(Object.keys(solution), [
    "exercise",
    "module",
    "title",
    "parameters",
    "seed",
    "case",
    "kind",
    "outcome",
    "reasons",
    "tasks",
    "script",
    "problem",
    "notes",
    "ms",
  ]);
  assert.deepEqual(solution.script, { status: 3, output: "ran with <3>\n" });
  assert.equal(solution.tasks[0].expected["zh-cn"], "a <word>。");
  assert.deepEqual(report.cases[2].expect, ["said", "calm"]);
});

test("junit is well-formed whatever the texts hold, and its counts are those of its elements", () => {
  for (const grading of [good, bad, unread]) {
    const xml = junitReport(grading);
    const document = new DOMParser({ onError: (_level, message) => assert.fail(message) }).parseFromString(xml, "text/xml");
    const root = document.documentElement;
    assert.ok(root);
    for (const [attribute, tag] of [
      ["tests", "testcase"],
      ["failures", "failure"],
      ["errors", "error"],
    ] as const) {
      assert.equal(Number(root.getAttribute(attribute)), document.getElementsByTagName(tag).length, tag);
    }
  }
  const document = new DOMParser().parseFromString(junitReport(bad), "text/xml");
  const why = document.getElementsByTagName("failure").item(0);
  assert.equal(why?.textContent, "expected: a <word>\nfound: found: <shout>&]]>\nlook: look there");
  assert.equal(document.getElementsByTagName("system-out").item(0)?.textContent, "ran with <3>\n");
});

test("what XML cannot hold at all is replaced", () => {
  assert.equal(xmlText("a\u001b[31m\u0000b\uD800c😀\t\n"), "a\uFFFD[31m\uFFFDb\uFFFDc😀\t\n");
});

test("tap: a plan, a subtest for each case, and diagnostics that are YAML", () => {
  const lines = tapReport(bad).split("\n");
  assert.deepEqual(lines.slice(0, 4), ["TAP version 14", "1..3", "# Subtest: greet: untouched", "    1..1"]);
  const points = lines.filter((line) => /^(not )?ok /.test(line));
  assert.deepEqual(points, ["ok 1 - greet: untouched", "not ok 2 - greet: solution", "ok 3 - greet: mistake loud"]);
  const start = lines.indexOf("    not ok 1 - said");
  const end = lines.indexOf("      ...", start);
  const yaml = lines.slice(start + 2, end).map((line) => line.slice(6));
  assert.deepEqual(parse(yaml.join("\n")), { severity: "fail", message: "expected: a <word>\nfound: found: <shout>&]]>\nlook: look there" });
  for (const text of [tapReport(good), tapReport(unread)]) {
    for (const subtest of text.split("# Subtest: ").slice(1)) {
      const plan = Number(/^ {4}1\.\.(\d+)$/m.exec(subtest)?.[1]);
      assert.equal((subtest.match(/^ {4}(not )?ok \d+ - /gm) ?? []).length, plan);
    }
  }
});

test("the table is in the language asked for, and its columns hold with wide characters", () => {
  const english = tableReport(bad, "en").split("\n");
  assert.match(english[0] ?? "", /^exercise {2}title {8}case {10}result/);
  assert.ok(english.includes("  expected the script to end with 0, found 3"));
  assert.ok(english.includes("      expected  a <word>"));
  assert.ok(english.includes("2 passed, 1 failed, 0 could not be graded, in 1.5 s"));
  const chinese = tableReport(bad, "zh-cn").split("\n");
  assert.ok(chinese.includes("通过 2 项，未通过 1 项，无法评分 0 项，共用 1.5 s"));
  const places = chinese.slice(0, 3).map((line) => columnsOf(line.slice(0, line.search(/方式|untouched|solution/))));
  assert.deepEqual(places, [15, 15, 15]);
});
