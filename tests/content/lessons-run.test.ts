/**
 * Every command that a lesson marks to be run is run on a real host, in the order of the text. The languages have the same
 * commands (tests/unit/lesson-commands.test.ts), so the English ones are run.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readExercises } from "../../lab-server/exercises/catalogue.ts";
import { TCG_CODE_TRIAL_MIB } from "../../lab-server/hosts/qemu/args.ts";
import { sideBySide } from "../../lab-server/trial/side-by-side.ts";
import { isChosen, testJobs } from "../support/content-choice.ts";
import type { Lesson } from "../support/lesson.ts";
import { readLessons } from "../support/lessons.ts";
import { openRealBackend } from "../support/real-backend.ts";
import { runLesson } from "../support/run-lesson.ts";

/** A lesson has to wait for its turn. */
const TEST_MS = 3_600_000;

const lessons = (await readLessons()).filter(
  ({ locale, stretches, address, exercises }) => locale === "en" && stretches.length > 0 && isChosen(address.split("/").at(-1) ?? "", ...exercises),
);
// That every exercise is whole is another test's matter; a lesson needs its own.
const { exercises } = await readExercises(fileURLToPath(new URL("../../src/content/exercises", import.meta.url)));
const real = await openRealBackend({ codeMiB: TCG_CODE_TRIAL_MIB });
after(() => real.close());
/** The most that it may take: what takes long says so. */
const secondsOf = (lesson: Lesson): number =>
  lesson.stretches.reduce((sum, { commands }) => sum + commands.reduce((seconds, { wait }) => seconds + wait, 0), 0);
const running = sideBySide(lessons, testJobs(), (lesson) => runLesson(real.backend, exercises, lesson), { weigh: secondsOf });

for (const [index, lesson] of lessons.entries()) {
  const count = lesson.stretches.reduce((sum, { commands }) => sum + commands.length, 0);
  test(`${lesson.address}: ${count} commands`, { timeout: TEST_MS }, async (t) => {
    const run = await running[index];
    assert.ok(run);
    t.diagnostic(`${run.ran} commands in ${run.ms} ms`);
    assert.deepEqual(run.failures, [], `\n${run.failures.join("\n\n")}\n`);
  });
}
