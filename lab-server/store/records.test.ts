import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { sql } from "kysely";
import type { TaskVerdict } from "../contract/verdict.ts";
import { silentLog } from "../log.ts";
import { type CheckRecord, countAttempts, recordCheck } from "./attempts.ts";
import { openStore, type Store } from "./database.ts";
import { rememberLearner } from "./learners.ts";
import { progressOf } from "./progress.ts";
import { endSeat, findSeat, insertSeat, lastEnd, openSeats, setSeatHost, setSeatLife } from "./seats.ts";

let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-store-"));
  store = await openStore({ stateDir, log: silentLog });
  await rememberLearner(store, "ada", "2026-11-22T08:00:00.000Z");
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

const seat = (id: string, learner = "ada") => ({ id, learner, exercise: "cpu-hot-add", startedAt: "2026-11-22T09:00:00.000Z" });
const text = { en: "4 vCPUs", "zh-cn": "4 个 vCPU" };
const pass = (task: string): TaskVerdict => ({ task, outcome: "passed", found: text });
const fail = (task: string): TaskVerdict => ({ task, outcome: "failed", expected: text, found: text, look: text });
const check = (over: Partial<CheckRecord>): CheckRecord => ({
  learner: "ada",
  exercise: "cpu-hot-add",
  seat: "s1",
  at: "2026-11-22T09:10:00.000Z",
  outcome: "failed",
  tasks: [fail("live"), fail("guest")],
  ms: 800.4,
  ...over,
});

test("a learner who comes back keeps the day they first came", async () => {
  await rememberLearner(store, "ada", "2026-11-23T08:00:00.000Z");
  const row = await store.db.selectFrom("learners").selectAll().executeTakeFirstOrThrow();
  assert.deepEqual({ ...row }, { id: "ada", created_at: "2026-11-22T08:00:00.000Z", last_seen_at: "2026-11-23T08:00:00.000Z" });
});

test("a seat is kept with its host and baseline until it ends", async () => {
  await insertSeat(store, seat("s1"));
  await setSeatHost(store, "s1", { id: "host00000001", baseline: { bootId: "x" } });
  assert.deepEqual(await openSeats(store), [
    {
      ...seat("s1"),
      hostId: "host00000001",
      baseline: { bootId: "x" },
      parked: undefined,
      life: { usedMs: 0, more: 0 },
      parameters: {},
      sitting: undefined,
      ended: false,
    },
  ]);
  await endSeat(store, "s1", "learner", "2026-11-22T10:00:00.000Z");
  await endSeat(store, "s1", "server-stopped", "2026-11-22T11:00:00.000Z");
  assert.deepEqual(await openSeats(store), []);
  const row = await store.db.selectFrom("seats").selectAll().executeTakeFirstOrThrow();
  assert.equal(row.end_reason, "learner");
  assert.equal((await findSeat(store, "s1"))?.ended, true);
  assert.equal(await findSeat(store, "s2"), undefined);
});

test("the time of a seat is kept, and how the last one ended", async () => {
  await insertSeat(store, seat("s1"));
  const life = { usedMs: 1234, more: 1, awakeSince: "2026-11-22T09:00:00.000Z", waitsSince: "2026-11-22T09:30:00.000Z" };
  await setSeatLife(store, "s1", life);
  assert.deepEqual((await findSeat(store, "s1"))?.life, life);
  await setSeatLife(store, "s1", { usedMs: 1300, more: 1 });
  assert.deepEqual((await findSeat(store, "s1"))?.life, { usedMs: 1300, more: 1 });
  assert.equal(await lastEnd(store, "ada"), undefined);
  await endSeat(store, "s1", "unused", "2026-11-22T10:00:00.000Z");
  assert.deepEqual(await lastEnd(store, "ada"), { exercise: "cpu-hot-add", reason: "unused" });
  await insertSeat(store, seat("s2"));
  assert.equal(await lastEnd(store, "ada"), undefined);
});

test("the database refuses a second open seat, and a seat of nobody", async () => {
  await insertSeat(store, seat("s1"));
  await assert.rejects(insertSeat(store, seat("s2")), /UNIQUE/);
  await assert.rejects(insertSeat(store, seat("s3", "nobody")), /FOREIGN KEY/);
  await endSeat(store, "s1", "learner", "2026-11-22T10:00:00.000Z");
  await insertSeat(store, seat("s2"));
});

test("attempts are counted, errored checks are not", async () => {
  await insertSeat(store, seat("s1"));
  assert.equal(await recordCheck(store, check({})), 1);
  const errored = check({ outcome: "errored", tasks: [{ task: "live", outcome: "errored", reason: text }] });
  assert.equal(await recordCheck(store, errored), 1);
  assert.equal(await recordCheck(store, check({ exercise: "memory-balloon" })), 1);
  assert.equal(await countAttempts(store, "ada", "cpu-hot-add"), 1);
});

test("attempts can be neither changed nor removed", async () => {
  await insertSeat(store, seat("s1"));
  await recordCheck(store, check({}));
  await assert.rejects(sql`update attempts set outcome = 'passed'`.execute(store.db), /never changed/);
  await assert.rejects(sql`delete from attempts`.execute(store.db), /never removed/);
});

test("progress is the latest attempt's tasks and the first pass", async () => {
  await rememberLearner(store, "bob", "2026-11-22T08:00:00.000Z");
  await insertSeat(store, seat("s1"));
  await insertSeat(store, seat("s2", "bob"));
  await recordCheck(store, check({ outcome: "passed", tasks: [pass("live"), pass("guest")], at: "2026-11-22T09:20:00.000Z" }));
  await recordCheck(store, check({ outcome: "passed", tasks: [pass("live"), pass("guest")], at: "2026-11-22T09:30:00.000Z" }));
  await recordCheck(store, check({ tasks: [pass("live"), fail("guest")], at: "2026-11-22T09:40:00.000Z" }));
  await recordCheck(store, check({ exercise: "balloon" }));
  await recordCheck(store, check({ learner: "bob", seat: "s2" }));
  assert.deepEqual(await progressOf(store, "ada"), [
    { exercise: "balloon", attempts: 1, passedTasks: [] },
    { exercise: "cpu-hot-add", attempts: 3, passedTasks: ["live"], passedAt: "2026-11-22T09:20:00.000Z" },
  ]);
  assert.deepEqual(await progressOf(store, "nobody"), []);
});
