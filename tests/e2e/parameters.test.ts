/**
 * What is drawn for a learner stands in the exam's texts, in the browser: before the start a word, then the learner's own values, and another
 * learner's are others. The site and the server are real; the hosts are not, for nothing is done in them.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { TEMPLATES } from "../../lab-server/contract/exercise.ts";
import { fillText } from "../../lab-server/contract/parameters.ts";
import type { Me } from "../../lab-server/contract/seat.ts";
import { loadCatalogue } from "../../lab-server/exercises/catalogue.ts";
import { fakeServer } from "../../lab-server/fake-rooms.ts";
import { openBrowser } from "../support/browser.ts";

const EXAM = "capstone-exam";
const ROOT = join(import.meta.dirname, "../..");
const catalogue = await loadCatalogue(join(ROOT, "src/content/exercises"));
const { tasks } = catalogue.get(EXAM).definition;
/** A task whose text has two values in it. */
const fixed = tasks.find(({ id }) => id === "fixed-lease");
assert.ok(fixed);

let server: Awaited<ReturnType<typeof fakeServer>>;
let browser: Browser;
let url: string;
before(async () => {
  server = await fakeServer({ catalogue, templates: [...TEMPLATES], siteDir: join(ROOT, "dist") });
  url = await server.app.listen({ port: 0, host: "127.0.0.1" });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A learner starts the exam. Gives the page, and what was drawn. */
async function start(path: string, button: string): Promise<{ page: Page; drawn: NonNullable<NonNullable<Me["seat"]>["parameters"]>; before: string }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  const panel = page.locator("#lab-panel");
  await panel.getByText("192.168.").first().waitFor();
  const before = await panel.innerText();
  await page.getByRole("button", { name: button, exact: true }).first().click();
  await page.waitForFunction(async () => (await (await fetch("/api/v1/me")).json()).seat?.phase === "ready");
  const { seat } = (await page.evaluate(async () => (await fetch("/api/v1/me")).json())) as Me;
  assert.ok(seat?.parameters);
  return { page, drawn: seat.parameters, before };
}

test("the exam's tasks are the learner's own, in both languages", async () => {
  const [english, chinese] = await Promise.all([start("/final-exam/exam/", "Start"), start("/zh-cn/final-exam/exam/", "启动")]);
  for (const [{ page, drawn, before }, locale, marked] of [
    [english, "en", "‹"],
    [chinese, "zh-cn", "〈"],
  ] as const) {
    assert.ok(before.includes(marked), "before the start a word stands for what is not drawn yet");
    const own = fillText(fixed.text[locale], drawn).replaceAll("`", "");
    assert.doesNotMatch(own, /[{}‹〈]/);
    await page.locator("#lab-panel").getByText(own).first().waitFor();
    const text = await page.locator("#lab-panel").innerText();
    assert.ok(!text.includes(marked) && !/\{[a-z_]+\}/.test(text), "nothing is left to be filled in");
  }
  assert.notDeepEqual(english.drawn, chinese.drawn, "another learner has another exam");
});
