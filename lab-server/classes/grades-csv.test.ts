import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grades } from "../contract/classes.ts";
import { csvCell, gradesCsv } from "./grades-csv.ts";

test("a name is never a formula, and never breaks its line", () => {
  assert.equal(csvCell('=HYPERLINK("http://x")'), `"'=HYPERLINK(""http://x"")"`);
  for (const first of ["+", "-", "@", "\t", "\r", "＝"]) assert.ok(csvCell(`${first}1`).startsWith(`"'`), JSON.stringify(first));
  assert.equal(csvCell("Anna\r\nBert"), '"Anna Bert"');
  assert.equal(csvCell("爱达, Ada"), '"爱达, Ada"');
  assert.equal(csvCell(-1.5), "-1.5", "a number is a number");
  assert.equal(csvCell(undefined), "");
});

test("a line for each learner, and a column for everything of each exercise", () => {
  const cell = {
    exercise: "hot-add",
    passed: 2,
    tasks: 3,
    done: ["a", "b"],
    failing: [],
    attempts: 4,
    hints: 1,
    solution: false,
    late: true,
    points: 33.3,
    ms: 61_400,
  };
  const grades: Grades = {
    class: "c",
    name: "KVM",
    at: "2026-11-27T10:00:00.000Z",
    most: 100,
    learners: [{ learner: "l", name: "Ada", joinedAt: "2026-11-26T10:00:00.000Z", cells: [cell], points: 33.3, state: "away" }],
  };
  const [head, line, end] = gradesCsv(grades).split("\r\n");
  assert.equal(
    head,
    `\uFEFF"name","learner","joined","points",${["points", "passed", "tasks", "attempts", "hints", "solution", "seconds", "late", "passed at"].map((what) => `"hot-add ${what}"`).join(",")}`,
  );
  assert.equal(line, '"Ada","l","2026-11-26T10:00:00.000Z",33.3,33.3,2,3,4,1,"no",61,"yes",');
  assert.equal(end, "");
});
