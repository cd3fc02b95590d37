/**
 * An exam of two exercises on the real server with real hosts: it is made, begun, worked at, left for the other exercise and come back to; more time
 * is given and taken; its time runs out; what is kept of it is opened, appealed against, and graded again on a clone of the frozen host.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { makeAdmin, signIn } from "../support/account-page.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PROMPT, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const PICTURES = process.env["RINGSIDE_PICTURES"];
const CPUS = "Four CPUs without a reboot";
const BALLOON = "Twice the memory without a reboot";
let server: RealServer;
let browser: Browser;
let teacher: Page;
let learner: Page;

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  browser = await openBrowser();
  const open = async (): Promise<Page> => {
    const page = await openPage(browser, { width: 1440, height: 900 });
    page.on("dialog", (dialog) => void dialog.accept());
    return page;
  };
  [teacher, learner] = [await open(), await open()];
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/exams-${name}.png`, fullPage });
}
let broken = false;
/** Each one goes on from the one before: after one that failed nobody waits for the others. */
function step(name: string, work: () => Promise<void>): void {
  test(name, async (t) => {
    if (broken) return t.skip("a step before it failed");
    broken = true;
    await work();
    broken = false;
  });
}

const start = (page: Page) => page.locator("[data-do=start]:visible, [data-do=replace]:visible").first().click();

step("the instructor marks two exercises of a class as an exam", async () => {
  await signIn(teacher, server, "grace", makeAdmin(server, "grace", "Grace"));
  await teacher.goto(`${server.url}/teach/`);
  await teacher.getByLabel("Name of the class").fill("KVM, the exam");
  await teacher.locator(".class-form summary", { hasText: "Changing a running VM" }).click();
  await teacher.getByLabel(CPUS).check();
  await teacher.getByLabel(BALLOON).check();
  await teacher.getByLabel("Some of these exercises are an exam").check();
  await teacher.getByLabel("Minutes for all of them together").fill("30");
  await accessible(teacher, "the form of an exam");
  await picture(teacher, "form");
  await teacher.getByRole("button", { name: "Make the class" }).click();
  await teacher.getByText("Nobody has joined yet.").waitFor();
});

step("a learner reads what holds, begins, works, and comes back to what was left", async () => {
  const link = await teacher.getByRole("link", { name: /\/join\/#/ }).getAttribute("href");
  assert.ok(link);
  await learner.goto(link);
  await learner.getByLabel("Your name").fill("Anna");
  await learner.getByRole("button", { name: "Join", exact: true }).click();
  await learner.getByText("Each exercise has one attempt.").waitFor();
  await accessible(learner, "what holds in an exam");
  await picture(learner, "before");
  await learner.getByRole("button", { name: "Begin the exam" }).click();
  await learner.getByRole("timer").waitFor();
  await learner.locator(".exam-card").getByRole("link", { name: CPUS }).click();
  await start(learner);
  await onScreen(learner, PROMPT);
  await learner.locator(".lab-exam-clock").waitFor();
  assert.equal(await learner.getByRole("button", { name: "Show a hint" }).count(), 0);
  await type(learner, "virsh setvcpus smartgo_01 4 --live && echo d''one");
  await onScreen(learner, /^done$/m);
  await accessible(learner, "the panel in an exam");
  await picture(learner, "panel", false);

  await learner.getByRole("link", { name: "Exam overview" }).click();
  await learner.locator(".exam-card").getByRole("link", { name: BALLOON }).click();
  await start(learner);
  await onScreen(learner, PROMPT);
  await learner.goto(`${server.url}/join/`);
  await learner.locator(".exam-card").getByRole("link", { name: CPUS }).click();
  await start(learner);
  await onScreen(learner, /^done$/m);
  await type(learner, "echo b''ack");
  await onScreen(learner, /^back$/m);
});

/** Clones of frozen hosts come after everything else, and are tried again where the machine is too busy. */
const GRADED = { timeout: 240_000 };

step("the instructor sees the exam run and changes its time; when it is up, the hosts are frozen and graded", async () => {
  const minutes = teacher.getByLabel("Extra minutes");
  await teacher.getByRole("cell", { name: "running" }).waitFor();
  await accessible(teacher, "the room of an exam");
  await picture(teacher, "room");
  await minutes.fill("15");
  await teacher.getByLabel("For", { exact: true }).selectOption({ label: "Anna" });
  await teacher.getByRole("button", { name: "Give", exact: true }).click();
  await teacher.getByRole("cell", { name: "+15 min" }).waitFor();
  await minutes.fill("-45");
  await teacher.getByRole("button", { name: "Give", exact: true }).click();
  await learner.getByText("Your exam is over.").waitFor();
  await picture(learner, "over", false);
  await teacher.getByRole("cell", { name: "time was up" }).waitFor();
  await teacher
    .getByRole("cell", { name: `Attempts of Anna: ${CPUS}` })
    .getByText("passed", { exact: true })
    .waitFor(GRADED);
  await teacher
    .getByRole("cell", { name: `Attempts of Anna: ${BALLOON}` })
    .getByText("not passed", { exact: true })
    .waitFor(GRADED);
  const kept = readdirSync(join(server.stateDir, "saved")).filter((name) => name.endsWith(".json"));
  assert.equal(kept.length, 2, kept.join());
});

step("the learner opens the verdict with what it rests on, and appeals", async () => {
  await learner.goto(`${server.url}/attempts/#cpu-hot-add`);
  await learner.getByRole("button", { name: /^Open attempt/ }).click();
  await learner.getByText("virsh setvcpus smartgo_01 4 --live").waitFor();
  await learner.getByText("guest", { exact: true }).click();
  await learner.getByText("qemuVcpus").waitFor();
  await accessible(learner, "evidence");
  await picture(learner, "evidence");
  await learner.getByLabel("What is wrong with it?").fill("Nothing is wrong. I only try it out.");
  await learner.getByRole("button", { name: "Send" }).click();
  await learner.getByText("Your instructor sees it now.").waitFor();
});

step("the instructor opens the appeal, grades again from the facts and from the host, and answers", async () => {
  await teacher.getByRole("button", { name: `Anna: ${CPUS}`, exact: true }).click();
  await teacher.getByRole("button", { name: "Compute again from the facts" }).click();
  await teacher.getByText("Computed again from the facts").waitFor();
  await teacher.getByRole("button", { name: "Read again from the host" }).click();
  await teacher.locator(".evidence-history strong", { hasText: "Read again from the host" }).waitFor(GRADED);
  const again = teacher.locator(".evidence-history > li", { hasText: "Read again from the host" });
  await again.getByText("The guest's kernel has 4 CPUs online.").waitFor();
  await again.getByText("Same QEMU process").waitFor();
  await again.getByRole("button", { name: "Let this verdict count" }).click();
  await again.getByText("counts", { exact: true }).waitFor();
  await teacher.getByLabel("Your answer").fill("It is as it was.");
  await teacher
    .locator("form", { has: teacher.getByLabel("Your answer") })
    .getByRole("button", { name: "Send", exact: true })
    .click();
  await teacher.getByText("answered", { exact: false }).first().waitFor();
  await accessible(teacher, "an appeal, answered");
  await picture(teacher, "evidence");
  const kept = readdirSync(join(server.stateDir, "saved")).filter((name) => name.endsWith(".json"));
  assert.equal(kept.length, 2, "a clone was asked, and what is kept is still there");
});

step("in Chinese, on a narrow screen, in the dark", async () => {
  for (const [page, path, heading] of [
    [teacher, "/zh-cn/teach/", "考试、申诉与依据"],
    [learner, "/zh-cn/join/", "考试：KVM, the exam"],
    [learner, "/zh-cn/attempts/#cpu-hot-add", "你的检查记录"],
  ] as const) {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(`${server.url}${path}`);
    await page.getByRole("heading", { name: heading }).waitFor();
    if (path.includes("attempts")) await page.getByRole("button", { name: /^打开检查/ }).click();
    await accessible(page, `${path}, narrow`);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await width(), 0, `${path}: nothing is wider than the screen`);
    await picture(page, `narrow-${path.split("/")[2]}`);
  }
});
