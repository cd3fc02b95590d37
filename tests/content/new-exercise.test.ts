/** What `npm run exercise -- new` makes passes its own tests on real hosts, before its author has changed a line. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadCatalogue } from "../../lab-server/exercises/catalogue.ts";
import { TCG_CODE_TRIAL_MIB } from "../../lab-server/hosts/qemu/args.ts";
import { newExercise } from "../../lab-server/trial/new-exercise.ts";
import { trialLines } from "../../lab-server/trial/report/trial-lines.ts";
import { runRounds } from "../../lab-server/trial/run-rounds.ts";
import { standingOf } from "../../lab-server/trial/standing.ts";
import { allRounds, FIRST_SEED } from "../../lab-server/trial/trial-case.ts";
import { chosenNames, testJobs } from "../support/content-choice.ts";
import { openRealBackend } from "../support/real-backend.ts";

test("a new exercise fails untouched and in its mistake, and passes its solution", { skip: chosenNames.length > 0 }, async (t) => {
  const project = await mkdtemp(join(tmpdir(), "ringside-new-"));
  const real = await openRealBackend({ codeMiB: TCG_CODE_TRIAL_MIB });
  t.after(async () => {
    await real.close();
    await rm(project, { recursive: true });
  });
  const root = join(project, "src/content/exercises");
  await mkdir(root, { recursive: true });
  await symlink(join(import.meta.dirname, "../../lab-server"), join(project, "lab-server"));
  await newExercise(root, "first-steps/my-own", await loadCatalogue(root));

  const rounds = allRounds((await loadCatalogue(root)).get("my-own"), FIRST_SEED);
  const reports = (await Promise.all(runRounds(rounds, { backend: real.backend, jobs: testJobs() }))).flat();
  assert.equal(reports.length, 3);
  for (const report of reports) assert.equal(standingOf(report).outcome, "passed", trialLines(report, "en").join("\n"));
});
