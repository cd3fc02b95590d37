/**
 * What can be seen of one host, side by side: shells, a guest's console, the X-ray. All of it by keyboard. A real browser, the real
 * server, a real host.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PROMPT } from "../support/learner-page.ts";
import { type Line, openLine } from "../support/line.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

let line: Line;
let server: RealServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

before(async () => {
  line = await openLine(() => Number(new URL(server.url).port));
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${line.port}` });
  browser = await openBrowser();
  page = await openPage(browser, { width: 1600, height: 1000 });
  context = page.context();
  await page.goto(`http://127.0.0.1:${line.port}/changing-a-running-vm/cpu-hot-add/`);
  await page
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(page, PROMPT);
});
after(async () => {
  await browser?.close();
  line?.close();
  await server?.close();
});

const tab = (name: string) => page.getByRole("tab", { name, exact: true });
/** The terminal of that name. */
const terminal = (name: string) => page.getByRole("region", { name, exact: true });
const picture = async (name: string): Promise<void> => {
  const folder = process.env["RINGSIDE_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/views-${name}.png` });
};

/** Presses a button by key alone. */
async function press(name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).last().focus();
  await page.keyboard.press("Enter");
}
async function typeIn(name: string, line: string): Promise<void> {
  await terminal(name).locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}
async function shows(name: string, text: RegExp): Promise<void> {
  await terminal(name).locator(".xterm-rows").filter({ hasText: text }).waitFor();
}

test("the first visit has a tour of three steps, which is over when it is over", async () => {
  const tour = page.getByRole("complementary", { name: "A short tour" });
  await tour.waitFor();
  await accessible(page, "the tour");
  for (const button of ["Next", "Next", "Got it"]) await tour.getByRole("button", { name: button }).click();
  assert.equal(await tour.count(), 0);
  await page.reload();
  await onScreen(page, PROMPT);
  assert.equal(await tour.count(), 0);
});

test("tabs are opened, named, put below one another, walked and closed by keyboard, and are there after a reload", async () => {
  await press("Open another tab");
  await page.waitForFunction(() => document.activeElement?.textContent === "New terminal");
  await page.keyboard.press("Enter");
  await tab("Terminal 2").waitFor();
  await press("This tab");
  await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
  await accessible(page, "the menu of a tab");
  await page.getByLabel("Name", { exact: true }).fill("notes");
  await page.keyboard.press("Enter");
  await tab("notes").waitFor();
  await press("This tab");
  await page.getByRole("button", { name: "Put below the others" }).focus();
  await page.keyboard.press("Enter");
  await typeIn("Terminal 1", "clear; echo in-$((1 + 1))");
  await typeIn("notes", "clear; echo in-$((2 + 2))");
  await shows("Terminal 1", /^in-2/);
  await shows("notes", /^in-4/);
  await accessible(page, "two panes");
  await picture("split");

  await page.reload();
  await shows("Terminal 1", /in-2/);
  await shows("notes", /in-4/);
  // F6 leads out of the terminal, Delete closes the tab.
  await terminal("notes").locator(".xterm-helper-textarea").focus();
  await page.keyboard.press("F6");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "notes");
  await page.keyboard.press("Delete");
  assert.equal(await tab("notes").count(), 0);
  assert.equal(await page.getByRole("separator", { name: /Width/ }).count(), 1, "one pane again, beside the text");
});

test("a guest's console is a tab of its own, and a command of the guest in the text is typed into it", async () => {
  await press("Open another tab");
  await page.getByRole("button", { name: "Console of smartgo_01" }).click();
  await shows("Console of smartgo_01", /Connected to domain/);
  await typeIn("Console of smartgo_01", "");
  await shows("Console of smartgo_01", /root@smartgo_01/);
  await page.locator('run-command[data-guest="smartgo_01"] button').first().click();
  await page.locator(".said", { hasText: "Typed into “Console of smartgo_01”" }).waitFor();
  await accessible(page, "a console");
});

test("the X-ray shows four vCPU threads after setvcpus, those that the host's ps shows", async () => {
  await press("Open another tab");
  await page.getByRole("button", { name: "X-ray" }).click();
  await press("This tab");
  await page.getByRole("button", { name: "Put below the others" }).click();
  const threads = page.locator('[data-part=vcpu][data-guest="smartgo_01"]');
  await threads.first().waitFor();
  assert.equal(await threads.count(), 1);
  await accessible(page, "the X-ray");
  await tab("Terminal 1").click();
  await typeIn("Terminal 1", "clear; virsh setvcpus smartgo_01 4 --live");
  await threads.nth(3).waitFor();
  assert.equal(await threads.count(), 4);
  await picture("xray");
  const drawn = (await threads.evaluateAll((all) => all.map((each) => Number((each as HTMLElement).dataset["tid"])))).sort();
  await typeIn("Terminal 1", "clear; echo $(ps -L -o tid=,comm= -p $(pgrep -f guest=smartgo_01 | head -n 1) | awk '/CPU/ {print $1}') tids");
  await shows("Terminal 1", /[\d ]+ tids/);
  const told = /([\d ]+) tids/
    .exec(await terminal("Terminal 1").locator(".xterm-rows").innerText())?.[1]
    ?.trim()
    .split(" ")
    .map(Number)
    .sort();
  assert.deepEqual(drawn, told);
  await page.getByRole("button", { name: "Table" }).click();
  await page
    .getByRole("cell", { name: String(told?.[0]) })
    .first()
    .waitFor();
  await accessible(page, "the X-ray as a table");
});

test("the browser goes offline and comes back: what was typed meanwhile arrives, once", async () => {
  await typeIn("Terminal 1", "clear; echo before");
  await shows("Terminal 1", /before/);
  await context.setOffline(true);
  line.cut();
  await page.getByText("Connection lost. Connecting again…").first().waitFor();
  await typeIn("Terminal 1", "echo typed-$((40 + 2))-offline");
  line.mend();
  await context.setOffline(false);
  await shows("Terminal 1", /typed-42-offline/);
  const rows = await terminal("Terminal 1").locator(".xterm-rows").innerText();
  assert.equal(rows.split("typed-42-offline").length, 2, rows);
});

test("the lab fills the window and goes back", async () => {
  await press("Fill the window with the lab");
  await page.waitForFunction(() => document.querySelector(".lab-panel")?.getBoundingClientRect().left === 0);
  await accessible(page, "the large view");
  await press("Leave the large view");
  await page.waitForFunction(() => (document.querySelector(".lab-panel")?.getBoundingClientRect().left ?? 0) > 100);
});
