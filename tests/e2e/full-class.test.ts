/**
 * A class of thirty, each of its learners in a browser of their own, on hosts of the machine's size: more of them work than there is room
 * for, and who is not looked at stands still and makes room. The real server, real hosts, real browsers.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Grades } from "../../lab-server/contract/classes.ts";
import { makeAdmin, signIn } from "../support/account-page.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const LEARNERS = 30;
/** So many of them work, on a machine that is told to hold fewer hosts. */
const AT_WORK = 10;
const ROOM = 6;
/** So many browsers do something at the same time: the cores are two. */
const AT_ONCE = 3;
const LESSON = "/preparing-a-host/requirements/";
const SOLUTION = readFileSync(new URL("../../src/content/exercises/preparing-a-host/host-readiness/solve.sh", import.meta.url)).toString("base64");

let server: RealServer;
let browser: Browser;
let teacher: Page;
const learners: { readonly name: string; readonly page: Page }[] = [];
let room: string;

const open = (): Promise<Page> => openPage(browser, { width: 1280, height: 800 });

/** Does something with all of them, a few at a time, each as soon as there is room. */
async function each<T>(all: readonly T[], act: (one: T, at: number) => Promise<void>): Promise<void> {
  const rest = [...all.entries()];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await act(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_CPU_BUDGET: String(ROOM), RINGSIDE_FREEZE_AFTER_MS: "500" });
  browser = await openBrowser();
  teacher = await open();
  await signIn(teacher, server, "ada", makeAdmin(server, "ada", "Ada", "Lovelace"));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const grades = async (): Promise<Grades> => (await teacher.request.get(`${server.url}/api/v1/classes/${room}/grades`)).json();

test("thirty browsers join by one link, and the instructor sees every one of them", async () => {
  const made = await teacher.request.post(`${server.url}/api/v1/classes`, {
    data: { name: "Thirty", exercises: [{ exercise: "host-readiness" }], seats: LEARNERS },
    headers: { origin: server.url },
  });
  assert.equal(made.status(), 201, await made.text());
  ({ id: room } = await made.json());
  await teacher.goto(`${server.url}/teach/`);
  const link = await teacher.getByRole("link", { name: /\/join\/#/ }).getAttribute("href");
  assert.ok(link);
  const names = Array.from({ length: LEARNERS }, (_, at) => `Learner ${String(at + 1).padStart(2, "0")}`);
  await each(names, async (name) => {
    const page = await open();
    learners.push({ name, page });
    await page.goto(link);
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByText(`You are in the class “Thirty”. Your instructor sees you as ${name}.`).waitFor();
  });
  learners.sort((a, b) => a.name.localeCompare(b.name));
  await teacher.getByText(`${LEARNERS} of ${LEARNERS} learners`).waitFor();
  assert.equal(await teacher.locator(".class-grid tbody tr").count(), LEARNERS);
  await teacher.getByRole("button", { name: `${LEARNERS} away` }).waitFor();
});

test("whoever works gets a host; those that are left stand still and make room for the next", async () => {
  await each(learners.slice(0, AT_WORK), async (learner, at) => {
    const { page } = learner;
    await page.goto(`${server.url}${LESSON}`);
    await page
      .getByRole("button", { name: /^Start$/ })
      .first()
      .click();
    // Who stands in the queue waits for hosts that are saved first.
    await onScreen(page, PROMPT, 2 * PATIENCE_MS);
    if (at % 4 === 0) {
      await type(page, `clear; echo ${SOLUTION} | base64 -d | bash; echo solved-$?`);
      await onScreen(page, /^solved-0$/m);
    }
    if (at % 2 === 0) {
      await page
        .getByRole("button", { name: /^Check/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Check again" }).waitFor();
    }
    // The first two stay; who goes comes back to it later.
    if (at > 1) await page.goto("about:blank");
  });
  const { learners: standings } = await grades();
  assert.equal(standings.filter(({ now }) => now !== undefined).length, AT_WORK, "everybody has a host, in memory or saved");
  const parked = standings.filter(({ now }) => now?.phase === "parked").length;
  assert.ok(parked >= AT_WORK - ROOM, `${parked} were saved`);
});

test("the instructor watches one, resets one and shows a terminal to all who are there", async () => {
  const [first, second] = learners;
  assert.ok(first && second);
  await teacher.getByRole("button", { name: second.name, exact: true }).click();
  const watched = teacher.locator(".watch-view");
  await type(second.page, "clear; echo seen-$((40 + 2))");
  await watched.getByText("seen-42", { exact: true }).waitFor();
  await second.page.getByText("Ada Lovelace is looking at your terminals.").waitFor();
  const before = /root@(kvm-[a-z0-9]+)/.exec(await onScreen(second.page, PROMPT))?.[1];
  teacher.once("dialog", (dialog) => void dialog.accept());
  await teacher.getByRole("button", { name: "Reset their host" }).click();
  await onScreen(second.page, new RegExp(`\\[root@kvm-(?!${before?.slice(4)})[a-z0-9]+ ~\\]#\\s*$`));

  const own = await teacher.context().newPage();
  own.setDefaultTimeout(PATIENCE_MS);
  await own.goto(`${server.url}${LESSON}`);
  await own
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(own, PROMPT);
  await teacher.reload();
  await teacher.getByRole("button", { name: "Show terminal 1 to the class" }).click();
  for (const { page } of [first, second]) await page.getByRole("button", { name: "Look at it" }).click();
  await type(own, "clear; echo shown-$((40 + 2))");
  for (const { page } of [first, second]) await page.locator(".watch-view").getByText("shown-42", { exact: true }).waitFor();
  await own.close();
});

test("one who was away for long finds the host where it stood, and the table adds up", async () => {
  const last = learners[AT_WORK - 1];
  assert.ok(last);
  await last.page.goto(`${server.url}${LESSON}`);
  await onScreen(last.page, PROMPT);
  await teacher.getByRole("button", { name: /^3 done$/ }).waitFor();
  await accessible(teacher, "a class of thirty");

  const downloading = teacher.waitForEvent("download");
  await teacher.getByRole("link", { name: "Grades as CSV" }).click();
  const [head = "", ...lines] = readFileSync(await (await downloading).path(), "utf8")
    .trim()
    .split("\r\n");
  const columns = head
    .replace("\uFEFF", "")
    .split(",")
    .map((text) => text.replaceAll('"', ""));
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((text, at) => [columns[at] ?? "", text.replaceAll('"', "")])));
  assert.equal(rows.length, LEARNERS);
  const sum = (column: string): number => rows.reduce((all, row) => all + Number(row[column]), 0);
  const { learners: standings } = await grades();
  assert.equal(
    sum("points"),
    standings.reduce((all, { points }) => all + points, 0),
  );
  assert.equal(sum("points"), sum("host-readiness points"));
  assert.equal(sum("host-readiness attempts"), AT_WORK / 2);
  assert.equal(rows.filter((row) => row["points"] === "100").length, 3);
});
