/**
 * The time of a host, with settings of seconds: a warning, more time, the end, and a host that nobody looks at. A real browser,
 * the real server, a real host.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { recordedHosts } from "../../lab-server/hosts/qemu/record.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const SETTINGS = {
  RINGSIDE_POOL_SIZE: "0",
  RINGSIDE_FREEZE_AFTER_MS: "3000",
  RINGSIDE_PARK_AFTER: "8s",
  RINGSIDE_LIFE: "40s",
  RINGSIDE_WARN_BEFORE: "20s",
  RINGSIDE_MORE: "20s",
  RINGSIDE_MORE_TIMES: "1",
};
const LESSON = "/changing-a-running-vm/cpu-hot-add/";
let server: RealServer;
let browser: Browser;
let page: Page;

before(async () => {
  server = await startRealServer(SETTINGS);
  browser = await openBrowser();
  page = await openPage(browser, { width: 1440, height: 900 });
  await page.goto(`${server.url}${LESSON}`);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const parked = async (): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; recordedHosts(server.stateDir).length > 0; await delay(100)) {
    assert.ok(Date.now() < deadline, "the host was not parked");
  }
};

test("a warning comes, more time moves it once, and at the end the host is parked and waits for a word", async () => {
  await page
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(page, PROMPT);
  await type(page, "clear; WORD=kept; echo ready $((1 + 1))");
  const note = page.locator(".lab-life");
  await note.waitFor();
  await page.getByRole("button", { name: "1 min more" }).click();
  await note.waitFor({ state: "detached" });
  await note.waitFor();
  assert.match(await note.innerText(), /time is up in less than a minute\. Nothing is lost/);
  assert.equal(await note.getByRole("button").count(), 0, "there was more time once");
  await accessible(page, "with the warning");
  await page.getByText("Your host’s time was up").waitFor();
  await parked();
  await accessible(page, "with a host whose time is up");
  await delay(1_000);
  assert.ok(await page.getByRole("button", { name: "Wake it" }).isVisible(), "it does not wake by itself under the learner's eyes");
});

test("it comes back where it stood when its page is seen anew, and with new time", async () => {
  await page.reload();
  await onScreen(page, /^ready 2$/m);
  await type(page, 'echo "<$WORD>"');
  await onScreen(page, /^<kept>$/m);
});

test("a host that nobody looks at is frozen, then parked, and is there again when somebody does", async () => {
  await page.goto("about:blank");
  await parked();
  await page.goto(`${server.url}${LESSON}`);
  await onScreen(page, /^<kept>$/m);
});
