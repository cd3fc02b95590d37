/// <reference types="node" />
import { fileURLToPath } from "node:url";
import type { AstroIntegration } from "astro";
import { CHAPTERS } from "../course/chapters.ts";
import { pageFaults } from "./lesson-faults.ts";
import { readPages } from "./lessons.ts";
import { deadLinksIn } from "./page-links.ts";

/**
 * Ends a build whose course is not whole: a lesson that lacks a part or its twin in the other language, or a link that
 * leads nowhere. It looks once the pages are written, so that an author can see them all the same.
 */
export function courseGuards(): AstroIntegration {
  let pages = "";
  return {
    name: "course-guards",
    hooks: {
      "astro:config:done": ({ config }) => {
        pages = fileURLToPath(new URL("content/docs", config.srcDir));
      },
      "astro:build:done": async ({ dir, logger }) => {
        const faults = [...pageFaults(await readPages(pages), CHAPTERS), ...(await deadLinksIn(fileURLToPath(dir)))];
        if (faults.length === 0) return;
        for (const fault of faults) logger.error(fault);
        throw new Error(`The course has ${faults.length} ${faults.length === 1 ? "fault" : "faults"}: see above.`);
      },
    },
  };
}
