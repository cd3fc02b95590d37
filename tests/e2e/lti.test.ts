/**
 * The lab in a frame of a learning platform's page, in a real Chromium that blocks third-party cookies: the platform registers it, a learner
 * comes to a lesson, an instructor chooses an exercise. The lab is the real server behind https; no host is started.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import type { Browser, BrowserContext, BrowserContextOptions, FrameLocator, Page } from "playwright-core";
import { CLAIM } from "../../lab-server/lti/vocabulary.ts";
import { makeAdmin, signIn } from "../support/account-page.ts";
import { openBrowser } from "../support/browser.ts";
import { type HttpsFront, httpsFront } from "../support/https-front.ts";
import { accessible, PATIENCE_MS } from "../support/learner-page.ts";
import { LtiPlatform, moodleClaims } from "../support/lti-platform.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

const LAB = "https://lab.example";
const STRANGER = "https://stranger.example";
const EXERCISE = "cpu-hot-add";
const PICTURES = process.env["RINGSIDE_PICTURES"];
let platform: LtiPlatform;
let server: RealServer;
let stranger: Server;
let front: HttpsFront;
let browser: Browser;
let clientId: string;

before(async () => {
  platform = await LtiPlatform.start((url) => fetch(String(url).replace(LAB, server.url)));
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_PUBLIC_URL: LAB, RINGSIDE_LTI_LOCAL_PLATFORMS: platform.issuer });
  // Another site that wants to be remembered in a frame, with a cookie that is not partitioned.
  stranger = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/html", "set-cookie": "seen=yes; Path=/; SameSite=None; Secure" });
    response.end(request.headers.cookie?.includes("seen=yes") ? "remembered" : "forgotten");
  }).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  front = await httpsFront({ "lab.example": Number(new URL(server.url).port), "stranger.example": (stranger.address() as AddressInfo).port });
  browser = await openBrowser([...front.browserArguments, "--test-third-party-cookie-phaseout"]);
});
after(async () => {
  await browser?.close();
  await front?.close();
  stranger?.close();
  await server?.close();
  await platform?.close();
});

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/lti-${name}.png` });
}

/** A page of the platform's course with the lab in a frame; a form in it begins in the frame, as Moodle does it. */
async function course(page: Page, path: string, src: string, form = ""): Promise<FrameLocator> {
  platform.pages.set(
    path,
    `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>KVM</title><body style="margin:8px"><h1>KVM</h1>
<iframe name="tool" title="Activity" src="${src}" style="width:100%;height:520px;border:1px solid"></iframe>${form}</body></html>`,
  );
  await page.goto(`${platform.issuer}${path}`);
  return page.frameLocator("iframe");
}

/** Somebody clicks an activity of the course. */
async function launch(page: Page, user: string, claims: Record<string, unknown>): Promise<FrameLocator> {
  const hint = JSON.stringify({ launchid: platform.launches.size + 1 });
  platform.launches.set(hint, moodleClaims(platform.issuer, claims));
  const [name = "", value = ""] = (await platform.signIn(user)).split("=");
  await page.context().addCookies([{ name, value, url: platform.issuer, sameSite: "Lax" }]);
  const fields = {
    iss: platform.issuer,
    login_hint: user,
    lti_message_hint: hint,
    client_id: clientId,
    target_link_uri: `${LAB}/lti/launch`,
    lti_deployment_id: "1",
  };
  const inputs = Object.entries(fields).map(([field, text]) => `<input type="hidden" name="${field}" value="${text.replaceAll('"', "&quot;")}">`);
  const form = `<form id="go" method="post" target="tool" action="${LAB}/lti/login">${inputs.join("")}</form><script>go.submit()</script>`;
  return course(page, `/course/${platform.launches.size}`, "about:blank", form);
}

async function visit(options: BrowserContextOptions = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS / 3);
  return { context, page: await context.newPage() };
}

test("this browser forgets what other sites keep in frames", async () => {
  const { context, page } = await visit();
  for (let round = 0; round < 2; round += 1) await (await course(page, "/course/stranger", `${STRANGER}/`)).getByText("forgotten").waitFor();
  await page.goto(STRANGER);
  await page.goto(STRANGER);
  await page.getByText("remembered").waitFor();
  await context.close();
});

test("an admin makes a link, with which the platform registers the lab", async () => {
  const { context, page } = await visit();
  await signIn(page, { url: LAB }, "root", makeAdmin(server, "root"));
  await page.getByRole("button", { name: "Make a registration link" }).click();
  const link = (await page.getByRole("status").locator("code").textContent()) ?? "";
  await accessible(page, "learning platforms");
  await picture(page, "platforms");

  const query = new URLSearchParams({
    openid_configuration: `${platform.issuer}/.well-known/openid-configuration`,
    registration_token: await platform.registrationToken(),
  });
  const registering = await context.newPage();
  const frame = await course(registering, "/course/register", `${link}?${query}`.replaceAll("&", "&amp;"));
  await frame.getByRole("heading", { name: "The lab is registered" }).waitFor();
  await picture(registering, "registered");
  await page.reload();
  await page.getByLabel(/^Another deployment id of/).fill("1");
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByText("nobody can come in").waitFor({ state: "detached" });
  const { registrations } = (await page.evaluate(async () => (await fetch("/api/v1/lti")).json())) as { registrations: { clientId: string }[] };
  clientId = registrations[0]?.clientId ?? "";
  await context.close();
});

test("a learner sees a button in the frame, and is signed in at the exercise's lesson in a tab of its own", async () => {
  const { context, page } = await visit();
  const frame = await launch(page, "7", {});
  await frame.getByRole("heading", { name: "Exercise 1" }).waitFor();
  await accessible(page, "the framed page");
  await picture(page, "enter");
  const opening = context.waitForEvent("page");
  await frame.getByRole("button", { name: "Open the lab" }).click();
  const tab = await opening;
  await tab.getByRole("heading", { level: 1 }).first().waitFor();
  assert.match(tab.url(), new RegExp(`^${LAB}/.+#exercise-${EXERCISE}$`));
  const me = await tab.evaluate(async () => (await fetch("/api/v1/me")).json());
  assert.deepEqual([me.person.name, me.person.role], ["Stu Dent", "learner"]);
  await tab.getByRole("button", { name: "Start", exact: true }).first().waitFor();
  await picture(tab, "lesson");
  await context.close();
});

test("an instructor chooses exercises in the frame, and the course gets them", async () => {
  const { context, page } = await visit({ viewport: { width: 1280, height: 720 }, locale: "zh-CN", colorScheme: "dark" });
  const settings = {
    deep_link_return_url: `${platform.issuer}/lms/return?course=2`,
    accept_types: ["ltiResourceLink"],
    accept_presentation_document_targets: ["iframe"],
    accept_multiple: true,
  };
  const frame = await launch(page, "2", {
    [CLAIM.messageType]: "LtiDeepLinkingRequest",
    [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
    [CLAIM.presentation]: { locale: "zh-CN", document_target: "iframe" },
    [CLAIM.deepLinkingSettings]: settings,
  });
  await frame.getByRole("heading", { name: "为课程选择练习" }).waitFor();
  await accessible(page, "the choice of exercises");
  await picture(page, "choose");
  await page.setViewportSize({ width: 360, height: 740 });
  await picture(page, "choose-narrow");
  await frame.locator(`input[value="${EXERCISE}"]`).check();
  await frame.getByRole("button", { name: "添加到课程" }).click();
  await frame.getByText("The course has it.").waitFor();
  const items = decodeJwt(platform.returned.at(-1) ?? "")[CLAIM.deepLinkingItems] as { url: string; custom: object }[];
  assert.deepEqual(
    items.map(({ url, custom }) => [url, custom]),
    [[`${LAB}/lti/launch?exercise=${EXERCISE}`, { exercise: EXERCISE }]],
  );
  await context.close();
});

test("a teacher sees at /teach/ who of the course has not come yet", async () => {
  const { context, page } = await visit({ viewport: { width: 360, height: 740 } });
  const member = (id: string, name: string, role: string) => ({ user_id: id, name, roles: [role] });
  const members = [member("2", "Grace", "Instructor"), member("7", "Stu Dent", "Learner"), member("8", "Ab Sent", "Learner")];
  platform.answer = ({ url }) => (url.startsWith("/lms/members") ? { status: 200, body: { members } } : undefined);
  const frame = await launch(page, "2", { name: "Grace", [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"] });
  const opening = context.waitForEvent("page");
  await frame.getByRole("button", { name: "Open the lab" }).click();
  const tab = await opening;
  await tab.goto(`${LAB}/teach/`);
  await tab.locator("summary", { hasText: "KVM (" }).click();
  await tab.getByText("1 of 2 learners have been here.").waitFor();
  assert.deepEqual(await tab.locator(".platform-course li").allTextContents(), [
    "Ab Sent",
    `Stu Dent last on ${new Intl.DateTimeFormat("en", { dateStyle: "medium" }).format()}`,
  ]);
  await accessible(tab, "the members of a course");
  await tab.locator(".platform-course").scrollIntoViewIfNeeded();
  await picture(tab, "roster");
  await context.close();
});
