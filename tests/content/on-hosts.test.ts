/**
 * What is done by hand, on real hosts.
 *
 * Every exercise: it fails untouched, fails each of its mistakes in just the tasks that the mistake names, and passes after its solution. No
 * task may be errored. Every lesson: each command that it marks to be run is run, in the order of the text. The languages have the same
 * commands (tests/unit/lesson-commands.test.ts), so the English ones are run.
 *
 * Both wait in one queue, the longest first, so that no core is idle before all is done; each test waits for its own.
 */
import assert from "node:assert/strict";
import { after, describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { authoringSentence } from "../../lab-server/exercises/authoring-error.ts";
import { readExercises } from "../../lab-server/exercises/catalogue.ts";
import { TCG_CODE_TRIAL_MIB } from "../../lab-server/hosts/qemu/args.ts";
import { trialLines } from "../../lab-server/trial/report/trial-lines.ts";
import { roundRunner, weightOf } from "../../lab-server/trial/run-rounds.ts";
import { sideBySide } from "../../lab-server/trial/side-by-side.ts";
import { standingOf } from "../../lab-server/trial/standing.ts";
import { allRounds, caseName, FIRST_SEED, type TrialCase } from "../../lab-server/trial/trial-case.ts";
import { type CaseReport, TRIAL_STEPS } from "../../lab-server/trial/try-cases.ts";
import { isChosen, testJobs } from "../support/content-choice.ts";
import type { Lesson } from "../support/lesson.ts";
import { readLessons } from "../support/lessons.ts";
import { openRealBackend } from "../support/real-backend.ts";
import { type LessonRun, runLesson } from "../support/run-lesson.ts";

/** A test also waits for what began before its own: on a slow machine for more than an hour. What a script may take is limited by itself. */
const TEST_MS = 7_200_000;

const { exercises, errors } = await readExercises(fileURLToPath(new URL("../../src/content/exercises", import.meta.url)));
/** Each host gets other values of what is drawn for learners, and the same ones in every run. */
const rounds = exercises
  .filter(({ id }) => isChosen(id))
  .flatMap((exercise) => allRounds(exercise, FIRST_SEED).map((round, index) => ({ ...round, seed: String(index + 1) })));
const lessons = (await readLessons()).filter(
  ({ locale, stretches, address, exercises: named }) => locale === "en" && stretches.length > 0 && isChosen(address.split("/").at(-1) ?? "", ...named),
);

const real = await openRealBackend({ codeMiB: TCG_CODE_TRIAL_MIB });
after(() => real.close());
const runRound = roundRunner({ backend: real.backend });

interface Work<R> {
  readonly name: string;
  readonly weight: number;
  readonly run: () => Promise<R>;
}
/** The most that a lesson may take, in seconds: what takes long says so. */
const patienceOf = ({ stretches }: Lesson): number =>
  stretches.reduce((sum, { commands }) => sum + commands.reduce((seconds, { wait }) => seconds + wait, 0), 0);
/** A lesson takes about a tenth of its patience; a round's weight is about its seconds. */
const PATIENCE_PER_WEIGHT = 10;
const ofRounds = rounds.map(
  (round): Work<CaseReport[]> => ({
    name: `${round.exercise.id}: ${round.cases.map(caseName).join(", ")}`,
    weight: weightOf(round),
    run: () => runRound(round),
  }),
);
const ofLessons = lessons.map(
  (lesson): Work<LessonRun> => ({
    name: lesson.address,
    weight: patienceOf(lesson) / PATIENCE_PER_WEIGHT,
    run: () => runLesson(real.backend, exercises, lesson),
  }),
);
const all: Work<CaseReport[] | LessonRun>[] = [...ofRounds, ...ofLessons];
let done = 0;
/** Tests are told of in the order of their names; how far it has come is told as it comes. */
async function runAndTell({ name, run }: Work<CaseReport[] | LessonRun>): Promise<CaseReport[] | LessonRun> {
  const began = performance.now();
  const result = await run();
  done += 1;
  const good = Array.isArray(result) ? result.every((report) => standingOf(report).outcome === "passed") : result.failures.length === 0;
  console.log(`${done} of ${all.length}: ${name} ${good ? "as it should be" : "NOT as it should be"}, ${Math.round((performance.now() - began) / 1000)} s`);
  return result;
}
const running = sideBySide(all, testJobs(), runAndTell, { weigh: ({ weight }) => weight });
const roundsRun = running.slice(0, rounds.length) as Promise<CaseReport[]>[];
const lessonsRun = running.slice(rounds.length) as Promise<LessonRun>[];

test("every exercise is whole", () => {
  const chosen = errors.filter(({ file }) => isChosen(file.split("/")[1] ?? ""));
  assert.deepEqual(chosen.map(authoringSentence), []);
});

function titleOf(trial: TrialCase): string {
  if (trial.kind === "untouched") return "an untouched host fails";
  return trial.kind === "mistake" ? `the mistake ${trial.mistake.name} fails in just ${trial.mistake.expect.join(" and ")}` : "the solution passes";
}

function times({ ms }: CaseReport): string {
  return TRIAL_STEPS.flatMap((step) => (ms[step] === undefined ? [] : [`${step} ${ms[step]} ms`])).join(", ");
}

for (const exercise of new Set(rounds.map((round) => round.exercise))) {
  describe(exercise.id, { timeout: TEST_MS }, () => {
    for (const [index, round] of rounds.entries()) {
      if (round.exercise !== exercise) continue;
      for (const [place, trial] of round.cases.entries()) {
        test(titleOf(trial), { timeout: TEST_MS }, async (t: TestContext) => {
          const report = (await roundsRun[index])?.[place];
          assert.ok(report);
          t.diagnostic(times(report));
          assert.equal(standingOf(report).outcome, "passed", trialLines(report, "en").join("\n"));
        });
      }
    }
  });
}

for (const [index, lesson] of lessons.entries()) {
  const count = lesson.stretches.reduce((sum, { commands }) => sum + commands.length, 0);
  test(`${lesson.address}: ${count} commands`, { timeout: TEST_MS }, async (t) => {
    const run = await lessonsRun[index];
    assert.ok(run);
    t.diagnostic(`${run.ran} commands in ${run.ms} ms`);
    assert.deepEqual(run.failures, [], `\n${run.failures.join("\n\n")}\n`);
  });
}
