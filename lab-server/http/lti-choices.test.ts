import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fakeCatalogue } from "../fake-rooms.ts";
import { readLessons } from "./lessons.ts";
import { ltiChoices } from "./lti-choices.ts";

const site = (file: unknown) => {
  const folder = mkdtempSync(join(tmpdir(), "ringside-site-"));
  writeFileSync(join(folder, "exercises.json"), typeof file === "string" ? file : JSON.stringify(file));
  const lessons = readLessons(folder);
  rmSync(folder, { recursive: true });
  return lessons;
};

test("a lesson is found in either language, and what has none leads to the front page", () => {
  const lessons = site({
    en: [{ title: "CPUs", exercises: { "hot-add": "/cpus/" } }],
    "zh-cn": [{ title: "处理器", exercises: { "hot-add": "/zh-cn/cpus/" } }],
  });
  assert.deepEqual(
    [lessons.pathOf("hot-add", "en"), lessons.pathOf("hot-add", "zh-cn"), lessons.pathOf("toString", "en"), lessons.pathOf(undefined, "zh-cn")],
    ["/cpus/", "/zh-cn/cpus/", "/", "/zh-cn/"],
  );
  assert.deepEqual([...lessons.chapters], [["hot-add", { en: "CPUs", "zh-cn": "处理器" }]]);
  assert.equal(site("not JSON").pathOf("hot-add", "en"), "/");
  assert.equal(site({ en: [{ title: "CPUs", exercises: { "hot-add": "https://evil.example/" } }], "zh-cn": [] }).pathOf("hot-add", "en"), "/");
});

test("an instructor chooses in the order of the course, by chapter; what is drawn has its word in a title", () => {
  const parameters = { vcpus: { from: 2, to: 4, step: 1, label: { en: "n", "zh-cn": "数" } } };
  const exercises = fakeCatalogue("", "running", parameters)
    .list()
    .map((one) => (one.id === "hot-add" ? { ...one, definition: { ...one.definition, title: { en: "To {vcpus} CPUs", "zh-cn": "{vcpus} 个 CPU" } } } : one));
  const chapters = new Map([["balloon", { en: "Memory", "zh-cn": "内存" }]]);
  assert.deepEqual(
    ltiChoices(exercises, { chapters }).map(({ id, title, group }) => [id, title.en, title["zh-cn"], group?.en]),
    [
      ["balloon", "text", "文字", "Memory"],
      ["hot-add", "To ‹n› CPUs", "〈数〉 个 CPU", undefined],
    ],
  );
});
