/**
 * From a learning platform that was not written here into the whole server, over real HTTP: an account, a lesson, a checked exercise, a grade
 * in the platform's book. Only the hosts are not real.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { LtiCoursesView, LtiRosterView } from "../../lab-server/contract/lti.ts";
import type { Me } from "../../lab-server/contract/seat.ts";
import { FakeBrowser, fakeServer, passedVerdict } from "../../lab-server/fake-rooms.ts";
import { CLAIM } from "../../lab-server/lti/vocabulary.ts";
import type { FormBrowser } from "../support/form-browser.ts";
import { LAB, type LtiPair, ltiPair } from "../support/lti-pair.ts";
import { moodleClaims } from "../support/lti-platform.ts";

type Server = Awaited<ReturnType<typeof fakeServer>>;
let pair: LtiPair<Server>;
before(async () => {
  pair = await ltiPair((issuer) => fakeServer({ publicUrl: LAB, ltiPlatforms: [issuer] }));
});
after(() => pair.close());

const claims = (more: Record<string, unknown> = {}) => moodleClaims(pair.platform.issuer, { [CLAIM.custom]: { exercise: "hot-add" }, ...more });
/** The same browser, asking the lab's own interface. */
function inLab(browser: FormBrowser): FakeBrowser {
  const asking = new FakeBrowser(pair.server.app);
  asking.cookie = [...(browser.cookies.get(LAB) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  return asking;
}
const OURS = { host: "lab.example", origin: LAB };

test("a learner arrives at the lesson, signed in; what is checked goes into the grade book, and comes back next time", async () => {
  const stu = pair.browser();
  const arrived = await stu.submit(await pair.click(stu, "7", claims()));
  assert.equal(arrived.url, `${LAB}/lesson/#hot-add`);
  const lab = inLab(stu);
  const { person } = (await lab.send("GET", "/api/v1/me", undefined, OURS)).json<Me>();
  assert.deepEqual([person?.name, person?.role, person?.login], ["Stu Dent", "learner", undefined]);

  const started = await lab.send("POST", "/api/v1/seats", { exercise: "hot-add" }, OURS);
  assert.equal(started.statusCode, 201, started.body);
  const { id } = started.json();
  while ((await lab.send("GET", `/api/v1/seats/${id}`, undefined, OURS)).json().phase !== "ready") await delay(5);
  const checked = await lab.send("POST", `/api/v1/seats/${id}/checks`, {}, OURS);
  assert.equal(checked.json().outcome, passedVerdict.outcome, checked.body);
  await pair.server.lti.scores.send();
  const { timestamp: _timestamp, ...score } = pair.platform.calls.at(-1)?.body ?? {};
  assert.deepEqual(score, { userId: "7", scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded", comment: "1/1" });

  const elsewhere = pair.browser();
  await elsewhere.submit(await pair.click(elsewhere, "7", claims()));
  const again = (await inLab(elsewhere).send("GET", "/api/v1/me", undefined, OURS)).json<Me>();
  assert.deepEqual([again.person?.id, again.seat?.id], [person?.id, id], "the same person, with the same host");
});

test("in a frame nobody is signed in; its button opens the lab in a tab of its own, also long after the launch", async () => {
  const stu = pair.browser();
  const framed = await stu.submit(await pair.click(stu, "8", claims({ name: "Fra Med" }), "iframe"), {}, "iframe");
  assert.match(framed.text, /action="\/lti\/enter" target="_blank"/);
  const inFrame = inLab(stu);
  assert.equal((await inFrame.send("GET", "/api/v1/me", undefined, OURS)).json<Me>().person, null);

  const form = { "content-type": "application/x-www-form-urlencoded", origin: LAB };
  const carry = (who: FormBrowser, headers: Record<string, string> = form) =>
    pair.server.app.inject({
      method: "POST",
      url: "/lti/carry",
      headers: { host: "lab.example", cookie: inLab(who).cookie ?? "", ...headers },
      body: "redirect=%2Flesson%2F",
    });
  const { code } = (await carry(stu)).json<{ code: string }>();
  assert.equal((await carry(pair.browser())).statusCode, 401, "another browser has no ticket");
  assert.equal((await carry(stu, { ...form, origin: "https://evil.example" })).statusCode, 400, "another site's page gets no code");
  const tab = pair.browser();
  const entered = await tab.go(`${LAB}/lti/enter`, { form: { code }, from: LAB });
  assert.equal(entered.url, `${LAB}/lesson/`);
  assert.equal((await inLab(tab).send("GET", "/api/v1/me", undefined, OURS)).json<Me>().person?.name, "Fra Med");
  assert.equal((await pair.browser().go(`${LAB}/lti/enter`, { form: { code }, from: LAB })).status, 410, "a code works once");
});

test("a teacher of the platform teaches here, and may make a class", async () => {
  const teacher = pair.browser();
  await teacher.submit(await pair.click(teacher, "2", claims({ [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"] })));
  const made = await inLab(teacher).send("POST", "/api/v1/classes", { name: "From Moodle", exercises: [{ exercise: "hot-add" }] }, OURS);
  assert.equal(made.statusCode, 201, made.body);
});

test("a teacher of the platform sees who of the course has not come yet, and nobody else does", async () => {
  const TEACHER = { [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"] };
  const fromCourse = (id: string) => ({ [CLAIM.context]: { id, title: `Course ${id}`, type: ["CourseSection"] } });
  const arrive = async (user: string, more: Record<string, unknown>): Promise<FakeBrowser> => {
    const browser = pair.browser();
    await browser.submit(await pair.click(browser, user, claims(more)));
    return inLab(browser);
  };
  await arrive("31", { ...fromCourse("c1"), name: "Came" });
  await arrive("32", { ...fromCourse("c2"), name: "Came elsewhere" });
  const teacher = await arrive("30", { ...fromCourse("c1"), ...TEACHER });
  const other = await arrive("40", { ...fromCourse("c2"), ...TEACHER });
  const asked = (browser: FakeBrowser, path = "") => browser.send("GET", `/api/v1/lti/courses${path}`, undefined, OURS);
  const [course] = (await asked(teacher)).json<LtiCoursesView>().courses;
  assert.deepEqual(course, { id: course?.id, platform: new URL(pair.platform.issuer).host, title: "Course c1" });

  const member = (id: string, role: string, more: object = {}) => ({ user_id: id, name: `Name ${id}`, email: `${id}@school.example`, roles: [role], ...more });
  const roster = [member("30", "Instructor"), member("31", "Learner"), member("32", "Learner"), member("33", "Learner", { name: undefined })];
  pair.platform.answer = ({ url }) => (url.startsWith("/lms/members") ? { status: 200, body: { members: roster } } : undefined);
  const { members } = (await asked(teacher, `/${course?.id}/members`)).json<LtiRosterView>();
  assert.deepEqual(
    members.map(({ name, role, seenAt }) => [name, role, seenAt !== undefined]),
    [
      ["Name 30", "instructor", true],
      ["Name 31", "learner", true],
      ["Name 32", "learner", false],
      [undefined, "learner", false],
    ],
    "who came from another course has not come from this one",
  );
  const before = pair.platform.calls.length;
  assert.equal((await asked(other, `/${course?.id}/members`)).json().code, "not_found");
  await arrive("40", fromCourse("c1"));
  assert.equal((await asked(other, `/${course?.id}/members`)).json().code, "not_found", "who learns in it does not teach it");
  const admin = await arrive("50", { ...fromCourse("c3"), ...TEACHER });
  await pair.server.people.setRole((await admin.send("GET", "/api/v1/me", undefined, OURS)).json<Me>().person?.id ?? "", "admin");
  const root = await arrive("50", { ...fromCourse("c3"), ...TEACHER });
  assert.equal((await asked(root, `/${course?.id}/members`)).json().code, "not_found", "an admin of the lab neither");
  assert.equal(pair.platform.calls.length, before, "nobody else makes the lab ask");
  pair.platform.answer = () => ({ status: 500 });
  assert.equal((await asked(teacher, `/${course?.id}/members`)).json().code, "platform_failed");
  pair.platform.answer = () => undefined;
});

test("an exercise that is not there leads to the front page, and a platform that hides names to a name of ours", async () => {
  const hidden = pair.browser();
  const arrived = await hidden.submit(
    await pair.click(hidden, "9", claims({ name: undefined, given_name: undefined, family_name: undefined, [CLAIM.custom]: { exercise: "none" } })),
  );
  assert.equal(arrived.url, `${LAB}/lesson/#undefined`);
  assert.equal((await inLab(hidden).send("GET", "/api/v1/me", undefined, OURS)).json<Me>().person?.name, "Learner");
});
