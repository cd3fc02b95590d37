import { gzipSync } from "node:zlib";
import { openBrowser } from "../tests/support/browser.ts";
import type { Figure } from "./figures.ts";

/** All script that a lesson page loads by itself, before anybody clicks, gzip-compressed. */
export async function scriptOfALesson(url: string): Promise<Figure> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/changing-a-running-vm/cpu-hot-add/`, { waitUntil: "networkidle" });
    const { files, inline } = await page.evaluate(() => ({
      files: performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => /\.(m?js|wasm)(\?|$)/.test(name)),
      inline: [...document.querySelectorAll("script:not([src])")].map((script) => script.textContent ?? "").join("\n"),
    }));
    let bytes = gzipSync(inline).length;
    for (const file of new Set(files)) bytes += gzipSync(Buffer.from(await (await fetch(file)).arrayBuffer())).length;
    return {
      what: "script of a lesson page before Start",
      value: bytes / 1000,
      unit: "kB",
      target: 60,
      at: "most",
      note: `${new Set(files).size} files, gzip`,
    };
  } finally {
    await browser.close();
  }
}
