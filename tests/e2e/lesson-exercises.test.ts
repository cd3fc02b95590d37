/**
 * A lesson with several exercises, as a learner walks through it: choosing one, leaving it unfinished, solving it, and
 * moving on to the next. A real browser, the real server, real hosts.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { readPage } from "../../src/guards/lessons.ts";
import { openBrowser } from "../support/browser.ts";
import { openPage } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const DOCS = fileURLToPath(new URL("../../src/content/docs", import.meta.url));
/** The exercise that is solved here, and the command that does it. */
const SOLVED = "memory-balloon";
const SOLUTION = "virsh setmem smartgo_01 1024M --live";
const PATIENCE_MS = 90_000;
const PROMPT = /\[root@kvm-[a-z0-9]+ ~\]#\s*$/;

const lesson = globSync("*/*.mdx", { cwd: DOCS, exclude: ["zh-cn/**"] })
  .map((file) => readPage(file, readFileSync(`${DOCS}/${file}`, "utf8")))
  .find(({ matter }) => Array.isArray(matter["exercises"]) && matter["exercises"].length > 1 && matter["exercises"].includes(SOLVED));
const exercises = (lesson?.matter["exercises"] ?? []) as string[];
const other = exercises.find((id) => id !== SOLVED) ?? "";

let server: RealServer;
let browser: Browser;
let page: Page;

const screen = (): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll(".xterm-rows > div")].map((row) => (row.textContent ?? "").trimEnd()).join("\n"));

/** Waits for a prompt, and gives the name of the host that shows it. */
async function prompt(): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const text = await screen();
    const name = PROMPT.test(text) ? /kvm-[a-z0-9]+/.exec(text)?.[0] : undefined;
    if (name !== undefined) return name;
    assert.ok(Date.now() < deadline, `no prompt within ${PATIENCE_MS} ms; the screen was:\n${text}`);
    await delay(50);
  }
}

async function accessible(what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(".lab-panel").withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
    what,
  );
}

async function passes(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = page.waitForResponse((response) => response.url().endsWith("/checks"), { timeout: PATIENCE_MS });
    await page.getByRole("button", { name: /^Check/ }).click();
    const verdict = await (await answer).json();
    if (verdict.outcome === "passed") return;
    assert.ok(Date.now() < deadline, JSON.stringify(verdict));
    await delay(2_000);
  }
}

const tab = (id: string) => page.locator(`#choose-${id}`);
const selected = (): Promise<string | null> => page.locator(".lab-choice [aria-selected=true]").getAttribute("data-exercise");

describe("a lesson with several exercises", { skip: lesson === undefined && `no lesson has ${SOLVED} and another exercise` }, () => {
  before(async () => {
    const site = process.env["RINGSIDE_SITE_DIR"];
    server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", ...(site === undefined ? {} : { RINGSIDE_SITE_DIR: site }) });
    browser = await openBrowser();
    page = await openPage(browser, { width: 1440, height: 900 }, { locale: "en-GB" });
    await page.goto(`${server.url}/${lesson?.address}/`);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test("the first exercise is there at first; arrow keys choose, and the choice is remembered", async () => {
    assert.equal(await selected(), exercises[0]);
    await page.locator(".lab-choice [role=tab]").first().focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await selected(), exercises[1]);
    assert.equal(await page.locator(".lab-exercise:visible").getAttribute("data-exercise"), exercises[1]);
    await accessible("a chosen exercise");
    await page.reload();
    assert.equal(await selected(), exercises[1]);
  });

  test("the card in the text chooses its exercise, and Start starts that one", async () => {
    await page.locator(`#exercise-${other} button`).click();
    assert.equal(await selected(), other);
    const asked = page.waitForRequest((request) => request.url().endsWith("/api/v1/seats") && request.method() === "POST");
    await page.getByRole("button", { name: /^Start$/ }).click();
    assert.equal((await asked).postDataJSON().exercise, other);
    await prompt();
    await accessible("a terminal below the choice");
  });

  let left: string;
  test("with an unfinished one behind, the way back comes first and loses nothing", async () => {
    left = await prompt();
    await tab(SOLVED).click();
    await page.getByText("which you have not finished yet").waitFor();
    await accessible("on the way to another exercise");
    await page.getByRole("button", { name: "Back to the other one" }).click();
    assert.equal(await prompt(), left);
    assert.equal(await selected(), other);
  });

  test("moving on ends the old host and starts the chosen exercise on a fresh one", async () => {
    await tab(SOLVED).click();
    await page.getByRole("button", { name: "Start this exercise" }).click();
    assert.notEqual(await prompt(), left);
  });

  test("once it is solved, the next one is offered", async () => {
    await page.locator(".xterm-helper-textarea").first().focus();
    await page.keyboard.type(SOLUTION);
    await page.keyboard.press("Enter");
    await passes();
    assert.ok(await tab(SOLVED).getByText("Done").count());
    const solved = await prompt();
    await page.getByRole("button", { name: /^Next exercise: / }).click();
    assert.notEqual(await selected(), SOLVED);
    await page.getByText("which you have finished").waitFor();
    await page.getByRole("button", { name: "Start this exercise" }).click();
    assert.notEqual(await prompt(), solved);
  });

  test("the overview tells how much of the lesson is done", async () => {
    await page.goto(server.url);
    const mark = page.locator("course-overview li", { has: page.locator(`a[href="/${lesson?.address}/"]`) }).locator(".mark");
    await mark.waitFor();
    assert.equal(await mark.textContent(), `1 of ${exercises.length} exercises done`);
  });

  test("without script, every exercise with its tasks can be read", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const reader = await context.newPage();
    await reader.goto(`${server.url}/${lesson?.address}/`);
    for (const id of exercises) assert.ok((await reader.locator(`#tasks-${id} li:visible`).count()) > 0, id);
    await context.close();
  });
});
