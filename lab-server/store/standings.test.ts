import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../log.ts";
import { recordCheck } from "./attempts.ts";
import { openStore } from "./database.ts";
import { rememberLearner } from "./learners.ts";
import { insertSeat } from "./seats.ts";
import { workOf } from "./standings.ts";

const text = { en: "text", "zh-cn": "文字" };

test("the best attempt counts, the first of equals, and the first pass stays one", async (context) => {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-standings-"));
  const store = await openStore({ stateDir, log: silentLog });
  context.after(async () => {
    await store.close();
    rmSync(stateDir, { recursive: true });
  });
  const at = (minute: number): string => `2026-11-27T12:0${minute}:00.000Z`;
  for (const learner of ["anna", "bert"]) {
    await rememberLearner(store, learner, at(0));
    await insertSeat(store, { id: `seat of ${learner}`, learner, exercise: "e", startedAt: at(0) });
  }
  const attempt = (learner: string, minute: number, ...passed: readonly string[]) =>
    recordCheck(store, {
      ...{ learner, exercise: "e", seat: `seat of ${learner}`, at: at(minute), ms: 1 },
      outcome: passed.length === 3 ? "passed" : "failed",
      tasks: ["a", "b", "c"].map((task) =>
        passed.includes(task) ? { task, outcome: "passed", found: text } : { task, outcome: "failed", expected: text, found: text, look: text },
      ),
    });
  await attempt("anna", 1, "a");
  await attempt("anna", 2, "a", "b");
  await attempt("anna", 3, "b", "c");
  await attempt("anna", 4);
  await attempt("bert", 1, "a", "b", "c");
  await attempt("bert", 2);
  await attempt("bert", 3, "a", "b", "c");
  const work = await workOf(store, ["anna", "bert"], ["e"]);
  assert.deepEqual(
    work.map(({ learner, attempts, passedTasks, passedAt, bestAt, startedAt }) => [learner, attempts, passedTasks, passedAt, bestAt, startedAt]),
    [
      ["anna", 4, ["a", "b"], undefined, at(2), at(0)],
      ["bert", 3, ["a", "b", "c"], at(1), at(1), at(0)],
    ],
  );
  assert.deepEqual(await workOf(store, [], ["e"]), []);
  assert.deepEqual(await workOf(store, ["anna"], []), []);
});
