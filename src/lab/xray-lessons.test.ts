/// <reference types="node" />
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { LOCALES } from "../../lab-server/contract/locale.ts";
import { type LessonKey, lessonHref, XRAY_LESSONS } from "./xray-lessons.ts";

/** As the site makes an anchor out of a heading (github-slugger). */
const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");

test("every part leads to a heading that is there, in each language", async () => {
  for (const key of Object.keys(XRAY_LESSONS) as LessonKey[]) {
    for (const locale of LOCALES) {
      const { lesson, anchor } = XRAY_LESSONS[key];
      const folder = locale === "en" ? "" : `${locale}/`;
      const text = await readFile(new URL(`../content/docs/${folder}${lesson}.mdx`, import.meta.url), "utf8");
      const anchors = [...text.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = ""]) => slug(heading));
      assert.ok(anchors.includes(anchor[locale]), `${key} in ${locale}: expected one of ${anchors.join(", ")}, found ${anchor[locale]}`);
    }
  }
});

test("a link is in the page's language and keeps the site's base", () => {
  assert.equal(lessonHref("thread", "en"), "/changing-a-running-vm/cpu-hot-add/#a-vcpu-is-a-thread");
  assert.equal(lessonHref("thread", "zh-cn", "/lab/"), "/lab/zh-cn/changing-a-running-vm/cpu-hot-add/#一个-vcpu-就是一个线程");
});
