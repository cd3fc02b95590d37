/**
 * Every exercise on real hosts: it fails untouched, fails each of its mistakes in just the tasks that the mistake names,
 * and passes after its solution. No task may be errored. The rounds run side by side; each test waits for its own.
 */
import assert from "node:assert/strict";
import { after, describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { authoringSentence } from "../../lab-server/exercises/authoring-error.ts";
import { readExercises } from "../../lab-server/exercises/catalogue.ts";
import { TCG_CODE_TRIAL_MIB } from "../../lab-server/hosts/qemu/args.ts";
import { trialLines } from "../../lab-server/trial/report/trial-lines.ts";
import { runRounds } from "../../lab-server/trial/run-rounds.ts";
import { standingOf } from "../../lab-server/trial/standing.ts";
import { allRounds, FIRST_SEED, type TrialCase } from "../../lab-server/trial/trial-case.ts";
import { type CaseReport, TRIAL_STEPS } from "../../lab-server/trial/try-cases.ts";
import { isChosen, testJobs } from "../support/content-choice.ts";
import { openRealBackend } from "../support/real-backend.ts";

/** No case may take longer once its turn has come; but a test also waits for the rounds before its own. */
const TEST_MS = 3_600_000;

const { exercises, errors } = await readExercises(fileURLToPath(new URL("../../src/content/exercises", import.meta.url)));
/** Each host gets other values of what is drawn for learners, and the same ones in every run. */
const rounds = exercises
  .filter(({ id }) => isChosen(id))
  .flatMap((exercise) => allRounds(exercise, FIRST_SEED).map((round, index) => ({ ...round, seed: String(index + 1) })));
const real = await openRealBackend({ codeMiB: TCG_CODE_TRIAL_MIB });
after(() => real.close());
const running = runRounds(rounds, { backend: real.backend, jobs: testJobs() });

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
          const report = (await running[index])?.[place];
          assert.ok(report);
          t.diagnostic(times(report));
          assert.equal(standingOf(report).outcome, "passed", trialLines(report, "en").join("\n"));
        });
      }
    }
  });
}
