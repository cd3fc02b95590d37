/** What a learner sees and does in the lab's page. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** An emulated host on a busy machine may need this long for anything that is not typing, ms. */
export const PATIENCE_MS = 90_000;
export const PROMPT = /\[root@kvm-[a-z0-9]+ ~\]#\s*$/;

/** A page in a browser of its own, which may not throw. */
export async function openPage(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
  more: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport, ...more });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`the page threw: ${error.message}`));
  return page;
}

/** The text of the terminal, a line a row. */
export const screen = (page: Page): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll(".xterm-rows > div")].map((row) => (row.textContent ?? "").replaceAll("\u00a0", " ").trimEnd()).join("\n"));

/** Waits until something stands in the terminal, and gives all of its text. */
export async function onScreen(page: Page, wanted: RegExp, ms = PATIENCE_MS): Promise<string> {
  const deadline = Date.now() + ms;
  for (;;) {
    const text = await screen(page);
    if (wanted.test(text)) return text;
    if (Date.now() >= deadline) assert.fail(`${wanted} did not appear within ${ms} ms; the screen was:\n${text}\n${await panel(page)}`);
    await delay(50);
  }
}

/** What the lab's panel says, for whoever reads why a test failed. */
const panel = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const work = document.querySelector<HTMLElement>("[data-phase]");
    return work === null ? `no host is shown at ${location.href}` : `the host is ${work.dataset["phase"]}: ${work.innerText.slice(0, 1000)}`;
  });

export async function type(page: Page, line: string): Promise<void> {
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

export async function accessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
    what,
  );
}
