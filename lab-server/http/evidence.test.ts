import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { ClassView, Grades } from "../contract/classes.ts";
import type { AppealList, AttemptList, AttemptView } from "../contract/evidence.ts";
import type { SeatView } from "../contract/seat.ts";
import { type FakeBrowser, fakeServer } from "../fake-rooms.ts";
import { insertCommand } from "../store/commands.ts";
import { letGoAbove, letGoBefore } from "../store/evidence.ts";
import { gradeByCounting } from "./testing-classes.ts";
import { signedIn } from "./testing-people.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let teacher: FakeBrowser;
let anna: FakeBrowser;
let room: ClassView;
let counted = 3;

const grade = gradeByCounting(() => counted);

beforeEach(async () => {
  counted = 3;
  server = await fakeServer({ grade });
  teacher = await signedIn(server, "grace", "instructor");
  anna = await server.browser().open();
  room = (await teacher.send("POST", "/api/v1/classes", { name: "KVM", exercises: [{ exercise: "hot-add" }] })).json();
  await anna.send("POST", "/api/v1/join", { code: room.code, name: "Anna" });
});
afterEach(() => server.close());

/** Anna starts, runs a command, and has it checked. Gives the attempt. */
async function attempt(browser = anna): Promise<{ readonly id: number; readonly seat: SeatView }> {
  const seat = await browser.startReady();
  await insertCommand(server.store, { seat: seat.id, terminal: "1", at: new Date().toISOString(), line: "virsh setvcpus smartgo_01 3 --live" });
  await browser.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  const list = (await browser.send("GET", "/api/v1/attempts?exercise=hot-add")).json<AttemptList>();
  return { id: list.attempts[0]?.id ?? 0, seat };
}
const cell = async () => (await teacher.send("GET", `/api/v1/classes/${room.id}/grades`)).json<Grades>().learners[0]?.cells[0];

test("a verdict is opened with what it rests on", async () => {
  const { id } = await attempt();
  const view = (await anna.send("GET", `/api/v1/attempts/${id}`)).json<AttemptView>();
  assert.deepEqual([view.outcome, view.version, view.exam, view.history], ["failed", "same", false, []]);
  assert.deepEqual(view.facts, [{ probe: "n", values: [{ name: "value", value: "3" }], said: "3" }]);
  assert.deepEqual(
    view.commands.map(({ line, terminal }) => [line, terminal]),
    [["virsh setvcpus smartgo_01 3 --live", "1"]],
  );
  await attempt();
  const later = (await anna.send("GET", `/api/v1/attempts/${id + 1}`)).json<AttemptView>();
  assert.equal(later.commands.length, 1, "only what was run since the attempt before");
});

test("an appeal is seen by the instructor, graded again from the facts, answered; and nothing is overwritten", async () => {
  const { id } = await attempt();
  const appealed = await anna.send("POST", `/api/v1/attempts/${id}/appeal`, { text: "It was four a moment before." });
  assert.equal(appealed.statusCode, 200, appealed.body);
  assert.equal((await cell())?.appeal, true);
  const list = (await teacher.send("GET", `/api/v1/classes/${room.id}/appeals`)).json<AppealList>().appeals;
  assert.deepEqual(
    list.map((one) => [one.attempt, one.name, one.exercise, one.text, one.answered]),
    [[id, "Anna", "hot-add", "It was four a moment before.", false]],
  );
  const at = `/api/v1/classes/${room.id}/attempts/${id}`;
  const again = (await teacher.send("POST", `${at}/regrade`, { from: "facts" })).json<AttemptView>();
  assert.deepEqual([again.history.at(-1)?.kind, again.history.at(-1)?.outcome], ["facts", "failed"], "the same facts, the same verdict");
  assert.equal((await teacher.send("POST", `${at}/regrade`, { from: "host" })).json().code, "evidence_gone", "a host is kept of an exam alone");
  await teacher.send("POST", `${at}/answer`, { text: "At the check there were three." });
  const seen = (await anna.send("GET", `/api/v1/attempts/${id}`)).json<AttemptView>();
  assert.deepEqual(
    seen.history.map(({ kind, by, text }) => [kind, by, text]),
    [
      ["appeal", undefined, "It was four a moment before."],
      ["facts", "grace", undefined],
      ["answer", "grace", "At the check there were three."],
    ],
  );
  assert.deepEqual(
    [(await cell())?.appeal, (await teacher.send("GET", `/api/v1/classes/${room.id}/appeals`)).json<AppealList>().appeals[0]?.answered],
    [undefined, true],
  );
  await assert.rejects(server.store.db.updateTable("decisions").set({ text: "another" }).execute(), /never changed/);
  await assert.rejects(server.store.db.deleteFrom("decisions").execute(), /never removed/);
});

test("points by hand count whatever the attempts say, with a reason, until they are taken back", async () => {
  await attempt();
  const learner = (await teacher.send("GET", `/api/v1/classes/${room.id}/grades`)).json<Grades>().learners[0]?.learner;
  const points = `/api/v1/classes/${room.id}/learners/${learner}/points`;
  assert.equal((await teacher.send("POST", points, { exercise: "hot-add", points: 101, reason: "more than all" })).statusCode, 400);
  assert.equal((await teacher.send("POST", points, { exercise: "hot-add", points: 60 })).statusCode, 400, "a reason is needed");
  await teacher.send("POST", points, { exercise: "hot-add", points: 60, reason: "Nearly." });
  assert.deepEqual([(await cell())?.points, (await cell())?.byHand], [60, true]);
  const own = (await anna.send("GET", "/api/v1/attempts?exercise=hot-add")).json<AttemptList>();
  assert.deepEqual(
    own.points.map(({ name, by }) => [name, by.points, by.reason, by.by]),
    [["KVM", 60, "Nearly.", "grace"]],
  );
  await teacher.send("POST", points, { exercise: "hot-add", points: null, reason: "The check was right." });
  assert.deepEqual([(await cell())?.points, (await cell())?.byHand], [0, undefined]);
});

test("nobody opens another's evidence", async () => {
  const { id } = await attempt();
  const stranger = await server.browser().open();
  const bert = await server.browser().open();
  await bert.send("POST", "/api/v1/join", { code: room.code, name: "Bert" });
  const other = await signedIn(server, "other", "instructor");
  const theirs = (await other.send("POST", "/api/v1/classes", { name: "B", exercises: [{ exercise: "hot-add" }] })).json<ClassView>();
  const code = async (browser: FakeBrowser, method: "GET" | "POST", url: string, body?: object) => (await browser.send(method, url, body)).json().code;
  for (const browser of [stranger, bert, other, teacher]) {
    assert.equal(await code(browser, "GET", `/api/v1/attempts/${id}`), "not_found");
    assert.equal(await code(browser, "POST", `/api/v1/attempts/${id}/appeal`, { text: "mine" }), "not_found");
  }
  const bodies = { regrade: { from: "facts" }, counts: { regrade: null }, answer: { text: "no" } };
  for (const [what, body] of Object.entries(bodies)) {
    assert.equal(await code(anna, "POST", `/api/v1/classes/${room.id}/attempts/${id}/${what}`, body), "sign_in_needed");
    assert.equal(await code(other, "POST", `/api/v1/classes/${room.id}/attempts/${id}/${what}`, body), "not_found");
    assert.equal(await code(other, "POST", `/api/v1/classes/${theirs.id}/attempts/${id}/${what}`, body), "not_found", "by way of a class of one's own");
  }
  assert.equal(await code(other, "GET", `/api/v1/classes/${theirs.id}/attempts/${id}`), "not_found");
  assert.equal(await code(other, "GET", `/api/v1/classes/${theirs.id}/attempts/${id}/recordings/x`), "not_found");
  assert.equal(await code(teacher, "GET", `/api/v1/classes/${room.id}/attempts/${id}/recordings/x`), "not_found", "what is not shown");
  for (const wrong of ["0", "-1", "1e9", "99999999999999999", "x"]) assert.equal(await code(anna, "GET", `/api/v1/attempts/${wrong}`), "not_found", wrong);
});

test("facts go when they are old, too many or too much; the verdict stays and says so", async () => {
  const { id } = await attempt();
  await letGoBefore(server.store, new Date(Date.now() + 1000).toISOString());
  const view = (await anna.send("GET", `/api/v1/attempts/${id}`)).json<AttemptView>();
  assert.deepEqual([view.outcome, view.facts, view.factsGone, view.commands], ["failed", [], "age", []]);
  assert.equal((await teacher.send("POST", `/api/v1/classes/${room.id}/attempts/${id}/regrade`, { from: "facts" })).json().code, "evidence_gone");
  const next = await attempt();
  await letGoAbove(server.store, 0);
  assert.equal((await anna.send("GET", `/api/v1/attempts/${next.id}`)).json<AttemptView>().factsGone, "room");
  for (let times = 0; times < 22; times += 1) await anna.send("POST", `/api/v1/seats/${next.seat.id}/checks`, {});
  const rows = await server.store.db.selectFrom("evidence").select("gone").orderBy("attempt").execute();
  assert.deepEqual([rows.filter(({ gone }) => gone === null).length, rows.filter(({ gone }) => gone === "number").length], [20, 2]);
});
