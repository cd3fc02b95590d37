import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CHAPTERS } from "../../src/course/chapters.ts";
import { pageFaults } from "../../src/guards/lesson-faults.ts";
import { readPages } from "../../src/guards/lessons.ts";

test("every lesson is whole, and its twin in the other language does the same", async () => {
  const pages = await readPages(fileURLToPath(new URL("../../src/content/docs", import.meta.url)));
  assert.ok(pages.length > 4);
  assert.deepEqual(pageFaults(pages, CHAPTERS), []);
});
