import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLog } from "../log.ts";
import { addClass, addMember, membersOf } from "./classes.ts";
import { openStore, type Store } from "./database.ts";
import { rememberLearner } from "./learners.ts";
import { handsOf, setHand } from "./live-room.ts";
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

test("whoever worked without an account works on under it: every id leads to all of them", async () => {
  await mergeLearner(store, "one", "of-anna", AT);
  await mergeLearner(store, "two", "of-anna", AT);
  const ids = await learnersOfEach(store, ["two", "of-anna", "of-bert"]);
  assert.deepEqual(
    [...ids].map(([id, all]) => [id, [...all].sort()]),
    [
      ["two", ["of-anna", "one", "two"]],
      ["of-anna", ["of-anna", "one", "two"]],
      ["of-bert", ["of-bert"]],
    ],
  );
});

test("who is in a class twice is in it once, and a hand that was up under the other id is down; in other classes nothing changes", async () => {
  const wish = { name: "KVM", codeOn: true, seats: 9, exercises: [{ exercise: "hot-add", points: 10, latePercent: 100 }] };
  for (const id of ["both", "alone"]) await addClass(store, { id, owner: "bert", code: id, at: AT, wish });
  const joins = (room: string, learner: string) => addMember(store, { class: room, learner, name: learner, joinedAt: AT }, 9);
  const raises = (room: string) => setHand(store, { class: room, learner: "one", raisedAt: AT, text: "", exercise: undefined, twin: undefined });
  await joins("both", "of-anna");
  for (const room of ["both", "alone"]) {
    await joins(room, "one");
    await joins(room, "two");
    await raises(room);
  }
  await mergeLearner(store, "one", "of-anna", AT);
  const members = async (room: string) => (await membersOf(store, room)).map(({ learner }) => learner);
  assert.deepEqual(
    [await members("both"), await members("alone")],
    [
      ["of-anna", "two"],
      ["one", "two"],
    ],
  );
  assert.deepEqual(
    (await handsOf(store)).map((hand) => hand.class),
    ["alone"],
  );
  await mergeLearner(store, "two", "of-anna", AT);
  assert.deepEqual([await members("both"), await members("alone")], [["of-anna"], ["one"]], "also when neither is the account's own");
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
