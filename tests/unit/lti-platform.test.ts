import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { CLAIM } from "../../lab-server/lti/vocabulary.ts";
import { unescapeHtml } from "../support/form-browser.ts";
import { LAB, type LtiPair, ltiPair } from "../support/lti-pair.ts";
import { moodleClaims } from "../support/lti-platform.ts";

/*
 * People come to the lab from a platform that was not written here, over real HTTP, and their grades go back.
 */

const TEACHER = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"];

let pair: LtiPair;
let platform: LtiPair["platform"];
let server: LtiPair["server"];
before(async () => {
  pair = await ltiPair();
  ({ platform, server } = pair);
});
after(() => pair.close());
beforeEach(() => {
  platform.calls.length = 0;
  platform.answer = () => undefined;
});

test("a learner comes from the platform, and the grade goes back", async () => {
  const ada = pair.browser();
  const form = await pair.click(ada, "7", moodleClaims(platform.issuer));
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
  const grace = pair.browser();
  const arrived = await grace.submit(await pair.click(grace, "2", moodleClaims(platform.issuer, { [CLAIM.roles]: TEACHER })));
  assert.equal(arrived.url, `${LAB}/exercises/cpu-hot-add`);
  assert.equal(server.launches.at(-1)?.role, "instructor");
  const score = { scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" } as const;
  assert.equal(await server.lti.scores.scored("learner-of-2", "cpu-hot-add", score), 0);
});

test("a launch cannot be played again, nor finished by another browser", async () => {
  const ada = pair.browser();
  const form = await pair.click(ada, "7", moodleClaims(platform.issuer));
  const before = server.launches.length;
  const mallory = await pair.browser().submit(form);
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
  const ada = pair.browser();
  const form = await pair.click(ada, "8", moodleClaims(platform.issuer), "iframe");
  const framed = await ada.submit(form, {}, "iframe");
  assert.equal(framed.status, 200, framed.text);
  assert.match(String(framed.headers["content-security-policy"]), new RegExp(`frame-ancestors 'self' ${platform.issuer}`));
  assert.equal(framed.headers["x-frame-options"], undefined);
  assert.match(framed.text, /action="\/lti\/enter" target="_blank"/);
  assert.equal(ada.cookies.get(LAB)?.get("__Host-framed"), "learner-of-8");

  const fresh = await ada.go(`${LAB}/lti/carry`, { form: { redirect: "/exercises/cpu-hot-add" }, from: LAB, shown: "iframe" });
  const { code } = JSON.parse(fresh.text);
  // A tab has another jar than the frame.
  const tab = pair.browser();
  assert.equal((await tab.go(`${LAB}/lti/enter`, { form: { code }, from: "https://evil.example" })).status, 400);
  assert.equal((await tab.go(`${LAB}/lti/enter`, { form: { code }, from: LAB })).url, `${LAB}/exercises/cpu-hot-add`);
  assert.equal(tab.cookies.get(LAB)?.get("__Host-lab"), "learner-of-8");
  assert.equal((await pair.browser().go(`${LAB}/lti/enter`, { form: { code }, from: LAB })).status, 410, "once");
  assert.equal((await pair.browser().go(`${LAB}/lti/carry`, { form: { redirect: "/" }, from: LAB })).status, 401);
  assert.equal((await ada.go(`${LAB}/lti/carry`, { form: { redirect: "//evil.example/" }, from: LAB })).status, 400);
});

test("in a frame without cookies the login is begun again in a new tab, before the platform is asked", async () => {
  const blocked = await pair.click(pair.browser(true), "9", moodleClaims(platform.issuer), "iframe");
  assert.equal(blocked.status, 200);
  const link = unescapeHtml(/href="([^"]*)" target="_blank" rel="noopener"/.exec(blocked.text)?.[1] ?? "");
  assert.ok(link.startsWith(`${LAB}/lti/login?`), blocked.text);
  const tab = pair.browser();
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
  const grace = pair.browser();
  const picker = await grace.submit(await pair.click(grace, "2", claims));
  assert.equal(picker.status, 200, picker.text);
  assert.match(picker.text, /type="checkbox" name="exercise" value="cpu-hot-add"> Add a vCPU &#38; see it/);
  const secret = /name="secret" value="([^"]*)"/.exec(picker.text)?.[1] ?? "";
  assert.equal((await grace.go(`${LAB}/lti/deep-link`, { form: { secret, exercise: "cpu-hot-add" }, from: "https://evil.example" })).status, 400);
  const answer = await grace.go(`${LAB}/lti/deep-link`, { form: `secret=${secret}&exercise=cpu-hot-add&exercise=memory-balloon&exercise=no-such`, from: LAB });
  assert.match(answer.text, new RegExp(`<form method="post" action="${platform.issuer}/lms/return\\?course=2" data-work="submit">`));
  assert.match(String(answer.headers["content-security-policy"]), new RegExp(`form-action 'self' ${platform.issuer}`));

  const jwt = /name="JWT" value="([^"]*)"/.exec(answer.text)?.[1] ?? "";
  const keys = createLocalJWKSet(JSON.parse((await grace.go(`${LAB}/lti/jwks`)).text));
  const { payload } = await jwtVerify(jwt, keys, {
    algorithms: ["RS256"],
    issuer: server.lti.registrations.get(pair.registration).clientId,
    audience: platform.issuer,
    requiredClaims: ["nonce", "exp"],
  });
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

  const stu = pair.browser();
  const refused = await stu.submit(await pair.click(stu, "7", { ...claims, [CLAIM.roles]: ["Learner"] }));
  assert.deepEqual([refused.status, /\(roles\)/.test(refused.text)], [403, true]);
});
