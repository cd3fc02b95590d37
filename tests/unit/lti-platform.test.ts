import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { CLAIM } from "../../lab-server/lti/vocabulary.ts";
import { placementsOf } from "../../lab-server/store/lti.ts";
import { findScore } from "../../lab-server/store/lti-scores.ts";
import { FormBrowser, type Page, unescapeHtml } from "../support/form-browser.ts";
import { LtiPlatform, moodleClaims } from "../support/lti-platform.ts";
import { type LtiServer, ltiServer } from "../support/lti-server.ts";

/*
 * The lab and a platform that was not written here, over real HTTP: registration, launch, choice of exercises, grades and roster.
 */

const LAB = "https://lab.example";
const TEACHER = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"];

let platform: LtiPlatform;
let server: LtiServer;
let lab: string;
let clientId: string;
let registration: string;

before(async () => {
  platform = await LtiPlatform.start((url) => fetch(String(url).replace(LAB, lab)));
  server = await ltiServer({ publicUrl: LAB, trustedOrigins: [platform.issuer] });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  lab = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;

  const { secret } = await server.lti.registrations.makeLink("admin");
  const query = new URLSearchParams({
    openid_configuration: `${platform.issuer}/.well-known/openid-configuration`,
    registration_token: await platform.registrationToken(),
  });
  const page = await browser().go(`${server.lti.tool.registrationUrl(secret)}?${query}`, { from: platform.issuer, shown: "iframe" });
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /data-work="close"/);
  assert.match(page.text, /deployment id/, "OpenID knows no deployments: the platform has named none");
  const [registered] = server.lti.registrations.list();
  assert.ok(registered);
  ({ id: registration, clientId } = registered);
  assert.equal(registered.issuer, platform.issuer);
  await server.lti.registrations.addDeployment(registration, "1");
});
after(async () => {
  await server.close();
  await platform.close();
});
beforeEach(() => {
  platform.calls.length = 0;
  platform.answer = () => undefined;
});

function browser(forgets = false): FormBrowser {
  return new FormBrowser({ at: { [LAB]: lab }, forgets });
}

/** Somebody clicks an activity at the platform. Gives the page with the platform's form, which carries the token. */
async function click(who: FormBrowser, user: string, claims: Record<string, unknown>, shown: "document" | "iframe" = "document"): Promise<Page> {
  const hint = JSON.stringify({ cmid: 2, launchid: Math.random() });
  platform.launches.set(hint, claims);
  const [name = "", value = ""] = (await platform.signIn(user)).split("=");
  who.cookies.set(platform.issuer, new Map([[name, value]]));
  const form = {
    iss: platform.issuer,
    login_hint: user,
    lti_message_hint: hint,
    client_id: clientId,
    target_link_uri: `${LAB}/lti/launch`,
    lti_deployment_id: "1",
  };
  return who.go(`${LAB}/lti/login`, { form, from: platform.issuer, shown });
}

test("a learner comes from the platform, and the grade goes back", async () => {
  const ada = browser();
  const form = await click(ada, "7", moodleClaims(platform.issuer));
  assert.match(form.text, /name="id_token"/);
  const arrived = await ada.submit(form);
  assert.equal(arrived.url, `${LAB}/exercises/cpu-hot-add`);
  assert.equal(ada.cookies.get(LAB)?.get("__Host-lab"), "learner-of-7");
  const launch = server.launches.at(-1);
  assert.deepEqual([launch?.subject, launch?.name, launch?.role], ["7", "Stu Dent", "learner"]);

  const score = { scoreGiven: 6, scoreMaximum: 10, activityProgress: "InProgress", gradingProgress: "FullyGraded", comment: "6 of 10" } as const;
  assert.equal(await server.lti.scores.scored("learner-of-7", "memory-balloon", score), 0, "they came for another exercise");
  assert.equal(await server.lti.scores.scored("learner-of-7", "cpu-hot-add", score), 1);
  await server.lti.scores.send();
  assert.deepEqual(
    platform.calls.map(({ method, url, type }) => [method, url, type]),
    [["POST", "/lms/2/lineitems/5/lineitem/scores?type_id=1", "application/vnd.ims.lis.v1.score+json"]],
  );
  const { timestamp, ...sent } = platform.calls[0]?.body ?? {};
  assert.deepEqual(sent, { userId: "7", ...score });
  assert.match(String(timestamp), /T.*\.\d{3}Z$/);

  await server.lti.scores.scored("learner-of-7", "cpu-hot-add", { ...score, scoreGiven: 10, activityProgress: "Completed" });
  await server.lti.scores.send();
  await server.lti.scores.send();
  assert.equal(platform.calls.length, 2, "sent once");
  assert.ok(String(platform.calls[1]?.body["timestamp"]) > String(timestamp));
  assert.equal(platform.tokens, 1, "one token serves for both");
});

test("an instructor comes too, and has no place in the grade book", async () => {
  const grace = browser();
  const arrived = await grace.submit(await click(grace, "2", moodleClaims(platform.issuer, { [CLAIM.roles]: TEACHER })));
  assert.equal(arrived.url, `${LAB}/exercises/cpu-hot-add`);
  assert.equal(server.launches.at(-1)?.role, "instructor");
  const score = { scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" } as const;
  assert.equal(await server.lti.scores.scored("learner-of-2", "cpu-hot-add", score), 0);
});

test("a launch cannot be played again, nor finished by another browser", async () => {
  const ada = browser();
  const form = await click(ada, "7", moodleClaims(platform.issuer));
  const before = server.launches.length;
  const mallory = await browser().submit(form);
  assert.equal(mallory.status, 403);
  assert.match(mallory.text, /Open the lab in a new tab/);
  assert.equal(server.launches.length, before);
  assert.equal((await ada.submit(form)).url, `${LAB}/exercises/cpu-hot-add`);
  const again = await ada.submit(form);
  assert.equal(again.status, 410);
  assert.match(again.text, /was used already/);
  assert.equal(server.launches.length, before + 1);
});

test("in a frame that keeps cookies, a button carries the session into a tab of its own", async () => {
  const ada = browser();
  const form = await click(ada, "8", moodleClaims(platform.issuer), "iframe");
  const framed = await ada.submit(form, {}, "iframe");
  assert.equal(framed.status, 200, framed.text);
  assert.match(String(framed.headers["content-security-policy"]), new RegExp(`frame-ancestors 'self' ${platform.issuer}`));
  assert.equal(framed.headers["x-frame-options"], undefined);
  assert.match(framed.text, /action="\/lti\/enter" target="_blank"/);
  assert.equal(ada.cookies.get(LAB)?.get("__Host-framed"), "learner-of-8");

  const fresh = await ada.go(`${LAB}/lti/carry`, { form: { redirect: "/exercises/cpu-hot-add" }, from: LAB, shown: "iframe" });
  const { code } = JSON.parse(fresh.text);
  // A tab has another jar than the frame.
  const tab = browser();
  assert.equal((await tab.go(`${LAB}/lti/enter`, { form: { code }, from: "https://evil.example" })).status, 400);
  assert.equal((await tab.go(`${LAB}/lti/enter`, { form: { code }, from: LAB })).url, `${LAB}/exercises/cpu-hot-add`);
  assert.equal(tab.cookies.get(LAB)?.get("__Host-lab"), "learner-of-8");
  assert.equal((await browser().go(`${LAB}/lti/enter`, { form: { code }, from: LAB })).status, 410, "once");
  assert.equal((await browser().go(`${LAB}/lti/carry`, { form: { redirect: "/" }, from: LAB })).status, 401);
  assert.equal((await ada.go(`${LAB}/lti/carry`, { form: { redirect: "//evil.example/" }, from: LAB })).status, 400);
});

test("in a frame without cookies the login is begun again in a new tab, before the platform is asked", async () => {
  const blocked = await click(browser(true), "9", moodleClaims(platform.issuer), "iframe");
  assert.equal(blocked.status, 200);
  const link = unescapeHtml(/href="([^"]*)" target="_blank" rel="noopener"/.exec(blocked.text)?.[1] ?? "");
  assert.ok(link.startsWith(`${LAB}/lti/login?`), blocked.text);
  const tab = browser();
  tab.cookies.set(platform.issuer, new Map([["_session", (await platform.signIn("9")).split("=")[1] ?? ""]]));
  const arrived = await tab.submit(await tab.go(link));
  assert.equal(arrived.url, `${LAB}/exercises/cpu-hot-add`);
});

test("an instructor chooses exercises, and the platform can verify the answer", async () => {
  const settings = {
    deep_link_return_url: `${platform.issuer}/lms/return?course=2`,
    accept_types: ["ltiResourceLink"],
    accept_multiple: true,
    data: "<opaque>",
  };
  const claims = moodleClaims(platform.issuer, { [CLAIM.messageType]: "LtiDeepLinkingRequest", [CLAIM.roles]: TEACHER, [CLAIM.deepLinkingSettings]: settings });
  const grace = browser();
  const picker = await grace.submit(await click(grace, "2", claims));
  assert.equal(picker.status, 200, picker.text);
  assert.match(picker.text, /type="checkbox" name="exercise" value="cpu-hot-add"> Add a vCPU &#38; see it/);
  const secret = /name="secret" value="([^"]*)"/.exec(picker.text)?.[1] ?? "";
  assert.equal((await grace.go(`${LAB}/lti/deep-link`, { form: { secret, exercise: "cpu-hot-add" }, from: "https://evil.example" })).status, 400);
  const answer = await grace.go(`${LAB}/lti/deep-link`, { form: `secret=${secret}&exercise=cpu-hot-add&exercise=memory-balloon&exercise=no-such`, from: LAB });
  assert.match(answer.text, new RegExp(`<form method="post" action="${platform.issuer}/lms/return\\?course=2" data-work="submit">`));
  assert.match(String(answer.headers["content-security-policy"]), new RegExp(`form-action 'self' ${platform.issuer}`));

  const jwt = /name="JWT" value="([^"]*)"/.exec(answer.text)?.[1] ?? "";
  const keys = createLocalJWKSet(JSON.parse((await grace.go(`${LAB}/lti/jwks`)).text));
  const { payload } = await jwtVerify(jwt, keys, { algorithms: ["RS256"], issuer: clientId, audience: platform.issuer, requiredClaims: ["nonce", "exp"] });
  assert.deepEqual(
    [payload[CLAIM.messageType], payload[CLAIM.version], payload[CLAIM.deployment], payload[CLAIM.deepLinkingData]],
    ["LtiDeepLinkingResponse", "1.3.0", "1", "<opaque>"],
  );
  const items = payload[CLAIM.deepLinkingItems] as Record<string, unknown>[];
  assert.deepEqual(items[0], {
    type: "ltiResourceLink",
    title: "Add a vCPU & see it",
    url: `${LAB}/lti/launch?exercise=cpu-hot-add`,
    custom: { exercise: "cpu-hot-add" },
    window: { targetName: "ringside" },
    lineItem: { scoreMaximum: 10, label: "Add a vCPU & see it", resourceId: "cpu-hot-add", tag: "exercise" },
  });
  assert.equal(items.length, 2);
  assert.equal((await grace.go(`${LAB}/lti/deep-link`, { form: { secret, exercise: "cpu-hot-add" }, from: LAB })).status, 410, "answered once");

  const stu = browser();
  const refused = await stu.submit(await click(stu, "7", { ...claims, [CLAIM.roles]: ["Learner"] }));
  assert.deepEqual([refused.status, /\(roles\)/.test(refused.text)], [403, true]);
});

test("the roster is read to its last page, and no further than that platform", async () => {
  const member = (id: string, roles: string[], more = {}) => ({
    user_id: id,
    name: `Name ${id}`,
    email: `${id}@school.example`,
    status: "Active",
    roles,
    ...more,
  });
  platform.answer = ({ url }) => {
    if (url === "/lms/members") {
      const link = `<${platform.issuer}/lms/members?page=2>; rel="next", <${platform.issuer}/lms/members>; rel="first"`;
      return { status: 200, body: { id: "x", members: [member("2", ["Instructor"]), member("7", ["Learner"])] }, headers: { link } };
    }
    return { status: 200, body: { members: [member("8", ["Learner"]), member("9", ["Learner"], { status: "Inactive" })] } };
  };
  assert.deepEqual(await server.lti.members(registration, `${platform.issuer}/lms/members`), [
    { subject: "2", name: "Name 2", role: "instructor", graded: false },
    { subject: "7", name: "Name 7", role: "learner", graded: true },
    { subject: "8", name: "Name 8", role: "learner", graded: true },
  ]);
  platform.answer = () => ({ status: 200, body: { members: [] }, headers: { link: '<https://evil.example/members>; rel="next"' } });
  await assert.rejects(server.lti.members(registration, `${platform.issuer}/lms/members`), /its next page is https:\/\/evil/);
});

test("where a link has no line of the grade book, one is found or made: one for a class that comes at once", async () => {
  const ags = { scope: ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"], lineitems: `${platform.issuer}/lms/2/lineitems?type_id=1` };
  const arrive = async (user: string, more: Record<string, unknown>) => {
    const who = browser();
    await who.submit(await click(who, user, moodleClaims(platform.issuer, { [CLAIM.ags]: ags, ...more })));
    const launch = server.launches.at(-1);
    assert.equal(launch?.subject, user);
    return launch;
  };
  const score = { scoreGiven: 1, scoreMaximum: 10, activityProgress: "InProgress", gradingProgress: "FullyGraded" } as const;
  const line = { label: "Add a vCPU", scoreMaximum: 10 };
  const [ada, bob] = [await arrive("21", {}), await arrive("22", {})];
  assert.equal(await server.lti.scores.scored("learner-of-21", "cpu-hot-add", score), 0);
  assert.deepEqual(await Promise.all([server.lti.place(ada, line), server.lti.place(bob, line)]), [true, true]);
  assert.deepEqual(
    platform.calls.map(({ method, url }) => `${method} ${url}`),
    ["GET /lms/2/lineitems?type_id=1&resource_id=cpu-hot-add&resource_link_id=3", "POST /lms/2/lineitems?type_id=1"],
  );
  assert.deepEqual(platform.calls[1]?.body, { ...line, resourceId: "cpu-hot-add", resourceLinkId: "3" });
  assert.equal(await server.lti.scores.scored("learner-of-21", "cpu-hot-add", score), 1);
  await server.lti.scores.send();
  assert.equal(platform.calls.at(-1)?.url, "/lms/2/lineitems/10/lineitem/scores?type_id=1");

  platform.calls.length = 0;
  const other = await arrive("23", { [CLAIM.custom]: { exercise: "other" }, [CLAIM.resourceLink]: undefined });
  assert.equal(await server.lti.place(other, line), true);
  assert.equal(platform.calls.length, 1, "found");
  assert.equal(await server.lti.place(await arrive("24", { [CLAIM.ags]: { ...ags, scope: [] } }), line), false, "the platform allows none");
  assert.equal(await server.lti.place(await arrive("2", { [CLAIM.roles]: TEACHER }), line), false);
  assert.equal(platform.calls.length, 1);
  const inward = { ...ags, lineitem: "https://169.254.169.254/lineitem" };
  const arrived = await arrive("25", { [CLAIM.ags]: inward });
  assert.deepEqual([arrived.ags?.lineItem, await server.lti.place(arrived, line)], [inward.lineitem, false], "the learner is let in all the same");
  const { lineItem } = (await placementsOf(server.store, "learner-of-23", "other"))[0] ?? {};
  assert.equal(lineItem, `${platform.issuer}/lms/2/lineitems/9/lineitem?type_id=1`);
});

test("a token that the platform forgot is got anew, once", async () => {
  const key = { registration, subject: "7", lineItem: `${platform.issuer}/lms/2/lineitems/5/lineitem?type_id=1` };
  const score = { scoreGiven: 1, scoreMaximum: 10, activityProgress: "InProgress", gradingProgress: "FullyGraded" } as const;
  const tokens = platform.tokens;
  let refuse = 1;
  platform.answer = () => (refuse-- > 0 ? { status: 401 } : undefined);
  await server.lti.scores.put(key, score);
  await server.lti.scores.send();
  assert.equal((await findScore(server.store, key))?.state, "sent");
  assert.deepEqual([platform.tokens - tokens, platform.calls.length], [1, 2]);
});

test("after its key was replaced the lab is still known", async () => {
  await server.lti.keys.rotate();
  assert.equal(server.lti.keys.publicKeys.keys.length, 2);
  const key = { registration, subject: "8", lineItem: `${platform.issuer}/lms/2/lineitems/5/lineitem?type_id=1` };
  platform.answer = () => (platform.calls.length === 1 ? { status: 401 } : undefined);
  await server.lti.scores.put(key, { scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" });
  await server.lti.scores.send();
  assert.equal((await findScore(server.store, key))?.state, "sent");
});
