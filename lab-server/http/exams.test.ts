import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ClassView, Grades } from "../contract/classes.ts";
import type { AttemptList, AttemptView } from "../contract/evidence.ts";
import type { ExamList, ExamRoomView, ExamView } from "../contract/exams.ts";
import type { SeatView } from "../contract/seat.ts";
import { type FakeBrowser, fakeServer } from "../fake-rooms.ts";
import { insertCommand } from "../store/commands.ts";
import { frozenHosts } from "../store/exams.ts";
import { gradeByCounting } from "./testing-classes.ts";
import { signedIn } from "./testing-people.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let teacher: FakeBrowser;
let anna: FakeBrowser;
/** What every host counts to; the task wants four. */
let counted = 4;

const grade = gradeByCounting(() => counted);

beforeEach(async () => {
  counted = 4;
  server = await fakeServer({ grade, parameters: { size: { from: 1, to: 1000, step: 1 } } });
  teacher = await signedIn(server, "grace", "instructor");
  anna = await server.browser().open();
});
afterEach(async () => {
  mock.timers.reset();
  await server.close();
});

const EXAM = { exercises: ["hot-add", "balloon"], minutes: 30, attempts: 2 };
/** A class with an exam that Anna is in. */
async function classWith(exam: object = {}, more: object = {}): Promise<ClassView> {
  const wish = { name: "KVM", exercises: [{ exercise: "hot-add" }, { exercise: "balloon" }], exam: { ...EXAM, ...exam }, ...more };
  const response = await teacher.send("POST", "/api/v1/classes", wish);
  assert.equal(response.statusCode, 201, response.body);
  const room = response.json<ClassView>();
  await anna.send("POST", "/api/v1/join", { code: room.code, name: "Anna" });
  return room;
}
const start = async (exercise: string, replace = false, browser = anna) => {
  const response = await browser.send("POST", "/api/v1/seats", { exercise, replace });
  if (response.statusCode >= 300) return { code: response.json().code as string };
  let seat = response.json<SeatView>();
  while (seat.phase === "starting" || seat.phase === "queued") seat = (await browser.send("GET", `/api/v1/seats/${seat.id}`)).json<SeatView>();
  return seat;
};
const seatOf = async (exercise: string, replace = false): Promise<SeatView> => {
  const seat = await start(exercise, replace);
  assert.ok("id" in seat, JSON.stringify(seat));
  return seat;
};
const code = async (method: "GET" | "POST", url: string, body?: object, browser = anna): Promise<string | number> => {
  const response = await browser.send(method, url, body);
  return response.statusCode < 300 ? response.statusCode : response.json().code;
};
const own = async (browser = anna): Promise<ExamView> => (await browser.send("GET", "/api/v1/exams")).json<ExamList>().exams[0] as ExamView;
const roomOf = async ({ id }: ClassView): Promise<ExamRoomView> => (await teacher.send("GET", `/api/v1/classes/${id}/exam`)).json();
/** Until everything at the end of Anna's exam is graded. */
async function graded(room: ClassView): Promise<ExamRoomView["learners"][number]> {
  for (let tries = 0; ; tries += 1) {
    const [learner] = (await roomOf(room)).learners;
    assert.ok(learner);
    if (learner.state === "over" && learner.tasks.every((task) => task.graded !== undefined)) return learner;
    assert.ok(tries < 200, `it is not graded: ${JSON.stringify(learner)}`);
    await delay(10);
  }
}

test("what holds is told before; an exercise of an exam is begun only in it", async () => {
  const room = await classWith();
  const view = await own();
  assert.deepEqual(
    [view.state, view.minutes, view.attempts, view.snapshots, view.tasks.map(({ exercise }) => exercise)],
    ["open", 30, 2, false, ["hot-add", "balloon"]],
  );
  assert.deepEqual(await start("hot-add"), { code: "exam_not_begun" });
  const begun = (await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {})).json<ExamView>();
  assert.equal(begun.state, "running");
  assert.ok((begun.endsInMs ?? 0) > 29 * 60_000 && (begun.endsInMs ?? 0) <= 30 * 60_000);
  assert.deepEqual((await own()).endsInMs !== undefined && (await own()).state, "running", "asking again changes nothing");
  const seat = await seatOf("hot-add");
  assert.deepEqual([seat.exam?.class, seat.exam?.checksLeft, seat.exam?.snapshots], [room.id, 2, false]);
});

test("in an exam the server gives no help, no snapshots, and no more verdicts than there are attempts", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  const seat = await seatOf("hot-add");
  const at = `/api/v1/seats/${seat.id}`;
  assert.equal(await code("POST", `${at}/hints`, { task: "task", number: 1 }), "exam_refused");
  assert.equal(await code("POST", `${at}/solution`, {}), "exam_refused");
  assert.equal(await code("POST", `${at}/snapshots`, { name: "before" }), "exam_refused");
  assert.equal(await code("POST", `${at}/reset`, {}), 200, "a reset costs only time");
  await seatOf("hot-add");
  counted = 3;
  assert.equal(await code("POST", `${at}/checks`, {}), 200);
  counted = 4;
  assert.equal(await code("POST", `${at}/checks`, {}), 200);
  assert.equal(await code("POST", `${at}/checks`, {}), "exam_used");
  assert.deepEqual(await start("none", true), { code: "exam_running" }, "nothing else is started meanwhile");
  const attempts = (await anna.send("GET", "/api/v1/attempts?exercise=hot-add")).json<AttemptList>().attempts;
  assert.equal(attempts.length, 2);
  assert.equal(await code("GET", `/api/v1/attempts/${attempts[0]?.id}`), "exam_running", "evidence is opened afterwards");
});

test("what is drawn in an exam is drawn for it, and stays however often it is started", async () => {
  const practice = await seatOf("hot-add");
  await anna.send("DELETE", `/api/v1/seats/${practice.id}`);
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  const first = await seatOf("hot-add");
  assert.notDeepEqual(first.parameters, practice.parameters);
  await anna.send("DELETE", `/api/v1/seats/${first.id}`);
  assert.deepEqual((await seatOf("hot-add")).parameters, first.parameters);
});

test("who goes on with another task finds the first one as it was left", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  assert.deepEqual(await start("balloon"), { code: "seat_taken" });
  await seatOf("balloon", true);
  const [kept] = await frozenHosts(server.store);
  assert.deepEqual([kept?.exercise, server.backend.saved()], ["hot-add", [kept?.id]]);
  const restored: string[] = [];
  const restore = server.backend.restore.bind(server.backend);
  server.backend.restore = (saved, options) => {
    restored.push(saved);
    return restore(saved, options);
  };
  await seatOf("hot-add", true);
  assert.deepEqual(restored, [kept?.id]);
  assert.deepEqual((await frozenHosts(server.store)).map(({ exercise }) => exercise).sort(), ["balloon", "hot-add"]);
});

test("a kept host that could not be brought back is tried again, and not thrown away", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  await seatOf("balloon", true);
  server.backend.births.push({ kind: "fail", step: "connect" });
  const failed = await seatOf("hot-add", true);
  assert.equal(failed.phase, "failed");
  const restored: string[] = [];
  const restore = server.backend.restore.bind(server.backend);
  server.backend.restore = (saved, options) => {
    restored.push(saved);
    return restore(saved, options);
  };
  await anna.send("POST", `/api/v1/seats/${failed.id}/reset`, {});
  assert.equal((await seatOf("hot-add")).phase, "ready");
  assert.equal(restored.length, 1);
});

test("handed in: each state is frozen and graded, and can be graded again from the host", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  counted = 3;
  const typed = (seat: SeatView, line: string) => insertCommand(server.store, { seat: seat.id, terminal: "1", at: new Date().toISOString(), line });
  await typed(await seatOf("hot-add"), "first seat");
  await seatOf("balloon", true);
  await typed(await seatOf("hot-add", true), "second seat");
  await seatOf("balloon", true);
  assert.equal((await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {})).json<ExamView>().state, "over");
  const learner = await graded(room);
  assert.deepEqual(
    learner.tasks.map(({ graded: outcome, passed, attempts, host }) => [outcome, passed, attempts, host]),
    [
      ["failed", 0, 1, true],
      ["failed", 0, 1, true],
    ],
  );
  assert.equal((await anna.send("GET", "/api/v1/me")).json().farewell.code, "exam_over");
  const [attempt] = (await anna.send("GET", "/api/v1/attempts?exercise=hot-add")).json<AttemptList>().attempts;
  assert.ok(attempt);
  const opened = (await anna.send("GET", `/api/v1/attempts/${attempt.id}`)).json<AttemptView>();
  assert.deepEqual(
    opened.commands.map(({ line }) => line),
    ["first seat", "second seat"],
    "of every seat that the learner had at the exercise in the exam",
  );

  counted = 4;
  const at = `/api/v1/classes/${room.id}/attempts/${attempt.id}`;
  await teacher.send("POST", `${at}/regrade`, { from: "host" });
  let view = (await teacher.send("GET", at)).json<AttemptView>();
  for (let tries = 0; view.history.length === 0 && tries < 200; tries += 1) {
    await delay(10);
    view = (await teacher.send("GET", at)).json<AttemptView>();
  }
  assert.deepEqual(
    view.history.map(({ kind, outcome, by, sameVersion }) => [kind, outcome, by, sameVersion]),
    [["host", "passed", "grace", true]],
  );
  assert.equal(view.outcome, "failed", "the first verdict stands");
  const pointsOf = async () => (await teacher.send("GET", `/api/v1/classes/${room.id}/grades`)).json<Grades>().learners[0]?.cells.map(({ points }) => points);
  assert.deepEqual(await pointsOf(), [0, 0], "a regrade alone changes no grade");
  await teacher.send("POST", `${at}/counts`, { regrade: view.history[0]?.id });
  assert.deepEqual(await pointsOf(), [100, 0]);
  await teacher.send("POST", `${at}/counts`, { regrade: null });
  assert.deepEqual(await pointsOf(), [0, 0], "and back");
  assert.equal(server.backend.saved().length, 2, "the frozen hosts are still there");
});

test("an exam that ends while the class is paused is frozen and graded as any other", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  assert.equal(await code("POST", `/api/v1/classes/${room.id}/pause`, { paused: true }, teacher), 204);
  await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {});
  const { tasks } = await graded(room);
  assert.deepEqual(tasks[0] && [tasks[0].graded, tasks[0].host], ["passed", true]);
});

test("time is up: the exam ends by itself, and the class's closing ends it too", async () => {
  const room = await classWith({ minutes: 1 });
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  mock.timers.tick(59_000);
  assert.equal((await own()).state, "running");
  mock.timers.tick(2_000);
  mock.timers.reset();
  const learner = await graded(room);
  assert.deepEqual([learner.endReason, learner.tasks.map((task) => task.graded)], ["time-up", ["no-host", "no-host"]]);

  const closing = await classWith({ minutes: 60 }, { closesAt: new Date(Date.now() + 5 * 60_000).toISOString() });
  const other = await server.browser().open();
  await other.send("POST", "/api/v1/join", { code: closing.code, name: "Bert" });
  const begun = (await other.send("POST", `/api/v1/exams/${closing.id}/begin`, {})).json<ExamView>();
  assert.ok((begun.endsInMs ?? 0) <= 5 * 60_000);
});

test("more time, in advance or while it runs, for one or for all; and an exam that was over goes on", async () => {
  const room = await classWith({ attempts: 1 });
  const [learner] = (await roomOf(room)).learners;
  const minutes = `/api/v1/classes/${room.id}/exam/minutes`;
  await teacher.send("POST", minutes, { minutes: 15, learner: learner?.learner });
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  const seat = await seatOf("hot-add");
  await teacher.send("POST", minutes, { minutes: 5 });
  const view = await own();
  assert.equal(view.extraMinutes, 20);
  assert.ok((view.endsInMs ?? 0) > 49 * 60_000);
  const told = (await anna.send("GET", `/api/v1/seats/${seat.id}`)).json<SeatView>();
  assert.ok((told.exam?.endsInMs ?? 0) > 49 * 60_000, "the page is told at once");
  assert.equal(await code("POST", minutes, { minutes: 5, learner: "nobody" }, teacher), "not_found");

  await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {});
  await graded(room);
  const again = await teacher.send("POST", `/api/v1/classes/${room.id}/exam/reopen`, { learner: learner?.learner, minutes: 10 });
  assert.equal(again.json<ExamRoomView>().learners[0]?.state, "running", again.body);
  const back = await seatOf("hot-add");
  assert.equal(back.exam?.checksLeft, 1, "one attempt more");
  assert.ok((back.exam?.endsInMs ?? 0) <= 11 * 60_000, "in whole minutes");
});

test("a host that cannot be frozen is graded while it is there", async () => {
  const room = await classWith({ attempts: 1 });
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  server.backend.save = async () => {
    throw new Error("no disk");
  };
  await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {});
  const learner = await graded(room);
  assert.deepEqual(
    learner.tasks.map(({ graded: outcome, passed, host }) => [outcome, passed, host]),
    [
      ["used", 1, false],
      ["no-host", 0, false],
    ],
  );
  assert.equal(server.seats.of("anna"), undefined);
});

test("only what was done in the exam counts in its class", async () => {
  const practice = await seatOf("hot-add");
  await anna.send("POST", `/api/v1/seats/${practice.id}/checks`, {});
  const room = await classWith();
  const cells = (await teacher.send("GET", `/api/v1/classes/${room.id}/grades`)).json<Grades>().learners[0]?.cells;
  assert.deepEqual(
    cells?.map(({ exam, attempts, points }) => [exam, attempts, points]),
    [
      [true, 0, 0],
      [true, 0, 0],
    ],
  );
});

test("an exam is not another's to begin, to see or to lengthen", async () => {
  const room = await classWith();
  const stranger = await server.browser().open();
  const other = await signedIn(server, "other", "instructor");
  assert.equal(await code("POST", `/api/v1/exams/${room.id}/begin`, {}, stranger), "not_found");
  assert.equal(await code("POST", `/api/v1/exams/${room.id}/hand-in`, {}, anna), "not_found", "not begun");
  assert.equal(await code("GET", `/api/v1/classes/${room.id}/exam`, undefined, other), "not_found");
  assert.equal(await code("POST", `/api/v1/classes/${room.id}/exam/minutes`, { minutes: 5 }, other), "not_found");
  const early = await classWith({}, { opensAt: new Date(Date.now() + 60_000).toISOString() });
  assert.equal(await code("POST", `/api/v1/exams/${early.id}/begin`, {}), "exam_early");
  const wrong = await teacher.send("POST", "/api/v1/classes", {
    name: "x",
    exercises: [{ exercise: "hot-add" }],
    exam: { exercises: ["balloon"], minutes: 5 },
  });
  assert.equal(wrong.statusCode, 400);
});

test("an archived class lets go of its hosts", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {});
  await graded(room);
  assert.equal(server.backend.saved().length, 1);
  await teacher.send("DELETE", `/api/v1/classes/${room.id}`);
  assert.deepEqual(server.backend.saved(), []);
});

test("a server that comes back ends what is overdue, goes on with what is not, and tells of the time without one", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  await server.store.db
    .updateTable("sittings")
    .set({ started_at: ago(20) })
    .execute();
  await server.store.db
    .updateTable("server_alive")
    .set({ at: ago(12) })
    .execute();
  await server.exams.recover();
  const view = await roomOf(room);
  assert.deepEqual([view.learners[0]?.state, view.outages.map(({ learners }) => learners)], ["running", [["Anna"]]]);
  assert.ok((view.learners[0]?.endsInMs ?? 0) <= 10 * 60_000, "the clock went on");

  await server.store.db
    .updateTable("sittings")
    .set({ started_at: ago(31) })
    .execute();
  await server.exams.recover();
  const learner = await graded(room);
  assert.deepEqual([learner.endReason, learner.tasks[0]?.graded, learner.tasks[0]?.host], ["time-up", "passed", true]);
});

test("a server that was killed while it ended an exam ends it when it comes back", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  const seat = await seatOf("hot-add");
  await server.store.db.updateTable("sittings").set({ ended_at: new Date().toISOString(), end_reason: "time-up" }).execute();
  await server.exams.recover();
  const learner = await graded(room);
  assert.deepEqual([learner.tasks[0]?.graded, learner.tasks[0]?.host], ["passed", true]);
  assert.equal(await code("GET", `/api/v1/seats/${seat.id}`), "seat_ended");
});

test("hosts that are kept of an exam stay at a restart, and the oldest make room", async () => {
  const room = await classWith();
  await anna.send("POST", `/api/v1/exams/${room.id}/begin`, {});
  await seatOf("hot-add");
  await anna.send("POST", `/api/v1/exams/${room.id}/hand-in`, {});
  await graded(room);
  const [kept] = server.backend.saved();
  server.backend.savedHosts.set("stray", "running");
  await server.seats.recover([], new Map(), [], await server.frozen.ids());
  assert.deepEqual(server.backend.saved(), [kept]);

  await server.store.db
    .updateTable("frozen_hosts")
    .set({ bytes: 2 ** 40 })
    .execute();
  assert.equal((await roomOf(room)).hosts.tight, true, "it is told before");
  await server.frozen.makeRoom();
  assert.deepEqual([server.backend.saved(), (await roomOf(room)).hosts.goneForRoom], [[], 1]);
});
