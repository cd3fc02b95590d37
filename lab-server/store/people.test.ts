import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "./database.ts";
import { rememberLearner } from "./learners.ts";
import { addPerson, isClaimed, learnersOf, learnersOfEach, mergeLearner, personById } from "./people.ts";

const AT = "2026-11-27T12:00:00.000Z";
let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-people-"));
  store = await openStore({ stateDir, log: silentLog });
  for (const id of ["anna", "bert"]) await addPerson(store, { id, learner: `of-${id}`, name: id, role: "learner", at: AT });
  for (const id of ["one", "two"]) await rememberLearner(store, id, AT);
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

test("what was done without an account is taken along once, and never what is somebody's", async () => {
  assert.equal(await mergeLearner(store, "one", "of-anna", AT), true);
  assert.equal(await mergeLearner(store, "one", "of-anna", AT), false);
  assert.equal(await mergeLearner(store, "one", "of-bert", AT), false, "it is Anna's now");
  assert.equal(await mergeLearner(store, "of-anna", "of-bert", AT), false, "Anna's own");
  assert.equal(await mergeLearner(store, "of-anna", "of-anna", AT), false);
  assert.equal(await mergeLearner(store, "nobody", "of-bert", AT), false);
  assert.deepEqual(await learnersOf(store, "of-anna"), ["of-anna", "one"]);
  assert.deepEqual(await learnersOf(store, "of-bert"), ["of-bert"]);
  assert.deepEqual(
    [...(await learnersOfEach(store, ["of-bert", "of-anna", "two"]))],
    [
      ["of-bert", ["of-bert"]],
      ["of-anna", ["of-anna", "one"]],
      ["two", ["two"]],
    ],
  );
  assert.deepEqual([...(await learnersOfEach(store, []))], []);
  assert.deepEqual(await Promise.all(["one", "of-anna", "two"].map((id) => isClaimed(store, id))), [true, true, false]);
});

test("a new account has the results of its browser, unless they are somebody's", async () => {
  const make = (id: string, learner: string) => addPerson(store, { id, learner, otherwise: `new-${id}`, name: id, role: "learner", at: AT });
  await mergeLearner(store, "one", "of-anna", AT);
  for (const [id, learner] of [
    ["carl", "two"],
    ["dora", "two"],
    ["emil", "one"],
    ["fred", "of-bert"],
  ] as const)
    assert.equal(await make(id, learner), true);
  assert.deepEqual(await Promise.all(["carl", "dora", "emil", "fred"].map(async (id) => (await personById(store, id))?.learner)), [
    "two",
    "new-dora",
    "new-emil",
    "new-fred",
  ]);
});
