import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { LabError } from "../errors.ts";
import { silentLog } from "../log.ts";
import { Outbound } from "../outbound/outbound.ts";
import { openStore, type Store } from "../store/database.ts";
import { rememberLearner } from "../store/learners.ts";
import { addLtiUser, rememberPlacement } from "../store/lti.ts";
import { findScore } from "../store/lti-scores.ts";
import { belowPath, type Grades, type Score } from "./ags.ts";
import { Registrations } from "./registrations.ts";
import { ScoreOutbox } from "./score-outbox.ts";

const MINUTE_MS = 60_000;
const score: Score = { scoreGiven: 1, scoreMaximum: 10, activityProgress: "InProgress", gradingProgress: "FullyGraded", comment: "one" };

let stateDir: string;
let store: Store;
let registrations: Registrations;
let registration: string;
let outbox: ScoreOutbox;
let now: number;
/** What the platform says next; the last goes on. */
let answers: (number | "down" | Record<string, string>)[];
let posted: { lineItem: string; subject: string; given: number | undefined; at: string }[];
let warned: object[];
let whileSending: () => Promise<void>;

const grades = {
  postScore: async (_registration: unknown, lineItem: string, subject: string, { scoreGiven: given }: Score, at: string) => {
    posted.push({ lineItem, subject, given, at });
    await whileSending();
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "down" || answer === undefined) throw new LabError("platform_failed", { log: "connect ECONNREFUSED" });
    return typeof answer === "number" ? { status: answer, headers: {}, body: "why" } : { status: 429, headers: answer, body: "" };
  },
} as unknown as Grades;

const open = (): ScoreOutbox => {
  const log = { ...silentLog, warn: (fields: object) => void warned.push(fields) };
  return new ScoreOutbox({ store, registrations, grades, log, now: () => now });
};

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-outbox-"));
  store = await openStore({ stateDir, log: silentLog });
  registrations = await Registrations.open(store, new Outbound());
  const url = "https://school.example/x";
  const given = {
    name: "School",
    issuer: "https://school.example",
    clientId: "c",
    deployments: ["1"],
    authUrl: url,
    tokenUrl: url,
    jwksUrl: url,
    frameOrigins: [],
  };
  registration = (await registrations.add(given)).id;
  now = Date.parse("2026-11-27T12:00:00.000Z");
  answers = [200];
  posted = [];
  warned = [];
  whileSending = async () => {};
  outbox = open();
});
afterEach(async () => {
  await outbox.close();
  await store.close();
  rmSync(stateDir, { recursive: true });
});

const key = (subject = "7") => ({ registration, subject, lineItem: "https://school.example/lineitem?type_id=1" });
const stateOf = async (subject?: string) => (await findScore(store, key(subject)))?.state;

test("a line item's query stays a query", () => {
  assert.equal(belowPath("https://m.example/2/lineitems/5/lineitem?type_id=3", "scores"), "https://m.example/2/lineitems/5/lineitem/scores?type_id=3");
  assert.equal(belowPath("https://c.example/api/v1/line_items/9", "scores"), "https://c.example/api/v1/line_items/9/scores");
  assert.equal(belowPath("https://c.example/api/v1/line_items/9/", "scores"), "https://c.example/api/v1/line_items/9/scores");
});

test("the newest score is sent, once, and each is younger than the one before", async () => {
  await outbox.put(key(), score);
  await outbox.put(key(), { ...score, scoreGiven: 2 });
  await outbox.send();
  now -= 5 * MINUTE_MS;
  await outbox.put(key(), { ...score, scoreGiven: 3 });
  await outbox.send();
  await outbox.send();
  assert.deepEqual(
    posted.map(({ given, at }) => [given, at]),
    [
      [2, "2026-11-27T12:00:00.001Z"],
      [3, "2026-11-27T12:00:00.002Z"],
    ],
    "though the clock went back",
  );
});

test("a score that comes while the last one is on its way is not lost", async () => {
  await outbox.put(key(), score);
  whileSending = async () => {
    whileSending = async () => {};
    await outbox.put(key(), { ...score, scoreGiven: 9 });
  };
  await outbox.send();
  assert.equal(await stateOf(), "waiting");
  await outbox.send();
  assert.deepEqual([await stateOf(), posted.map(({ given }) => given)], ["sent", [1, 9]]);
});

test("409 says that the platform has a newer one: that is no failure", async () => {
  answers = [409];
  await outbox.put(key(), score);
  await outbox.send();
  assert.deepEqual([await stateOf(), await outbox.troubles(), warned], ["sent", [], []]);
});

test("what the platform will never take is told and not tried again, and holds nobody up", async () => {
  answers = [400, 200];
  await outbox.put(key("teacher"), score);
  now += 1;
  await outbox.put(key("7"), score);
  await outbox.send();
  now += 24 * 60 * MINUTE_MS;
  await outbox.send();
  assert.deepEqual([await stateOf("teacher"), await stateOf("7"), posted.length], ["failed", "sent", 2]);
  const [trouble] = await outbox.troubles();
  assert.deepEqual([trouble?.subject, trouble?.state, trouble?.error], ["teacher", "failed", "answered 400: why"]);
  assert.equal(warned.length, 1);
  answers = [200];
  await outbox.put(key("teacher"), score);
  await outbox.send();
  assert.equal(await stateOf("teacher"), "sent", "a new score is a new try");
});

test("401, 500 and silence are waited out, longer each time, over a restart too, and then given up", async () => {
  answers = [401, 500, "down"];
  await outbox.put(key(), score);
  await outbox.send();
  assert.deepEqual([await stateOf(), (await outbox.troubles()).length], ["waiting", 1]);
  now += 29_000;
  await outbox.send();
  assert.equal(posted.length, 1);
  now += 1_000;
  await outbox.send();
  assert.equal(posted.length, 2);
  outbox = open();
  now += 59_000;
  await outbox.send();
  assert.equal(posted.length, 2);
  now += 1_000;
  await outbox.send();
  assert.deepEqual([posted.length, (await outbox.troubles())[0]?.error], [3, "connect ECONNREFUSED"]);
  while ((await stateOf()) === "waiting" && posted.length < 200) {
    now += 60 * MINUTE_MS;
    await outbox.send();
  }
  assert.equal(await stateOf(), "failed");
  assert.ok(posted.length < 90, `${posted.length} tries in three days`);
  assert.equal(warned.length, 1);
});

test("a platform that asks for time gets it", async () => {
  answers = [{ "retry-after": "600" }, 200];
  await outbox.put(key(), score);
  await outbox.send();
  now += 9 * MINUTE_MS;
  await outbox.send();
  assert.equal(posted.length, 1);
  now += MINUTE_MS;
  await outbox.send();
  assert.equal(await stateOf(), "sent");
});

test("a platform that is down is asked by one score of a class, and gets all when it is back", async () => {
  answers = ["down"];
  for (let n = 0; n < 100; n += 1) await outbox.put(key(`s${n}`), score);
  for (let n = 0; n < 6; n += 1) {
    await outbox.send();
    now += 10_000;
  }
  assert.equal(posted.length, 2);
  answers = [200];
  now += 10 * MINUTE_MS;
  await outbox.send();
  assert.equal(posted.length, 102);
});

test("a learner's result goes to each grade book that sent them to the exercise, and to no other", async () => {
  await rememberLearner(store, "ada", new Date(now).toISOString());
  await rememberLearner(store, "bob", new Date(now).toISOString());
  await addLtiUser(store, { registration, subject: "7", learner: "ada" }, "t");
  assert.equal(await addLtiUser(store, { registration, subject: "7", learner: "bob" }, "t"), "ada", "who came first");
  for (const lineItem of ["https://school.example/1", "https://school.example/2"]) {
    await rememberPlacement(store, { registration, subject: "7", lineItem, exercise: "hot-add" }, "t");
  }
  await rememberPlacement(store, { registration, subject: "8", lineItem: "https://school.example/1", exercise: "hot-add" }, "t");
  assert.equal(await outbox.scored("ada", "hot-add", score), 2);
  assert.equal(await outbox.scored("ada", "balloon", score), 0);
  assert.equal(await outbox.scored("bob", "hot-add", score), 0);
  await outbox.send();
  assert.deepEqual(posted.map(({ subject, lineItem }) => `${subject} ${lineItem}`).sort(), ["7 https://school.example/1", "7 https://school.example/2"]);
  await registrations.remove(registration);
  assert.equal(await outbox.scored("ada", "hot-add", score), 0);
  await assert.rejects(outbox.put(key(), { ...score, scoreGiven: 11 }), /more points than there are/);
});
