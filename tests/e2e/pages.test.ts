/**
 * Every page of the built site, whatever pages there are: accessible in both themes, no wider than a small screen, and
 * found by the search.
 */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, ConsoleMessage, Page } from "playwright-core";
import { sideBySide } from "../../lab-server/trial/side-by-side.ts";
import { openBrowser } from "../support/browser.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const SITE = process.env["RINGSIDE_SITE_DIR"] ?? fileURLToPath(new URL("../../dist", import.meta.url));
const PAGES = globSync("**/*.html", { cwd: SITE })
  .map((file) => `/${file.replace(/(^|\/)index\.html$/, "$1")}`)
  .sort();

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Between the themes nothing but colours differs. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** So many pages are read side by side, each in a window of its own: axe keeps one core busy. */
const WINDOWS = 2;

let server: RealServer;
let browser: Browser;
let page: Page;
/** What was found on each page; each test waits for its own. */
let readings: ReadonlyMap<string, Promise<Reading>>;

before(async () => {
  server = await startRealServer({ RINGSIDE_SITE_DIR: SITE, RINGSIDE_POOL_SIZE: "0" });
  browser = await openBrowser();
  const open = async (): Promise<Page> => (await browser.newContext({ viewport: WIDE, reducedMotion: "reduce" })).newPage();
  page = await open();
  const free: Page[] = [];
  const read = sideBySide(PAGES, WINDOWS, async (path) => {
    const window = free.pop() ?? (await open());
    const reading = await readPage(window, path);
    // One that failed may still be on its way, and is left alone.
    free.push(window);
    return reading;
  });
  readings = new Map(PAGES.map((path, index) => [path, read[index] as Promise<Reading>]));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the site has pages, and as many in Chinese as in English", () => {
  const chinese = PAGES.filter((path) => path.startsWith("/zh-cn/"));
  assert.ok(chinese.length >= 4, SITE);
  assert.deepEqual(
    PAGES.filter((path) => !path.startsWith("/zh-cn/")).map((path) => `/zh-cn${path}`.replace("404.html", "404/")),
    chinese,
  );
});

/** Where axe would measure every coloured word of every listing. Their colours are few: `faintCode` measures each once. */
const LISTINGS = ".expressive-code pre";
const AA_CONTRAST = 4.5;

/** Violations of the rules on the page as it is. Frames of other sites, for which axe opens pages of its own, there are none. */
async function violations(page: Page, rules: { tags: string[] } | { rules: string[] }): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"] })
    .exclude(LISTINGS);
  const { violations: found } = await ("tags" in rules ? axe.withTags(rules.tags) : axe.withRules(rules.rules)).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

/** Colours of code that are too close to the colour behind them. */
function faintCode(page: Page): Promise<string[]> {
  return page.evaluate(
    ({ listings, least }) => {
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      if (context === null) return ["no canvas"];
      const luminance = (colour: string): number => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) =>
          part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (element: Element | null): string => {
        for (let at = element; at !== null; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/^rgba\(.*, 0\)$/.test(backgroundColor)) return backgroundColor;
        }
        return "white";
      };
      const pairs = new Map<string, string>();
      for (const listing of document.querySelectorAll(listings)) {
        const background = behind(listing);
        for (const word of listing.querySelectorAll("span")) {
          if (word.childElementCount === 0 && word.textContent?.trim()) pairs.set(`${getComputedStyle(word).color} on ${background}`, word.textContent);
        }
      }
      return [...pairs].flatMap(([pair, word]) => {
        const [light = 0, dark = 0] = pair
          .split(" on ")
          .map(luminance)
          .sort((a, b) => b - a);
        const contrast = (light + 0.05) / (dark + 0.05);
        return contrast < least ? [`${word}: ${pair}, ${contrast.toFixed(2)}`] : [];
      });
    },
    { listings: LISTINGS, least: AA_CONTRAST },
  );
}

async function inTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  // What moves from one colour to the other has neither for a while.
  await page.evaluate(async (name) => {
    document.documentElement.dataset["theme"] = name;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  }, theme);
}

/** What is wrong with a page; empty where nothing is. */
interface Reading {
  readonly status: number | undefined;
  readonly sideways: readonly string[];
  readonly light: readonly string[];
  readonly lightCode: readonly string[];
  readonly dark: readonly string[];
  readonly darkCode: readonly string[];
  /** What the page itself has thrown. */
  readonly thrown: readonly string[];
}

async function readPage(page: Page, path: string): Promise<Reading> {
  const thrown: string[] = [];
  const onError = ({ message }: Error): void => void thrown.push(message);
  const onConsole = (message: ConsoleMessage): void => void (message.type() === "error" && thrown.push(message.text()));
  page.on("pageerror", onError);
  page.on("console", onConsole);
  try {
    await page.setViewportSize(NARROW);
    const response = await page.goto(server.url + path);
    const sideways = await page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const beyond = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
      return [`${scrollWidth} px`, ...beyond.slice(0, 3).map((element) => element.outerHTML.slice(0, 160))];
    });

    await page.setViewportSize(WIDE);
    await page.waitForFunction((width) => innerWidth === width, WIDE.width);
    // What is folded away is read too.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll<HTMLDetailsElement>("main details")) details.open = true;
    });
    await inTheme(page, "light");
    const light = await violations(page, { tags: WCAG });
    const lightCode = await faintCode(page);
    await inTheme(page, "dark");
    const dark = await violations(page, { rules: COLOUR_RULES });
    const darkCode = await faintCode(page);
    return { status: response?.status(), sideways, light, lightCode, dark, darkCode, thrown };
  } finally {
    page.off("pageerror", onError);
    page.off("console", onConsole);
  }
}

describe("every page can be read by everybody", () => {
  for (const path of PAGES) {
    test(path, async () => {
      const reading = await readings.get(path);
      assert.ok(reading);
      assert.equal(reading.status, 200);
      assert.deepEqual(reading.sideways, [], "scrolls sideways at 360 px");
      assert.deepEqual(reading.light, [], "light theme");
      assert.deepEqual(reading.lightCode, [], "code in the light theme");
      assert.deepEqual(reading.dark, [], "dark theme");
      assert.deepEqual(reading.darkCode, [], "code in the dark theme");
      assert.deepEqual(reading.thrown, [], "the page reported errors");
    });
  }
});

describe("the search finds words of the course", () => {
  for (const [home, words] of [
    ["/", ["hypervisor", "balloon", "setvcpus", "paravirtualization"]],
    ["/zh-cn/", ["热添加", "气球", "虚拟机管理程序", "半虚拟化", "virtio"]],
  ] as const) {
    test(home, async () => {
      await page.goto(server.url + home);
      for (const word of words) {
        const found = await page.evaluate(async (query) => {
          const path = "/pagefind/pagefind.js";
          const pagefind = await import(path);
          await pagefind.destroy();
          const { results } = await pagefind.search(query);
          const pages: { url: string }[] = await Promise.all(results.map((result: { data(): Promise<{ url: string }> }) => result.data()));
          return pages.map(({ url }) => url);
        }, word);
        assert.ok(found.length > 0, word);
        for (const url of found) assert.equal(url.startsWith("/zh-cn/"), home === "/zh-cn/", `${word} led to ${url}`);
      }
    });
  }
});

test("the overview on the home page leads to every lesson, in the order of the sidebar", async () => {
  for (const home of ["/", "/zh-cn/"]) {
    await page.setViewportSize(WIDE);
    await page.goto(server.url + home);
    const shown = await page.locator("course-overview a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    const lessons = PAGES.filter(
      (path) => path.startsWith(home) && (home !== "/" || !path.startsWith("/zh-cn/")) && path.split("/").length > home.split("/").length + 1,
    );
    assert.deepEqual([...shown].sort(), lessons);
    await page.goto(server.url + (shown[0] ?? ""));
    const sidebar = await page.locator("nav.sidebar a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    assert.deepEqual(
      sidebar.filter((href) => shown.includes(href)),
      shown,
    );
  }
});
