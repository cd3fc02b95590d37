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

const DRAWN = GOOD.replace("minutes: 20", "minutes: 20\nparameters:\n  vcpus: { from: 2, to: 4 }\n  guest: { one-of: [web_03, db_11] }").replace(
  "{ en: Four vCPUs., zh-cn: 四个 vCPU。 }",
  '{ en: "{vcpus} vCPUs for {guest}.", zh-cn: "{guest} 有 {vcpus} 个 vCPU。" }',
);

test("parameters are read, and what a text says between braces is theirs", () => {
  const reading = readDefinition("m/e/exercise.yaml", DRAWN);
  assert.ok("value" in reading);
  assert.deepEqual(reading.value.parameters, { vcpus: { from: 2, to: 4, step: 1 }, guest: { oneOf: ["web_03", "db_11"] } });
  assert.equal(reading.value.redraw, false);
});

test("parameters that cannot be drawn, or that a shell could take for something else, are refused", () => {
  const VALUE = "a whole number from 0 to 1000000000, or a word of at most 40 letters, digits, dots, hyphens and underscores";
  const cases: [written: string, sentence: string][] = [
    ["vcpus: { from: 2 }", "parameters.vcpus: expected from and to, or one-of, found a mapping with from"],
    ["vcpus: 3", "parameters.vcpus: expected a mapping, found 3"],
    ["vcpus: { from: 4, to: 4 }", "parameters.vcpus.to: expected more than from, which is 4, found 4"],
    ["vcpus: { from: 2, to: 9, step: 2 }", "parameters.vcpus.to: expected a number that is reached from 2 in steps of 2, found 9"],
    ["vcpus: { from: 2.5, to: 4 }", "parameters.vcpus.from: expected a whole number, found 2.5"],
    ["vcpus: { from: -2, to: 4 }", "parameters.vcpus.from: expected at least 0, found -2"],
    ["vcpus: { from: 2, to: 4, unit: MiB }", 'parameters.vcpus.unit: expected no field of this name, found "MiB"'],
    ["vcpus: { from: 2, to: 4, label: { en: number } }", "parameters.vcpus.label.zh-cn: expected a text, found nothing"],
    ["vcpus: { from: 2, to: 4, one-of: [2, 3] }", "parameters.vcpus: expected either from and to, or one-of, found a mapping with from, to, one-of"],
    ["vcpus: { one-of: [2] }", "parameters.vcpus.one-of: expected a list of at least 2, found a list of 1"],
    ["vcpus: { one-of: [2, 2] }", "parameters.vcpus.one-of: expected values that differ, found a list of 2"],
    ["vcpus: { one-of: [2, two] }", "parameters.vcpus.one-of: expected numbers alone, or words alone, found a list of 2"],
    ["vcpus: { one-of: [2, 2.5] }", `parameters.vcpus.one-of[1]: expected ${VALUE}, found 2.5`],
    ...["$(reboot)", "a b", "a;b", "`id`", "-rf", "a'b", "a/b", "气球", ""].map((word): [string, string] => [
      `vcpus: { one-of: [a, ${JSON.stringify(word)}] }`,
      `parameters.vcpus.one-of[1]: expected ${VALUE}, found ${word === "" ? "an empty text" : JSON.stringify(word)}`,
    ]),
    ["VCPUs: { from: 2, to: 4 }", 'parameters.VCPUs: expected lower-case words joined by underscores, such as disk_size, found "VCPUs"'],
  ];
  for (const [written, sentence] of cases) {
    const text = DRAWN.replace("vcpus: { from: 2, to: 4 }", written);
    assert.notEqual(text, DRAWN, written);
    assert.deepEqual(sentences(text), [`m/e/exercise.yaml: ${sentence}`], written);
  }
  assert.deepEqual(sentences(GOOD.replace("minutes: 20", "minutes: 20\nparameters: [vcpus]")), [
    "m/e/exercise.yaml: parameters: expected a mapping, found a list of 1",
  ]);
  assert.deepEqual(sentences(GOOD.replace("minutes: 20", "minutes: 20\nredraw: true")), [
    "m/e/exercise.yaml: redraw: expected parameters that can be drawn, found none",
  ]);
});

test("every placeholder names a parameter, and both languages have the same ones", () => {
  const cases: [change: [from: string, to: string], sentences: string[]][] = [
    [["for {guest}", "for {gest}"], ["tasks[0].text.en: expected the name of a parameter between braces (vcpus, guest), found {gest}"]],
    [["en: Add CPUs", 'en: "Add {Vcpus}"'], ["title.en: expected the name of a parameter between braces (vcpus, guest), found {Vcpus}"]],
    [["{guest} 有 {vcpus} 个", "{guest} 有多个"], ["tasks[0].text.zh-cn: expected the placeholders of en, {guest}, {vcpus}, found {guest}"]],
    [["看看 vcpucount。", '"看看 {guest}。"'], ["tasks[0].hints[0].zh-cn: expected the placeholders of en, no placeholder, found {guest}"]],
  ];
  for (const [[from, to], expected] of cases) {
    assert.ok(DRAWN.includes(from), from);
    assert.deepEqual(
      sentences(DRAWN.replace(from, to)),
      expected.map((sentence) => `m/e/exercise.yaml: ${sentence}`),
    );
  }
  assert.deepEqual(sentences(GOOD.replace("看看 vcpucount。", '"看看 {guest}。"')), [
    "m/e/exercise.yaml: tasks[0].hints[0].zh-cn: expected the name of a parameter between braces (there are none), found {guest}",
  ]);
  const shell = "`$" + '{HOME}` {\\"a\\": 1}';
  const braces = DRAWN.replace("Look at vcpucount.", `"${shell}"`).replace("看看 vcpucount。", `"${shell}"`);
  assert.ok("value" in readDefinition("m/e/exercise.yaml", braces), "what is no placeholder is left alone");
});
