import assert from "node:assert/strict";
import { test } from "node:test";
import { authoringSentence } from "./authoring-error.ts";
import { readDefinition } from "./read-definition.ts";

const GOOD = `
title: { en: Add CPUs, zh-cn: 添加 CPU }
summary: { en: A running guest gets more CPUs., zh-cn: 给运行中的客户机添加 CPU。 }
minutes: 20
tasks:
  - id: live-vcpus
    text: { en: Four vCPUs., zh-cn: 四个 vCPU。 }
    hints:
      - { en: Look at vcpucount., zh-cn: 看看 vcpucount。 }
`;

function sentences(text: string): string[] {
  const reading = readDefinition("m/e/exercise.yaml", text);
  assert.ok("errors" in reading, "expected the text to be refused");
  return reading.errors.map(authoringSentence);
}

test("a whole definition is read, with its defaults", () => {
  const reading = readDefinition("m/e/exercise.yaml", GOOD);
  assert.ok("value" in reading);
  assert.equal(reading.value.template, "running");
  assert.equal(reading.value.tasks[0]?.hints[0]?.["zh-cn"], "看看 vcpucount。");
});

test("an author's mistakes get one sentence each: file, field, expected, found", () => {
  const cases: [change: [from: string, to: string], sentence: string][] = [
    [["minutes: 20", ""], "m/e/exercise.yaml: minutes: expected a number, found nothing"],
    [["minutes: 20", "minutes: soon"], 'm/e/exercise.yaml: minutes: expected a number, found "soon"'],
    [["minutes: 20", "minutes: 2.5"], "m/e/exercise.yaml: minutes: expected a whole number, found 2.5"],
    [["minutes: 20", "minutes: 0"], "m/e/exercise.yaml: minutes: expected at least 1, found 0"],
    [["minutes: 20", "minutes: 900"], "m/e/exercise.yaml: minutes: expected at most 240, found 900"],
    [["minutes: 20", "minuts: 20\nminutes: 20"], "m/e/exercise.yaml: minuts: expected no field of this name, found 20"],
    [
      ["minutes: 20", "minutes: 20\ntemplate: runing"],
      'm/e/exercise.yaml: template: expected one of "running", "shut-off", "empty", "installer", "fleet", "desktop", found "runing"',
    ],
    [[", zh-cn: 看看 vcpucount。", ""], "m/e/exercise.yaml: tasks[0].hints[0].zh-cn: expected a text, found nothing"],
    [["zh-cn: 添加 CPU }", 'zh-cn: " " }'], 'm/e/exercise.yaml: title.zh-cn: expected a text that is not empty, found " "'],
    [["title: { en: Add CPUs, zh-cn: 添加 CPU }", "title: Add CPUs"], 'm/e/exercise.yaml: title: expected a mapping, found "Add CPUs"'],
    [
      ["id: live-vcpus", "id: Live_vCPUs"],
      'm/e/exercise.yaml: tasks[0].id: expected lower-case words joined by hyphens, such as cpu-hot-add, found "Live_vCPUs"',
    ],
    [[GOOD.slice(GOOD.indexOf("tasks:")), "tasks: []"], "m/e/exercise.yaml: tasks: expected a list of at least 1, found an empty list"],
  ];
  for (const [[from, to], sentence] of cases) {
    assert.ok(GOOD.includes(from), from);
    assert.deepEqual(sentences(GOOD.replace(from, to)), [sentence]);
  }
});

test("all errors of a file are listed together", () => {
  const text = GOOD.replace("minutes: 20", "minutes: soon").replace("en: Four vCPUs., ", "");
  assert.deepEqual(sentences(text), [
    'm/e/exercise.yaml: minutes: expected a number, found "soon"',
    "m/e/exercise.yaml: tasks[0].text.en: expected a text, found nothing",
  ]);
});

test("two tasks under one id are refused", () => {
  const again = "  - id: live-vcpus\n    text: { en: Again., zh-cn: 再来。 }\n";
  assert.deepEqual(sentences(GOOD + again), ['m/e/exercise.yaml: tasks[1].id: expected an id of its own, found "live-vcpus", which tasks[0] has']);
});

test("broken YAML is named by its line", () => {
  assert.deepEqual(sentences("title: a\ntitle: b\n"), ["m/e/exercise.yaml: line 2: expected well-formed YAML, found Map keys must be unique"]);
  assert.match(sentences("title: { en: a\n")[0] ?? "", /^m\/e\/exercise\.yaml: line \d+: expected well-formed YAML, found ./);
  assert.deepEqual(sentences(""), ["m/e/exercise.yaml: expected a mapping, found nothing"]);
});
