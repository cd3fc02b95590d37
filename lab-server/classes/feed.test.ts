import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ClassEvent, Standing } from "../contract/classes.ts";
import type { LiveRoom, WorkState } from "../contract/classroom.ts";
import { silentLog } from "../log.ts";
import { addClass, addMember, type ClassRecord, changeClass, classById, type MemberRecord } from "../store/classes.ts";
import { openStore, type Store } from "../store/database.ts";
import { addPerson, mergeLearner } from "../store/people.ts";
import { ClassFeed } from "./feed.ts";
import type { Standings } from "./standings.ts";

const AT = "2026-11-27T12:00:00.000Z";
const WISH = { name: "KVM", codeOn: true, seats: 9, exercises: [{ exercise: "hot-add", points: 10, latePercent: 100 }] };
/** What comes close together has been told by then, ms. */
const GATHERED_MS = 400;

let stateDir: string;
let store: Store;
let feed: ClassFeed;
let record: ClassRecord;
/** How learners get on now, and whose standings were computed. */
let states: Map<string, WorkState>;
let computed: string[][];
/** Held, so that what comes meanwhile has to wait. */
let computing: Promise<void>;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-feed-"));
  store = await openStore({ stateDir, log: silentLog });
  states = new Map();
  computed = [];
  computing = Promise.resolve();
  const of = async (_: unknown, members: readonly MemberRecord[]): Promise<Standing[]> => {
    computed.push(members.map(({ learner }) => learner));
    // As it is when it is asked for, however long that takes.
    const standings = members.map(({ learner, name }) => ({ learner, name, state: states.get(learner) ?? "away" }) as unknown as Standing);
    await computing;
    return standings;
  };
  const room = async ({ name, paused }: ClassRecord) => ({ name, paused }) as unknown as LiveRoom;
  feed = new ClassFeed({ store, standings: { of } as unknown as Standings, room, log: silentLog });
  await addPerson(store, { id: "ada", learner: "l-ada", name: "Ada", role: "instructor", at: AT });
  await addClass(store, { id: "kvm", owner: "ada", code: "ABC", at: AT, wish: WISH });
  for (const learner of ["bob", "cyd"]) await comesIn(learner);
  const made = await classById(store, "kvm");
  assert.ok(made);
  record = made;
});
afterEach(async () => {
  mock.timers.reset();
  await store.close();
  rmSync(stateDir, { recursive: true });
});

const comesIn = (learner: string, name = learner): Promise<boolean> => addMember(store, { class: "kvm", learner, name, joinedAt: AT }, 9);

async function look(): Promise<{ heard: string[]; stop: () => void }> {
  const heard: string[] = [];
  const say = (event: ClassEvent): string => {
    if (event.type === "grades") return `grades ${event.grades.name}: ${event.grades.learners.map(({ name, state }) => `${name} ${state}`).join(", ")}`;
    return event.type === "standing" ? `${event.standing.name} ${event.standing.state}` : event.type;
  };
  return { heard, stop: await feed.look(record, (event) => heard.push(say(event))) };
}

/** What was told before is over: of a change now, only that is told. */
async function onlyIsTold(heard: string[]): Promise<void> {
  heard.length = 0;
  const before = computed.length;
  feed.learnerChanged("bob");
  await delay(GATHERED_MS);
  assert.deepEqual([heard.length, computed.slice(before)], [1, [["bob"]]]);
}

test("whoever looks is sent everything first; while nobody looks nothing is computed", async () => {
  feed.learnerChanged("bob");
  feed.classChanged("kvm");
  await delay(GATHERED_MS);
  assert.deepEqual(computed, []);
  const { heard, stop } = await look();
  assert.deepEqual(heard, ["grades KVM: bob away, cyd away", "room"]);
  feed.learnerChanged("bob");
  stop();
  feed.learnerChanged("bob");
  await delay(GATHERED_MS);
  assert.deepEqual([heard.length, computed.length], [2, 1]);
});

test("what comes close together is told once, of those whom it is about, also when they work under an earlier id", async () => {
  await addPerson(store, { id: "cydney", learner: "l-cyd", name: "Cyd", role: "learner", at: AT });
  await mergeLearner(store, "cyd", "l-cyd", AT);
  const [one, other] = [await look(), await look()];
  one.heard.length = other.heard.length = 0;
  states.set("cyd", "works");
  const before = computed.length;
  for (const learner of ["l-cyd", "l-cyd", "nobody"]) feed.learnerChanged(learner);
  await delay(GATHERED_MS);
  assert.deepEqual([one.heard, other.heard, computed.slice(before)], [["cyd works"], ["cyd works"], [["cyd"]]]);
  other.stop();
  feed.learnerChanged("bob");
  await delay(GATHERED_MS);
  assert.deepEqual([one.heard, other.heard], [["cyd works", "bob away"], ["cyd works"]]);
});

test("who came, or has another name, is told of; the others are not told of again", async () => {
  const { heard } = await look();
  heard.length = 0;
  await comesIn("dee");
  await comesIn("bob", "Bob B.");
  feed.memberCame("kvm");
  await delay(GATHERED_MS);
  assert.deepEqual(heard, ["Bob B. away", "dee away"]);
  await onlyIsTold(heard);
});

test("a class that is about something else is told whole, with what goes on in it", async () => {
  const { heard } = await look();
  heard.length = 0;
  await changeClass(store, "kvm", { ...WISH, name: "QEMU" });
  feed.classChanged("kvm");
  await delay(GATHERED_MS);
  assert.deepEqual(heard, ["grades QEMU: bob away, cyd away"]);
  await onlyIsTold(heard);
  heard.length = 0;
  feed.classChanged("kvm");
  feed.roomChanged("kvm");
  await delay(GATHERED_MS);
  assert.deepEqual(heard, ["room", "grades QEMU: bob away, cyd away"]);
  await onlyIsTold(heard);
});

test("nothing older comes after something newer", async () => {
  const { heard } = await look();
  heard.length = 0;
  const held = Promise.withResolvers<void>();
  computing = held.promise;
  states.set("bob", "works");
  feed.learnerChanged("bob");
  await delay(GATHERED_MS);
  computing = Promise.resolve();
  states.set("bob", "passed");
  feed.learnerChanged("bob");
  const late = look();
  await delay(GATHERED_MS);
  assert.deepEqual(heard, [], "the first is not computed yet");
  held.resolve();
  assert.deepEqual((await late).heard[0], "grades KVM: bob passed, cyd away");
  await delay(GATHERED_MS);
  assert.deepEqual(heard, ["bob works", "bob passed"]);
});

test("as time passes, those are told of who get on otherwise than before", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  await addPerson(store, { id: "cydney", learner: "l-cyd", name: "Cyd", role: "learner", at: AT });
  await mergeLearner(store, "cyd", "l-cyd", AT);
  const { heard } = await look();
  heard.length = 0;
  mock.timers.tick(30_000);
  await delay(GATHERED_MS);
  assert.deepEqual([heard, computed.at(-1)], [[], ["bob", "cyd"]]);
  states.set("cyd", "idle");
  mock.timers.tick(30_000);
  await delay(GATHERED_MS);
  assert.deepEqual(heard, ["cyd idle"]);
  await onlyIsTold(heard);
  states.set("bob", "idle");
  feed.learnerChanged("bob");
  await delay(GATHERED_MS);
  heard.length = 0;
  mock.timers.tick(30_000);
  await delay(GATHERED_MS);
  assert.deepEqual(heard, [], "all of it has been told");
});

test("a review is told once a second, of the classes that somebody looks at and the learner is in", async () => {
  const { heard } = await look();
  heard.length = 0;
  for (const learner of ["bob", "cyd", "nobody"]) feed.reviewOf(learner);
  feed.reviewChanged("another");
  await delay(1_200);
  assert.deepEqual(heard, ["review"]);
  feed.reviewOf("nobody");
  await delay(1_200);
  assert.deepEqual(heard, ["review"]);
  feed.reviewOf("cyd");
  await delay(1_200);
  assert.deepEqual(heard, ["review", "review"]);
});
