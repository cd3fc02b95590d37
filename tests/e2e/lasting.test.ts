/**
 * Nothing is lost, and nobody has to ask: tasks that tick by themselves, snapshots that go as deep as memory, a server that is
 * killed and started again. A real browser, the real server, real hosts.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { recordedHosts } from "../../lab-server/hosts/qemu/record.ts";
import { readCast } from "../../lab-server/recordings/testing.ts";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PROMPT, screen, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const stateDir = mkdtempSync(join(tmpdir(), "ringside-lasting-"));
let port: string;
let server: RealServer;
let browser: Browser;
let page: Page;

/** A port that nobody has now; the page must find the second server where the first one was. */
async function freePort(): Promise<string> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  await new Promise((resolve) => holder.close(resolve));
  return String(typeof address === "object" && address?.port);
}
const startHere = (): Promise<RealServer> =>
  startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_PORT: port, RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${port}` }, stateDir);

before(async () => {
  port = await freePort();
  server = await startHere();
  browser = await openBrowser();
  page = await openPage(browser, { width: 1440, height: 900 });
  await page.goto(`http://127.0.0.1:${port}/changing-a-running-vm/cpu-hot-add/`);
  await page
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(page, PROMPT);
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(stateDir, { recursive: true, force: true });
});

test("a snapshot brings back memory, guests and the shell", async () => {
  await type(page, "clear; WORD=kept; echo deep > /run/mark; echo ready $((1 + 1))");
  await onScreen(page, /^ready 2$/m);
  await page.getByRole("button", { name: /^Snapshots/ }).click();
  await accessible(page, "with the snapshots open");
  await page.getByLabel("Take a snapshot").fill("before I try this");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("before I try this", { exact: true }).waitFor();
  await page.keyboard.press("Escape");

  await type(page, "clear; WORD=gone; rm /run/mark; virsh -q destroy smartgo_01; virsh -q domstate smartgo_01");
  await onScreen(page, /^shut off$/m);

  await page.getByRole("button", { name: "Snapshots (1)" }).click();
  await page.getByRole("button", { name: "Return to “before I try this”" }).click();
  await page.getByRole("button", { name: "Go back" }).click();
  await onScreen(page, /^ready 2$/m);
  await type(page, 'clear; echo "<$WORD>"; cat /run/mark; virsh -q domstate smartgo_01');
  await onScreen(page, /^<kept>\ndeep\nrunning$/m);
});

test("what a terminal shows is recorded by the learner's word, played in the page and downloaded", async () => {
  await page.getByRole("button", { name: "Record terminal 1" }).click();
  await page.getByText("Everything that appears in this terminal from now on").waitFor();
  await accessible(page, "with the question about a recording");
  await page.getByRole("button", { name: "Start recording" }).click();
  const stop = page.getByRole("button", { name: "Stop recording terminal 1" });
  await stop.waitFor();
  await type(page, "clear; echo recorded-$((40 + 2))-虚拟机");
  await onScreen(page, /^recorded-42-虚拟机\n\[root@/m);
  await stop.click();
  await page.getByRole("button", { name: "Show it" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /^Download the recording/ }).click()]);
  assert.match(download.suggestedFilename(), /^cpu-hot-add-.*-1\.cast$/);
  const cast = readCast(readFileSync(await download.path(), "utf8"));
  const shown = cast.events.flatMap(([, code, data]) => (code === "o" ? [data] : [])).join("");
  assert.match(shown, /recorded-42-虚拟机/);
  assert.ok(cast.events.some(([, code, data]) => code === "m" && data === "exit 0"));

  await page.getByRole("button", { name: /^Play the recording/ }).click();
  const player = page.getByRole("region", { name: /^Recording / });
  await player.getByText("recorded-42-虚拟机").waitFor();
  await player.getByRole("button", { name: "Play", exact: true }).waitFor();
  await accessible(page, "with a recording that was played");
  await page.getByRole("tab", { name: "Terminal 1" }).click();

  // Told once, it begins at once; the server is killed with it.
  await page.getByRole("button", { name: "Record terminal 1" }).click();
  await stop.waitFor();
});

test("kill -9 of the server in the middle of a command: the page comes back to the same shell, and the output is whole", async () => {
  await type(page, "clear; for i in $(seq 1 300); do echo line-$i; sleep 0.03; done; echo whole-$WORD");
  await onScreen(page, /^line-40$/m);
  server.process.kill("SIGKILL");
  await page.getByText("Connection lost. Connecting again…").first().waitFor();
  await page.keyboard.type("echo typed-$((40 + 2))-away");
  await page.keyboard.press("Enter");
  await delay(2_000);
  server = await startHere();
  const text = await onScreen(page, /^typed-42-away$/m);
  assert.match(text, /^line-297\nline-298\nline-299\nline-300\nwhole-kept$/m);
  await page.getByText("Ended when the lab server stopped").waitFor();
});

test("after that server too, snapshots are there and can be returned to", async () => {
  await page.getByRole("button", { name: "Snapshots (1)" }).click();
  await page.getByRole("button", { name: "Return to “before I try this”" }).click();
  await page.getByRole("button", { name: "Go back" }).click();
  await onScreen(page, /^ready 2$/m);
});

test("tasks are ticked by themselves, without a button", async () => {
  const checks: string[] = [];
  page.on("request", (request) => request.url().endsWith("/checks") && checks.push(request.url()));
  await type(page, "clear; virsh setvcpus smartgo_01 4 --live");
  await page.getByText("All done. Well played.").first().waitFor();
  assert.deepEqual(checks, []);
  await accessible(page, "with tasks that were ticked by themselves");
  await page.reload();
  await page.getByText("All done. Well played.").first().waitFor();
});

test("a server that is stopped parks the host, and the next one brings it back where it stood, when its page is seen", async () => {
  await type(page, "clear; WORD=$WORD-and-parked; for i in $(seq 1 2000); do echo tick-$i; sleep 0.5; done");
  await onScreen(page, /^tick-3$/m);
  const { process: stopping } = server;
  const ended = new Promise((resolve) => stopping.once("exit", resolve));
  stopping.kill("SIGTERM");
  await ended;
  assert.deepEqual(recordedHosts(stateDir), [], "nothing of the host runs on");
  // It ran on while it was saved: what came until then is no proof of a host that was brought back, and its terminal takes no keys.
  const before = Number(/tick-(\d+)\s*$/.exec(await screen(page))?.[1]);
  server = await startHere();
  await onScreen(page, new RegExp(`^tick-${before}\\ntick-${before + 1}[\\s\\S]*tick-${before + 10}$`, "m"));
  await page.keyboard.press("Control+c");
  await type(page, 'clear; echo "<$WORD>"');
  await onScreen(page, /^<kept-and-parked>$/m);
});
