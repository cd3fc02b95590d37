/**
 * The whole path, as a learner walks it: a real browser, the real server, real hosts. In both languages.
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { hostFiles } from "../../lab-server/hosts/qemu/files.ts";
import { readRecord } from "../../lab-server/hosts/qemu/record.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, screen, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

let server: RealServer;
let browser: Browser;

before(async () => {
  server = await startRealServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const words = {
  en: { start: /^Start$/, check: /^Check/, done: "All done. Well played.", replace: "End it and start this exercise", newHost: "Get a new host", root: "" },
  "zh-cn": { start: /^启动$/, check: /检查/, done: "", replace: "", newHost: "", root: "/zh-cn" },
} as const;

async function learner(locale: "en" | "zh-cn", lesson: string): Promise<{ page: Page; context: BrowserContext }> {
  const page = await openPage(browser, { width: 1440, height: 900 }, { locale: locale === "en" ? "en-GB" : "zh-CN" });
  await page.goto(`${server.url}${words[locale].root}/changing-a-running-vm/${lesson}/`);
  return { page, context: page.context() };
}

async function start(page: Page, locale: "en" | "zh-cn"): Promise<void> {
  await page.getByRole("button", { name: words[locale].start }).first().click();
  await onScreen(page, PROMPT);
}

async function check(page: Page): Promise<{ outcome: string; tasks: { task: string; outcome: string }[] }> {
  const answer = page.waitForResponse((response) => response.url().endsWith("/checks"), { timeout: PATIENCE_MS });
  await page
    .locator("lab-dock, body")
    .first()
    .getByRole("button", { name: /^(Check|检查|再次检查|重新检查)/ })
    .first()
    .click();
  return (await answer).json();
}

/** Checks until the exercise passes, `tries` times more at most: the guest needs a moment to switch on or give back what it was given. */
async function passes(page: Page, tries: number): Promise<void> {
  let verdict = await check(page);
  for (let round = 0; verdict.outcome !== "passed" && round < tries; round += 1) {
    await delay(2_000);
    verdict = await check(page);
  }
  assert.equal(verdict.outcome, "passed", JSON.stringify(verdict));
}

describe("cpu-hot-add, in English", () => {
  let page: Page;
  let context: BrowserContext;
  before(async () => {
    ({ page, context } = await learner("en", "cpu-hot-add"));
  });
  after(async () => {
    await context.close();
  });

  test("the lesson loads no terminal code before Start, and is accessible", async () => {
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => name.endsWith(".js")),
    );
    const bodies = await Promise.all(scripts.map(async (url) => (await fetch(url)).text()));
    assert.ok(!bodies.some((body) => body.includes("xterm-helper-textarea")), "xterm was loaded");
    const kilobytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000;
    assert.ok(kilobytes < 60, `${kilobytes} kB of script before Start`);
    await accessible(page, "before Start");
  });

  test("Start leads to a shell on the learner's own host", async () => {
    await start(page, "en");
    await accessible(page, "with a terminal");
  });

  test("an untouched host fails the check, and the verdict says what to look at", async () => {
    const verdict = await check(page);
    assert.equal(verdict.outcome, "failed");
    await page.getByText("Where to look").first().waitFor();
    await accessible(page, "with a verdict");
  });

  test("the seed's command, typed, turns the exercise green", async () => {
    await type(page, "virsh setvcpus smartgo_01 4 --live");
    await onScreen(page, /setvcpus[\s\S]*\[root@kvm-\w+ ~\]#\s*$/);
    await passes(page, 5);
    await page.getByText(words.en.done).first().waitFor();
  });

  test("UTF-8 and Chinese come through whole", async () => {
    await type(page, "clear; printf '虚拟化 %s é 🐧\\n' 宿主机");
    await onScreen(page, /^虚拟化 宿主机 é 🐧$/m);
  });

  test("what has scrolled away is found, and a paste of many lines is asked about", async () => {
    await type(page, "clear; seq 1 200 | sed 's/^/row-/'");
    await onScreen(page, /^row-200$/m);
    await page.keyboard.press("Control+Shift+F");
    await page.getByRole("textbox", { name: "Search in this terminal" }).fill("row-42");
    await onScreen(page, /^row-42$/m);
    await accessible(page, "with the search open");
    await page.keyboard.press("Escape");

    const paste = (lines: number) =>
      page.evaluate((count) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", Array.from({ length: count }, (_, index) => `echo pasted-$((${index} + 1))`).join("\n"));
        document.querySelector(".xterm-helper-textarea")?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, lines);
    await paste(12);
    await page.getByText("Paste 12 lines?").waitFor();
    await accessible(page, "with a question about a paste");
    await page.getByRole("button", { name: "Cancel" }).click();
    await paste(12);
    await page.getByRole("button", { name: "Paste", exact: true }).click();
    await page.keyboard.press("Enter");
    await onScreen(page, /^pasted-12$/m);
  });

  test("a reload brings back the same shell with its screen", async () => {
    await type(page, "clear; mark=$RANDOM$RANDOM; echo mark is $mark");
    const mark = /mark is (\d+)/.exec(await onScreen(page, /^mark is \d+$/m))?.[1];
    await page.reload();
    await onScreen(page, new RegExp(`^mark is ${mark}$`, "m"));
    await type(page, "echo again $mark");
    await onScreen(page, new RegExp(`^again ${mark}$`, "m"));
  });

  test("the size of the terminal is the size of the panel", async () => {
    await page.setViewportSize({ width: 1400, height: 700 });
    await type(page, "clear; stty size");
    const [, rows, cols] = /^(\d+) (\d+)$/m.exec(await onScreen(page, /^\d+ \d+$/m)) ?? [];
    const shown = await page.evaluate(() => document.querySelectorAll(".xterm-rows > div").length);
    assert.equal(Number(rows), shown);
    assert.ok(Number(cols) > 30);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("`yes` neither freezes the page nor resists Ctrl+C", async () => {
    await type(page, "clear; yes");
    await onScreen(page, /^y\ny\ny$/m);
    const lag = await page.evaluate(async () => {
      let worst = 0;
      for (let round = 0; round < 30; round += 1) {
        const began = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 20));
        worst = Math.max(worst, performance.now() - began - 20);
      }
      return worst;
    });
    assert.ok(lag < 1_000, `the page stood still for ${lag} ms`);
    await page.keyboard.press("Control+c");
    // With the terminal's queue full, the kernel echoes ^C only after bash has begun its new line.
    await onScreen(page, /\^C\n?\[root@kvm-\w+ ~\]#\s*$/);
  });

  test("the button beside a command types it into the terminal", async () => {
    await type(page, "clear");
    await page.locator('.run[data-on="host"] .head button').first().click();
    const command = await page.locator('.run[data-on="host"]').first().getAttribute("data-command");
    assert.ok(command !== null);
    await onScreen(page, new RegExp(`# ${command.split("\n")[0]?.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`));
  });

  test("QEMU killed from outside: the page says so within 2 s, and one click gives a new host", async () => {
    const id = readdirSync(join(server.stateDir, "hosts"))
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -5));
    const shown = /kvm-([a-z0-9]{6})/.exec(await screen(page))?.[1];
    const mine = id.find((one) => one.startsWith(shown ?? "?"));
    assert.ok(mine !== undefined);
    const pid = readRecord(hostFiles(server.stateDir, mine))?.process?.pid;
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    await page.getByText("The host is gone").first().waitFor({ timeout: 2_000 });
    await accessible(page, "with a lost host");
    await page.getByRole("button", { name: words.en.newHost }).first().click();
    await onScreen(page, PROMPT);
  });

  test("another lesson says where the host is, and takes it over when asked", async () => {
    await page.goto(`${server.url}/changing-a-running-vm/memory-balloon/#exercise-memory-balloon`);
    await page.getByRole("button", { name: words.en.replace }).click();
    await onScreen(page, PROMPT);
    await type(page, "virsh setmem smartgo_01 1024M --live");
    await onScreen(page, /setmem[\s\S]*\[root@kvm-\w+ ~\]#\s*$/);
    await passes(page, 8);
  });
});

describe("cpu-hot-add, in Chinese", () => {
  test("read, start, solve, green", async () => {
    const { page, context } = await learner("zh-cn", "cpu-hot-add");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await start(page, "zh-cn");
    assert.equal((await check(page)).outcome, "failed");
    await accessible(page, "Chinese, with a verdict");
    await type(page, "virsh setvcpus smartgo_01 4 --live");
    await onScreen(page, /setvcpus[\s\S]*\[root@kvm-\w+ ~\]#\s*$/);
    await passes(page, 5);
    await context.close();
  });
});

describe("without the lab", () => {
  test("two tabs that click Start at once get one host", async () => {
    const { page, context } = await learner("en", "cpu-hot-add");
    const other = await context.newPage();
    await other.goto(page.url());
    await Promise.all([page, other].map((tab) => tab.getByRole("button", { name: words.en.start }).first().click()));
    const [one, two] = await Promise.all([onScreen(page, PROMPT), onScreen(other, PROMPT)]);
    const name = (text: string) => /kvm-[a-z0-9]+/.exec(text)?.[0];
    assert.equal(name(one), name(two));
    await context.close();
  });

  test("every page can be read with no script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    for (const path of ["/", "/zh-cn/", "/changing-a-running-vm/cpu-hot-add/", "/zh-cn/changing-a-running-vm/memory-balloon/"]) {
      await page.goto(server.url + path);
      assert.ok((await page.locator("main").innerText()).length > 400, path);
    }
    await page.goto(`${server.url}/changing-a-running-vm/cpu-hot-add/`);
    assert.match(await page.locator("main").innerText(), /virsh setvcpus smartgo_01 4 --live/);
    await context.close();
  });

  test("search finds Chinese words", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/zh-cn/changing-a-running-vm/cpu-hot-add/`);
    for (const word of ["热添加", "气球", "virtio"]) {
      const found = await page.evaluate(async (query) => {
        const path = "/pagefind/pagefind.js";
        const pagefind = await import(path);
        return (await pagefind.search(query)).results.length as number;
      }, word);
      assert.ok(found > 0, word);
    }
    await context.close();
  });
});
