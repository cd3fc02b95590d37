import assert from "node:assert/strict";
import { test } from "node:test";
import { fillText, labelsOf, type Parameters, placeholdersOf } from "./parameters.ts";

const PARAMETERS: Parameters = {
  vcpus: { from: 2, to: 4, step: 1 },
  memory: { oneOf: [512, 1024], label: { en: "size", "zh-cn": "大小" } },
  guest: { oneOf: ["web_03", "db_11"] },
};

test("where nothing was drawn yet, a word stands in the text, in the reader's language", () => {
  assert.equal(fillText("{guest} has {vcpus} vCPUs, {memory} MiB.", labelsOf(PARAMETERS, "en")), "‹name› has ‹number› vCPUs, ‹size› MiB.");
  assert.equal(fillText("{guest} 有 {vcpus} 个 vCPU，{memory} MiB。", labelsOf(PARAMETERS, "zh-cn")), "〈名称〉 有 〈数值〉 个 vCPU，〈大小〉 MiB。");
});

test("what is between braces is a placeholder when it is a word, and not the shell's", () => {
  assert.deepEqual(placeholdersOf(`{b} {a} {b} {disk-size} \${HOME} {} {"x": 1} { y } {1}`), ["a", "b", "disk-size"]);
});
