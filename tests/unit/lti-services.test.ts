import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { CLAIM } from "../../lab-server/lti/vocabulary.ts";
import { placementsOf } from "../../lab-server/store/lti.ts";
import { findScore } from "../../lab-server/store/lti-scores.ts";
import { type LtiPair, ltiPair } from "../support/lti-pair.ts";
import { moodleClaims } from "../support/lti-platform.ts";

/*
 * What the lab asks of a platform in its own name: roster, lines of the grade book, scores.
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
  assert.deepEqual(await server.lti.members(pair.registration, `${platform.issuer}/lms/members`), [
    { subject: "2", name: "Name 2", role: "instructor", graded: false },
    { subject: "7", name: "Name 7", role: "learner", graded: true },
    { subject: "8", name: "Name 8", role: "learner", graded: true },
  ]);
  platform.answer = () => ({ status: 200, body: { members: [] }, headers: { link: '<https://evil.example/members>; rel="next"' } });
  await assert.rejects(server.lti.members(pair.registration, `${platform.issuer}/lms/members`), /its next page is https:\/\/evil/);
});

test("where a link has no line of the grade book, one is found or made: one for a class that comes at once", async () => {
  const ags = { scope: ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"], lineitems: `${platform.issuer}/lms/2/lineitems?type_id=1` };
  const arrive = async (user: string, more: Record<string, unknown>) => {
    const who = pair.browser();
    await who.submit(await pair.click(who, user, moodleClaims(platform.issuer, { [CLAIM.ags]: ags, ...more })));
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
  const key = { registration: pair.registration, subject: "7", lineItem: `${platform.issuer}/lms/2/lineitems/5/lineitem?type_id=1` };
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
  const key = { registration: pair.registration, subject: "8", lineItem: `${platform.issuer}/lms/2/lineitems/5/lineitem?type_id=1` };
  platform.answer = () => (platform.calls.length === 1 ? { status: 401 } : undefined);
  await server.lti.scores.put(key, { scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" });
  await server.lti.scores.send();
  assert.equal((await findScore(server.store, key))?.state, "sent");
});
