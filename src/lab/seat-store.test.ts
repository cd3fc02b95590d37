/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostView, Me, SeatView } from "../../lab-server/contract/seat.ts";
import type { Verdict } from "../../lab-server/contract/verdict.ts";
import { type LabClient, LabRefused, LabUnreachable } from "./lab-client.ts";
import type { SeatEventListener } from "./seat-events.ts";
import { createSeatStore, withVerdict } from "./seat-store.ts";

const accelerator = { kind: "tcg", forced: false, reason: "start-failed" } as const;
const host = (id: string): HostView => ({ id, name: "localhost", accelerator, vcpus: 2, memoryMiB: 2048, desktop: false, frozen: false, savable: true });
const seat = (part: Partial<SeatView> = {}): SeatView => ({
  id: "s1",
  exercise: "cpu-hot-add",
  phase: "ready",
  steps: [],
  host: host("h1"),
  startedAt: "2026-01-01T00:00:00Z",
  snapshots: [],
  ...part,
});
const verdict: Verdict = {
  exercise: "cpu-hot-add",
  outcome: "failed",
  tasks: [{ task: "not-rebooted", outcome: "passed", found: { en: "x", "zh-cn": "x" } }],
  at: "2026-01-01T00:00:00Z",
  ms: 1,
  attempts: 2,
};
const me = (part: Partial<Me> = {}): Me => ({ person: null, seat: null, progress: [], accelerator, ...part });

/** A lab server of answers: each call takes what is set for it, or fails with it. */
function lab(answers: { [Call in keyof LabClient]?: unknown } = {}) {
  const calls: string[] = [];
  const answer = (call: keyof LabClient) => async (request?: unknown) => {
    calls.push(call === "startSeat" ? `${call} ${JSON.stringify(request)}` : call);
    const value = answers[call];
    if (value instanceof Error) throw value;
    return value;
  };
  const client = {
    me: answer("me"),
    startSeat: answer("startSeat"),
    resetSeat: answer("resetSeat"),
    wakeSeat: answer("wakeSeat"),
    moreTime: answer("moreTime"),
    runCheck: answer("runCheck"),
    endSeat: answer("endSeat"),
    takeSnapshot: answer("takeSnapshot"),
    returnTo: answer("returnTo"),
    removeSnapshot: answer("removeSnapshot"),
    tookHint: answer("tookHint"),
    solution: answer("solution"),
  } as LabClient;
  const listening = new Map<string, SeatEventListener>();
  const store = createSeatStore({
    client,
    openEvents(id, listener) {
      listening.set(id, listener);
      return () => listening.delete(id);
    },
  });
  return { store, calls, answers, listening };
}

test("with no lab server the page says so, and a later try may find one", async () => {
  const { store, answers } = lab({ me: new LabUnreachable() });
  await store.load();
  assert.equal(store.get().server, "away");
  answers.me = me();
  await store.load();
  assert.equal(store.get().server, "here");
  assert.equal(store.get().seat, undefined);
});

test("a seat is shown and listened to; an ended one is neither", async () => {
  const { store, listening } = lab({ me: me({ seat: seat() }) });
  await store.load();
  assert.equal(store.get().seat?.id, "s1");
  listening.get("s1")?.onEvent({ type: "seat", seat: seat({ phase: "ended" }) });
  assert.equal(store.get().seat, undefined);
  assert.equal(listening.size, 0);
});

test("two clicks on Start ask once", async () => {
  const { store, calls } = lab({ startSeat: seat({ phase: "starting" }) });
  await Promise.all([store.start("cpu-hot-add"), store.start("cpu-hot-add")]);
  assert.deepEqual(calls, ['startSeat {"exercise":"cpu-hot-add","replace":false}']);
  assert.equal(store.get().pending, undefined);
});

test("a seat elsewhere becomes known through the refusal to start", async () => {
  const { store } = lab({
    startSeat: new LabRefused({ code: "seat_taken", params: { exercise: "memory-balloon" } }),
    me: me({ seat: seat({ exercise: "memory-balloon" }) }),
  });
  await store.start("cpu-hot-add");
  assert.equal(store.get().problem?.code, "seat_taken");
  assert.equal(store.get().seat?.exercise, "memory-balloon");
});

test("moving on asks for the other exercise, and ends the seat that is there", async () => {
  const { store, calls, listening } = lab({ me: me({ seat: seat() }), startSeat: seat({ id: "s2", exercise: "memory-balloon", phase: "starting" }) });
  await store.load();
  await store.start("memory-balloon", true);
  assert.deepEqual(calls, ["me", 'startSeat {"exercise":"memory-balloon","replace":true}']);
  assert.equal(store.get().seat?.exercise, "memory-balloon");
  assert.deepEqual([...listening.keys()], ["s2"]);
});

test("a new host has no verdict yet; the same host keeps it", async () => {
  const { store, listening } = lab({ me: me({ seat: seat() }), runCheck: verdict });
  await store.load();
  await store.check();
  assert.equal(store.get().verdict?.outcome, "failed");
  listening.get("s1")?.onEvent({ type: "seat", seat: seat({ host: { ...host("h1"), frozen: true } }) });
  assert.equal(store.get().verdict?.outcome, "failed");
  listening.get("s1")?.onEvent({ type: "seat", seat: seat({ host: host("h2") }) });
  assert.equal(store.get().verdict, undefined);
});

test("a lost host is replaced under its seat, or by a new seat when that has ended", async () => {
  const { store, answers, calls } = lab({ me: me({ seat: seat({ phase: "lost" }) }), resetSeat: seat({ phase: "starting" }) });
  await store.load();
  await store.reset();
  assert.equal(store.get().seat?.phase, "starting");
  answers.resetSeat = new LabRefused({ code: "seat_ended" });
  answers.startSeat = seat({ id: "s2", phase: "starting" });
  await store.reset();
  assert.equal(store.get().seat?.id, "s2");
  assert.deepEqual(calls, ["me", "resetSeat", "resetSeat", 'startSeat {"exercise":"cpu-hot-add","replace":false}']);
});

test("what failed is told, and forgotten with the next action", async () => {
  const { store, answers } = lab({ me: me({ seat: seat() }), runCheck: new LabRefused({ code: "busy", params: { operation: "x" } }) });
  await store.load();
  await store.check();
  assert.equal(store.get().problem?.code, "busy");
  answers.runCheck = verdict;
  await store.check();
  assert.equal(store.get().problem, undefined);
});

test("when the events are refused the seat is asked for again", async () => {
  const { store, answers, listening } = lab({ me: me({ seat: seat() }) });
  await store.load();
  answers.me = me();
  listening.get("s1")?.onRefused();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(store.get().seat, undefined);
});

test("progress follows the verdict, but an errored check changes nothing", () => {
  const first = withVerdict([], verdict);
  assert.deepEqual(first, [{ exercise: "cpu-hot-add", attempts: 2, passedTasks: ["not-rebooted"] }]);
  const passed = withVerdict(first, { ...verdict, outcome: "passed", at: "2026-02-02T00:00:00Z" });
  assert.equal(passed[0]?.passedAt, "2026-02-02T00:00:00Z");
  assert.equal(withVerdict(passed, { ...verdict, outcome: "failed" })[0]?.passedAt, "2026-02-02T00:00:00Z");
  assert.equal(withVerdict(passed, { ...verdict, outcome: "errored" }), passed);
});

test("where the lab looks by itself tasks are ticked, and what is not done is not held against anybody", async () => {
  const { store, listening } = lab({ me: me({ seat: seat() }) });
  await store.load();
  const task = (id: string, outcome: "passed" | "failed"): Verdict["tasks"][number] => {
    const text = { en: "x", "zh-cn": "x" };
    return outcome === "passed" ? { task: id, outcome, found: text } : { task: id, outcome, expected: text, found: text, look: text };
  };
  const say = (at: string, asked: boolean, ...tasks: Verdict["tasks"]): void =>
    listening
      .get("s1")
      ?.onEvent({ type: "verdict", asked, verdict: { ...verdict, at, tasks, outcome: tasks.every((one) => one.outcome === "passed") ? "passed" : "failed" } });
  say("1", false, task("a", "passed"), task("b", "failed"));
  assert.deepEqual([store.get().asked, [...store.get().explained], store.get().progress], [0, [], []]);
  say("2", true, task("a", "passed"), task("b", "failed"));
  assert.deepEqual([store.get().asked, [...store.get().explained]], [1, ["b"]]);
  say("3", false, task("a", "failed"), task("b", "failed"));
  assert.deepEqual([...store.get().explained], ["b"], "what was undone again is not explained before it is asked for");
  say("4", false, task("a", "passed"), task("b", "passed"));
  assert.deepEqual([store.get().asked, [...store.get().explained]], [1, []]);
  assert.equal(store.get().progress[0]?.passedAt, "4", "done is done, whoever looked");
});

test("the verdict that the button got counts once, though it comes by the events as well", async () => {
  const { store, listening } = lab({ me: me({ seat: seat() }), runCheck: verdict });
  await store.load();
  await store.check();
  listening.get("s1")?.onEvent({ type: "verdict", verdict, asked: true });
  assert.equal(store.get().asked, 1);
});

test("snapshots are taken, returned to and removed; hints are told of, and the solution is shown", async () => {
  const snapshots = [{ id: "n1", name: "before", at: "2026-01-01T00:00:00Z" }];
  const answers = {
    takeSnapshot: seat({ snapshots }),
    returnTo: seat({ snapshots, host: host("h2") }),
    removeSnapshot: seat(),
    solution: { solution: "virsh" },
    tookHint: new LabUnreachable(),
  };
  const { store, calls } = lab({ me: me({ seat: seat() }), ...answers });
  await store.load();
  await store.takeSnapshot("before");
  assert.deepEqual(store.get().seat?.snapshots, snapshots);
  await store.returnTo("n1");
  assert.equal(store.get().seat?.host?.id, "h2");
  await store.removeSnapshot("n1");
  assert.deepEqual(store.get().seat?.snapshots, []);
  store.tookHint("a", 1);
  await store.showSolution();
  assert.equal(store.get().solution, "virsh");
  assert.deepEqual(calls, ["me", "takeSnapshot", "returnTo", "removeSnapshot", "tookHint", "solution"]);
  assert.equal(store.get().problem, undefined);
});

test("more time is asked for and shown; a seat that the lab has ended leaves its reason, also at the next visit", async () => {
  const expires = { kind: "life", inMs: 540_000, moreMs: 3_600_000 } as const;
  const farewell = { code: "time_up_lost", params: { exercise: "cpu-hot-add" } } as const;
  const { store, calls, answers, listening } = lab({ me: me({ seat: seat({ expires }) }), moreTime: seat() });
  await store.load();
  assert.deepEqual(store.get().seat?.expires, expires);
  await store.moreTime();
  assert.equal(store.get().seat?.expires, undefined);
  assert.ok(calls.includes("moreTime"));
  listening.get("s1")?.onEvent({ type: "seat", seat: seat({ phase: "ended", problem: farewell }) });
  assert.deepEqual([store.get().seat, store.get().problem], [undefined, farewell]);
  store.dismissProblem();
  answers.me = me({ farewell });
  await store.load();
  assert.deepEqual(store.get().problem, farewell);
});

test("what is recorded is shown as the events tell it, and is forgotten where a stream that opens again tells nothing", async () => {
  const { store, listening } = lab({ me: me({ seat: seat() }) });
  await store.load();
  const running = { id: "r1", exercise: "cpu-hot-add", terminal: 1, at: "2026-01-01T00:00:00Z", ms: 0, bytes: 1 };
  listening.get("s1")?.onEvent({ type: "recordings", recordings: { running: [running], last: null } });
  assert.deepEqual(store.get().recordings.running, [running]);
  listening.get("s1")?.onLive(false);
  assert.equal(store.get().recordings.running.length, 1, "the mark stays while nobody knows better");
  listening.get("s1")?.onLive(true);
  assert.deepEqual(store.get().recordings, { running: [], last: null });
});
