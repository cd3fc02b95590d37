import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grades, Standing } from "../../lab-server/contract/classes.ts";
import { after, countStates, holdUps, ordered, taskState } from "./live-class.ts";

const said = (en: string) => ({ en, "zh-cn": en });
const cell = (more: Partial<Standing["cells"][number]> = {}): Standing["cells"][number] => ({
  ...{ exercise: "hot-add", passed: 0, tasks: 2, done: [], failing: [], attempts: 0, hints: 0, solution: false, late: false, points: 0 },
  ...more,
});
const learner = (name: string, more: Partial<Standing> = {}): Standing => ({
  ...{ learner: name, name, joinedAt: "2026-11-27T10:00:00.000Z", cells: [cell()], points: 0, state: "works" },
  ...more,
});
const grades = (...learners: Standing[]): Grades => ({ class: "c", name: "KVM", at: "2026-11-27T10:00:00.000Z", most: 100, learners });
const NOTHING = { grades: undefined, room: undefined, reviews: 0 };

test("an event changes what it is about, and a newcomer is added", () => {
  const before = after(NOTHING, { type: "grades", grades: grades(learner("Anna"), learner("Bert")) });
  const moved = after(before, { type: "standing", standing: learner("Bert", { points: 50 }) });
  assert.deepEqual(
    moved.grades?.learners.map(({ name, points }) => [name, points]),
    [
      ["Anna", 0],
      ["Bert", 50],
    ],
  );
  assert.equal(after(moved, { type: "standing", standing: learner("Carl") }).grades?.learners.length, 3);
  assert.equal(after(NOTHING, { type: "standing", standing: learner("Carl") }).grades, undefined, "before there is a grid there is nothing to change");
});

test("who needs somebody comes first, the longest hand before the others", () => {
  const hand = (at: string) => ({ state: "asks" as const, hand: { at, text: "", twin: false } });
  const all = [learner("Anna"), learner("Bert", hand("10:05")), learner("Carl", { state: "stuck" }), learner("Dora", hand("10:01"))];
  assert.deepEqual(
    ordered(all, "state").map(({ name }) => name),
    ["Dora", "Bert", "Carl", "Anna"],
  );
  assert.deepEqual(
    ordered([learner("B"), learner("A")], "name").map(({ name }) => name),
    ["A", "B"],
  );
  assert.equal(countStates(all).get("asks"), 2);
});

test("a task that holds people up is told with its commonest mistake, whatever the numbers in it", () => {
  const failing = (task: string, found: string) => ({ cells: [cell({ failing: [{ task, found: said(found), times: 1 }] })] });
  const ups = holdUps([
    learner("Anna", failing("live", "`web_01` has 2 vCPUs.")),
    learner("Bert", failing("live", "`web_07` has 3 vCPUs.")),
    learner("Carl", failing("live", "It is shut off.")),
    learner("Dora", failing("config", "Nothing is set.")),
  ]);
  assert.deepEqual(
    ups.map(({ task, learners, mistakes }) => [task, learners, mistakes.map((one) => one.learners)]),
    [
      ["live", ["Anna", "Bert", "Carl"], [2, 1]],
      ["config", ["Dora"], [1]],
    ],
  );
  assert.deepEqual(holdUps([learner("Anna")]), []);
});

test("a task is passed by an attempt or before the lab's own eyes, and a later failure takes nothing away", () => {
  const now = { exercise: "hot-add", phase: "ready", frozen: false, terminals: [], watchers: [], done: ["live"] };
  const failed = [{ task: "live", found: said("no"), times: 2 }];
  assert.equal(taskState(learner("Anna", { now }), "hot-add", "live"), "passed");
  assert.equal(taskState(learner("Anna", { cells: [cell({ done: ["live"] })] }), "hot-add", "live"), "passed");
  assert.equal(taskState(learner("Anna", { cells: [cell({ failing: failed })] }), "hot-add", "live"), "failing");
  assert.equal(taskState(learner("Anna", { cells: [cell({ failing: failed })], now }), "hot-add", "live"), "passed");
  assert.equal(taskState(learner("Anna", { now: { ...now, exercise: "balloon" } }), "hot-add", "live"), "none");
});
