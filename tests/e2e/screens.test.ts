/**
 * Graphical screens in a real browser, from real hosts: the desktop with the real virt-manager, and a guest's VNC screen. Pixels are read
 * back from the page, and the host is asked what is on them.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { accessible, onScreen, openPage, PATIENCE_MS, PROMPT, type } from "../support/learner-page.ts";
import { picture, pictureUntil } from "../support/picture.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

/** A machine with nothing to boot from: its BIOS waits a minute for a key, and then shows a menu. */
const GUEST =
  '<domain type="kvm"><name>screen_01</name><memory unit="MiB">64</memory><os><type arch="x86_64" machine="pc">hvm</type><bootmenu enable="yes" timeout="60000"/></os>' +
  '<features><acpi/></features><devices><graphics type="vnc" port="-1" autoport="yes"/><video><model type="vga"/></video></devices></domain>';

let server: RealServer;
let browser: Browser;
let page: Page;

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  browser = await openBrowser();
  page = await openPage(browser, { width: 1600, height: 960 });
  await page.goto(`${server.url}/installing-guests/media-and-virt-manager/`);
  await page
    .getByRole("button", { name: /^Start$/ })
    .first()
    .click();
  // The desktop is what this host shows first.
  await tab("Desktop").waitFor({ timeout: 2 * PATIENCE_MS });
  await tab("Terminal 1").click();
  await onScreen(page, PROMPT);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const tab = (name: string) => page.getByRole("tab", { name });

/** Opens a view by the button beside the tabs, unless its tab is there already. */
async function openView(name: string): Promise<void> {
  if ((await tab(name).count()) === 0) {
    await page
      .getByRole("button", { name: /^Open (a|another)/ })
      .first()
      .click();
    await page.getByRole("button", { name, exact: true }).click();
  } else await tab(name).click();
  await page.locator(".lab-screen:visible[data-state=open]").waitFor();
}

/** What a command prints in the first terminal, which is shown meanwhile. */
let asked = 0;
async function ask(command: string, answer: RegExp): Promise<string> {
  asked += 1;
  await tab("Terminal 1").click();
  await type(page, `clear; ${command}; echo asked $((${asked} + 100))`);
  const text = await onScreen(page, new RegExp(`^asked ${asked + 100}$`, "m"));
  assert.match(text, answer);
  return text;
}

test("the desktop shows the real virt-manager, and a key opens its menu", async () => {
  await ask("DISPLAY=:1 xdotool search --onlyvisible --name 'Virtual Machine Manager' getwindowname", /^Virtual Machine Manager$/m);
  await openView("Desktop");
  const before = await pictureUntil(page, ({ colours, shown }) => shown > 250 && colours > 50, "the desktop is drawn");
  await accessible(page, "with the desktop shown");
  const canvas = page.locator(".lab-screen:visible canvas");
  await canvas.focus();
  await page.keyboard.press("Alt+f");
  const menu = await pictureUntil(page, ({ hash }) => hash !== before.hash, "a menu opens");
  await page.keyboard.press("n");
  await pictureUntil(page, ({ hash }) => hash !== menu.hash, "the wizard opens");
  await page.keyboard.press("F6");
  assert.equal(await canvas.evaluate((element) => element === element.ownerDocument.activeElement), false, "F6 leaves the screen");
  await wizardIsThere(async () => {
    await openView("Desktop");
    await canvas.focus();
    for (const key of ["Escape", "Alt+f", "n"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(2_000);
    }
  });
});

/** The host is asked, for a while: on a busy machine what was drawn anew may have been something else, and the key came too early. As a person does, it is then pressed again. */
async function wizardIsThere(pressAgain: () => Promise<void>): Promise<void> {
  const look = "for i in $(seq 15); do DISPLAY=:1 xdotool search --onlyvisible --name 'New VM' getwindowname && break; sleep 1; done";
  for (let left = 2; !/^New VM$/m.test(await ask(look, /asked/)); left -= 1) {
    assert.ok(left > 0, "the wizard did not open");
    await pressAgain();
  }
}

test("a guest’s screen is drawn, a key reaches it, and it comes back when the guest does", async () => {
  await ask(`echo '${GUEST}' > s.xml; virsh define s.xml && virsh start screen_01`, /Domain 'screen_01' started/);
  await openView("Screen of screen_01");
  // It has written all that it writes before it waits; only the cursor blinks on.
  let greeting = await pictureUntil(page, ({ lit, shown }) => lit > 500 && shown > 250, "the BIOS has greeted");
  for (let last = 0; Math.abs(greeting.lit - last) > 100; greeting = await picture(page)) {
    last = greeting.lit;
    await page.waitForTimeout(3_000);
  }
  await page.locator(".lab-screen:visible canvas").focus();
  await page.keyboard.press("Escape");
  await pictureUntil(page, ({ lit }) => lit > greeting.lit + 500, "the boot menu appears");
  await accessible(page, "with a guest’s screen shown");

  await ask("virsh destroy screen_01", /destroyed/);
  await tab("Screen of screen_01").click();
  await page.getByText("screen_01 is shut off. This tab comes back by itself when it runs.").waitFor();
  await tab("Terminal 1").click();
  // Its tab may come to the front by itself, so the terminal is not waited for.
  await type(page, "virsh start screen_01");
  await openView("Screen of screen_01");
  await pictureUntil(page, ({ colours }) => colours > 1, "it is drawn again");
});
