/** Files in and out of the host, and libvirt's XML in the editor. A real browser, the real server, a real host. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, type } from "../support/learner-page.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

let server: RealServer;
let browser: Browser;
let page: Page;
const NAME = 'disk "one" 虚拟机.bin';
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  browser = await openBrowser();
  page = await openPage(browser, { width: 1440, height: 900 });
  await page.goto(`${server.url}/changing-a-running-vm/cpu-hot-add/`);
  await page
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  await onScreen(page, PROMPT, 2 * PATIENCE_MS);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a tab, or shows the one that is there. */
async function view(name: string, more = "Open another tab"): Promise<void> {
  const tab = page.getByRole("tab", { name, exact: true });
  if ((await tab.count()) > 0) return tab.click();
  await page.getByRole("button", { name: more }).click();
  await page.getByRole("button", { name, exact: true }).click();
}
const picture = async (name: string): Promise<void> => {
  const folder = process.env["RINGSIDE_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/files-${name}.png` });
};

/** Drops a file as a hand does, on the element that the selector finds. */
async function drop(selector: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64 ?? ""), (character) => character.charCodeAt(0))], name ?? ""));
      return transfer;
    },
    [NAME, bytes.toString("base64")],
  );
  for (const event of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(selector, event, { dataTransfer: data });
}

test("a file that is dropped on the list is in the host, and comes back with the same bytes", async () => {
  await view("Files");
  await page.getByRole("table", { name: "/root" }).waitFor();
  await drop(".lab-files");
  await page.getByText(`${NAME} is now in /root.`).waitFor();
  const link = page.getByRole("link", { name: `Download ${NAME}` });
  await link.waitFor();
  await picture("list");
  await accessible(page, "the files of the host");
  const downloading = page.waitForEvent("download");
  await link.click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), NAME.replaceAll('"', "_"));
  assert.deepEqual(readFileSync(await download.path()), bytes);
  await drop(".lab-files");
  await page.getByText(`There is a ${NAME} in /root already.`).waitFor();
  await page.getByRole("button", { name: "Skip it" }).click();
});

test("the same file dropped on a terminal goes to /root, and what is there is not replaced unasked", async () => {
  await view("Terminal 1");
  await drop(".lab-xterm");
  await page.getByRole("button", { name: "Replace it" }).click();
  await page.getByText(`${NAME} is now in /root.`).filter({ visible: true }).waitFor();
  await type(page, "clear; stat -c '%s %a %U' /root/disk*");
  await onScreen(page, /^300000 644 root$/m);
});

test("a guest's definition is edited with completion, saved, and is what virsh shows", async () => {
  await view("Files");
  await page.getByRole("button", { name: "Edit Guest smartgo_01" }).click();
  const line = page.locator(".cm-line", { hasText: "<on_crash>" });
  await line.click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("<descr");
  await page.getByRole("option", { name: "description" }).waitFor();
  await picture("completion");
  // For its first 75 ms a list takes no key, so that nobody chooses what has just come up under their fingers. A busy browser may bring it up twice.
  await page.waitForTimeout(1_000);
  await page.keyboard.press("Enter");
  await page.locator(".cm-line", { hasText: /^\s*<description$/ }).waitFor();
  await page.keyboard.type(">written in the page");
  await page.getByText("not saved", { exact: true }).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText(/^Defined\./).waitFor();
  await accessible(page, "the editor");
  await view("Terminal 1");
  await type(page, "clear; virsh dumpxml --inactive smartgo_01 | grep -c '<description>written in the page</description>'");
  await onScreen(page, /^1$/m);
});

test("what is wrong is said with its line, libvirt's refusal is shown, and a text that is not saved survives a reload", async () => {
  await view("smartgo_01.xml");
  await page.locator(".cm-line", { hasText: "<on_crash>" }).click();
  await page.keyboard.press("End");
  // The editor closes the element itself.
  await page.keyboard.type("<on_foo>x");
  await page.getByText(/^Line \d+: libvirt’s schema knows no <on_foo> in <domain>\.$/).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("Element domain has extra content: on_foo").first().waitFor();
  await picture("refused");
  await accessible(page, "a definition that was refused");
  await page.keyboard.press("F6");
  assert.equal(await page.evaluate(() => document.activeElement?.closest(".cm-content") ?? null), null, "F6 leaves the editor");

  // The tab is there again as well.
  await page.reload();
  await page.getByText("This text was not saved before the page was loaded again. It is still here.").waitFor();
  await page.locator(".cm-line", { hasText: "<on_foo>" }).waitFor();

  // Meanwhile somebody else changes it.
  await view("Terminal 1");
  await type(page, "clear; virsh desc smartgo_01 --config changed elsewhere; echo did-$?");
  await onScreen(page, /^did-0$/m);
  await view("smartgo_01.xml");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Load the host’s" }).click();
  await page.locator(".cm-line", { hasText: "changed elsewhere" }).waitFor();
  assert.equal(await page.locator(".cm-line", { hasText: "<on_foo>" }).count(), 0);
});

test("in Chinese, on a narrow screen and in the light theme", async () => {
  await page.evaluate(() => localStorage.setItem("starlight-theme", "light"));
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${server.url}/zh-cn/changing-a-running-vm/cpu-hot-add/`);
  await page.locator(".lab-toggle").click();
  await view("文件", "打开另一个标签页");
  await page.getByRole("button", { name: "编辑 客户机 smartgo_01" }).waitFor();
  await picture("zh");
  await accessible(page, "the files in Chinese");
  await page.getByRole("button", { name: "编辑 客户机 smartgo_01" }).click();
  await page.locator(".cm-line", { hasText: "<on_crash>" }).waitFor();
  await page.getByRole("button", { name: "查找" }).click();
  await page.getByRole("button", { name: "下一个" }).waitFor();
  await picture("zh-editor");
  await accessible(page, "the editor in Chinese");
});
