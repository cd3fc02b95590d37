/**
 * A class from the first admin to the grades, each of its people in a browser of their own, on the real server with a real host:
 * accounts, roles, a class, its code, a learner at work, and what the instructor sees and takes away.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { makeAdmin, signIn } from "../support/account-page.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const PASSWORD = "correct horse battery";
const PICTURES = process.env["RINGSIDE_PICTURES"];
let server: RealServer;
let browser: Browser;
let admin: Page;
let teacher: Page;
let learner: Page;

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  browser = await openBrowser();
  const open = (): Promise<Page> => openPage(browser, { width: 1440, height: 900 });
  [admin, teacher, learner] = [await open(), await open(), await open()];
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/classes-${name}.png`, fullPage: page === teacher });
}

test("the first admin is made by a command while the lab runs, and makes an instructor of an account", async () => {
  const password = makeAdmin(server, "root", "The", "Admin");

  await teacher.goto(`${server.url}/`);
  await teacher.getByRole("link", { name: "Account" }).first().click();
  await teacher.getByRole("tab", { name: "Create an account" }).click();
  await accessible(teacher, "a new account");
  await teacher.getByLabel("User name").fill("grace");
  await teacher.getByLabel("Your name").fill("Grace Hopper");
  await teacher.getByLabel("Password").fill(PASSWORD);
  await teacher.getByRole("button", { name: "Create an account" }).click();
  await teacher.getByText("Grace Hopper").waitFor();
  await teacher.goto(`${server.url}/teach/`);
  await teacher.getByText("Your account is a learner’s.").waitFor();

  await signIn(admin, server, "root", password);
  await admin.getByLabel("Role of Grace Hopper").selectOption("instructor");
  await admin.getByRole("row", { name: /Grace Hopper/ }).waitFor();
  await accessible(admin, "everybody's roles");
  await picture(admin, "people");
});

test("a wrong password is refused with a sentence", async () => {
  await teacher.goto(`${server.url}/account/`);
  await teacher.getByLabel("User name").fill("grace");
  await teacher.getByLabel("Password").fill("not this one");
  await teacher.getByRole("button", { name: "Sign in" }).click();
  await teacher.getByText("The name and the password do not belong together.").waitFor();
  await accessible(teacher, "a refusal");
});

test("the instructor makes a class and learners come in by its link, without an account", async () => {
  await signIn(teacher, server, "grace", PASSWORD);
  await teacher.getByRole("link", { name: "Your classes as an instructor" }).click();
  await teacher.getByLabel("Name of the class").fill("KVM, spring");
  await teacher.locator(".class-form summary", { hasText: "Changing a running VM" }).click();
  await teacher.getByLabel("Four CPUs without a reboot").check();
  await teacher.getByText(/^This machine runs \d+ such hosts at once/).waitFor();
  await accessible(teacher, "the form of a class");
  await picture(teacher, "form");
  await teacher.getByRole("button", { name: "Make the class" }).click();
  await teacher.getByText("Nobody has joined yet.").waitFor();
  const link = await teacher.getByRole("link", { name: /\/join\/#/ }).getAttribute("href");
  assert.ok(link);

  await learner.goto(link);
  await learner.getByText("You are about to join “KVM, spring”, taught by Grace Hopper.").waitFor();
  await accessible(learner, "about to join");
  await picture(learner, "join");
  await learner.getByLabel("Your name").fill("=Anna");
  await learner.getByRole("button", { name: "Join", exact: true }).click();
  await learner.getByText("You are in the class “KVM, spring”. Your instructor sees you as =Anna.").waitFor();
});

test("what a learner does is seen by the instructor, and leaves as a table", async () => {
  await learner.getByRole("link", { name: "Four CPUs without a reboot", exact: true }).click();
  await learner
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(learner, PROMPT);
  await teacher.getByRole("cell", { name: "Four CPUs without a reboot" }).waitFor();
  await learner
    .getByRole("button", { name: /^Check$/ })
    .first()
    .click();
  await teacher.getByText(/^\d of \d tasks, 1 attempt$/).waitFor({ state: "attached" });
  await accessible(teacher, "the room of a class");
  await picture(teacher, "room");
  const downloading = teacher.waitForEvent("download");
  await teacher.getByRole("link", { name: "Grades as CSV" }).click();
  const csv = readFileSync(await (await downloading).path(), "utf8");
  assert.match(csv, /^\uFEFF"name","learner","joined","points","cpu-hot-add points"/);
  assert.match(csv, /^"'=Anna","[0-9a-f]{32}"/m, "a name is never a formula");
});

test("the instructor looks on, asks to type, and is let; both see it", async () => {
  await teacher.getByRole("button", { name: "=Anna" }).click();
  const watched = teacher.locator(".watch-view");
  await watched
    .getByText(/root@kvm-/)
    .first()
    .waitFor();
  await learner.getByText("Grace Hopper is looking at your terminals.").waitFor();
  await accessible(learner, "somebody looks on");
  await accessible(teacher, "a learner's terminal");
  await type(learner, "clear; echo seen-$((40 + 2))");
  await watched.getByText("seen-42", { exact: true }).waitFor();
  await picture(teacher, "watch");
  await teacher.getByRole("button", { name: "Ask to type" }).click();
  await learner.getByText("Grace Hopper would like to type in your terminals.").waitFor();
  await picture(learner, "asked");
  await learner.getByRole("button", { name: "Let them" }).click();
  await teacher.getByText("You can type here, and they see it.").waitFor();
  await watched.locator(".xterm-helper-textarea").focus();
  await teacher.keyboard.type("clear; echo helped-$((40 + 2))\n");
  await onScreen(learner, /^helped-42$/m);
  await learner.getByRole("button", { name: "Take the keyboard back" }).click();
  await teacher.getByText("They see that you look on.").waitFor();
  await teacher.getByRole("button", { name: "Close", exact: true }).click();
  await learner.getByText("Grace Hopper is looking at your terminals.").waitFor({ state: "detached" });
});

test("a message comes, a hand goes up with a twin of the host, which the instructor opens as it ran", async () => {
  await teacher.getByLabel("Message to the class").fill("Ten minutes left.");
  await teacher.getByRole("button", { name: "Send" }).first().click();
  await learner.getByText("Ten minutes left.").waitFor();
  await picture(learner, "message");
  await learner.getByRole("button", { name: "Got it" }).click();

  await type(learner, "clear; WORD=kept; echo deep > /run/mark; echo ready");
  await onScreen(learner, /^ready$/m);
  await learner.getByRole("button", { name: "Ask for help" }).click();
  await learner.getByLabel(/^What is the matter/).fill("It hangs.");
  await learner.getByLabel(/^I am stuck/).check();
  await accessible(learner, "raising a hand");
  await picture(learner, "hand");
  await learner.getByRole("button", { name: "Raise your hand" }).click();
  await learner.getByText("Hand is up, with a copy of your host").waitFor();
  await teacher.getByText("“It hangs.”").waitFor();
  await teacher.getByRole("button", { name: "=Anna" }).click();
  await teacher.getByRole("button", { name: "Open the copy of their host" }).click();
  await teacher.getByText("The copy is your own host now.").waitFor();
  await accessible(teacher, "a hand and its twin");
  await picture(teacher, "twin");
  const twin = await teacher.context().newPage();
  twin.setDefaultTimeout(PATIENCE_MS);
  await twin.goto(`${server.url}/changing-a-running-vm/cpu-hot-add/`);
  await onScreen(twin, /^ready$/m);
  await type(twin, 'clear; echo "<$WORD>"; cat /run/mark; rm /run/mark');
  await onScreen(twin, /^<kept>\ndeep$/m);
  await type(learner, "clear; cat /run/mark");
  await onScreen(learner, /^deep$/m);
  await teacher.getByRole("button", { name: "Helped" }).click();
  await learner.getByRole("button", { name: "Ask for help" }).waitFor();

  // The twin is the instructor's host now: it can be shown to everybody.
  await teacher.getByRole("button", { name: "Show terminal 1 to the class" }).click();
  await learner.getByText("Grace Hopper shows a terminal to the class.").waitFor();
  await learner.getByRole("button", { name: "Look at it" }).click();
  await type(twin, "clear; echo shown-$((40 + 2))");
  await learner.locator(".watch-view").getByText("shown-42", { exact: true }).waitFor();
  await picture(learner, "shown");
  await accessible(learner, "what the instructor shows");
  await teacher.getByRole("button", { name: "Stop showing" }).click();
  await learner.getByText("Nothing is shown any more.").waitFor();
  await twin.close();
});

test("the instructor's host becomes the start: a machine of its own, with what was in it", async () => {
  const own = await teacher.context().newPage();
  own.setDefaultTimeout(PATIENCE_MS);
  await own.goto(`${server.url}/changing-a-running-vm/cpu-hot-add/`);
  await onScreen(own, PROMPT);
  await type(own, "clear; echo given > /root/note; hostname");
  const name = /^kvm-[a-z0-9]+$/m.exec(await onScreen(own, /^kvm-[a-z0-9]+$/m))?.[0];
  await own.close();
  teacher.once("dialog", (dialog) => void dialog.accept());
  await teacher.getByRole("button", { name: "Make it the start of this exercise" }).click();
  await teacher.getByText(/starts from your host of/).waitFor();
  await learner.getByText(/^Your instructor has given the class a host to begin from/).waitFor();
  await learner.getByRole("tab", { name: "Terminal 1" }).click();
  const before = /root@(kvm-[a-z0-9]+)/.exec(await onScreen(learner, PROMPT))?.[1];
  teacher.once("dialog", (dialog) => void dialog.accept());
  await teacher.getByRole("button", { name: "Reset their host" }).click();
  await onScreen(learner, new RegExp(`\\[root@kvm-(?!${before?.slice(4)})[a-z0-9]+ ~\\]#\\s*$`));
  await type(learner, "clear; cat note; hostname; virsh -q domstate smartgo_01");
  const screen = await onScreen(learner, /^given\nkvm-[a-z0-9]+\nrunning$/m);
  assert.doesNotMatch(screen, new RegExp(`^${name}$`, "m"), "it is no second one of the same name");
});

test("a pause holds the learner's host until the class goes on", async () => {
  await teacher.getByRole("button", { name: "Pause the class" }).click();
  await learner.getByRole("heading", { name: "The class is paused" }).waitFor();
  await accessible(learner, "a class that is paused");
  await picture(learner, "paused");
  await teacher.getByRole("button", { name: "Go on" }).click();
  await learner.getByRole("tab", { name: "Terminal 1" }).waitFor();
  await onScreen(learner, PROMPT);
  await picture(teacher, "room-live");
});

test("in Chinese, on a narrow screen", async () => {
  await teacher.setViewportSize({ width: 360, height: 740 });
  await teacher.goto(`${server.url}/zh-cn/teach/`);
  await teacher.getByText("学员 1 / 30").waitFor();
  await accessible(teacher, "the room, narrow, in Chinese");
  assert.equal(
    await teacher.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    true,
    "nothing is wider than the screen",
  );
  await picture(teacher, "narrow");
});
