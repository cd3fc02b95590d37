/**
 * Every exercise on real hosts: it fails untouched, fails each of its mistakes in the task that the mistake names,
 * and passes after its solution. No task may be errored. Each case gets a host of its own.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Verdict } from "../../lab-server/contract/verdict.ts";
import { loadCatalogue } from "../../lab-server/exercises/catalogue.ts";
import type { Exercise } from "../../lab-server/exercises/exercise.ts";
import { readBaseline } from "../../lab-server/grading/baseline.ts";
import { grade } from "../../lab-server/grading/grade.ts";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { silentLog } from "../../lab-server/log.ts";
import { openRealBackend } from "../support/real-backend.ts";

const catalogue = await loadCatalogue(fileURLToPath(new URL("../../src/content/exercises", import.meta.url)));
const real = await openRealBackend();
const { backend } = real;
after(() => real.close());

/** A guest that a script restarts needs most of this under emulation. */
const SCRIPT_MS = 240_000;

async function run(host: Host, script: string): Promise<void> {
  const result = await host.exec("bash -s", { stdin: script, timeoutMs: SCRIPT_MS });
  assert.equal(result.code, 0, `the script failed: ${result.stderr}`);
}

/** A fresh host in the exercise's starting state; then the learner's work; then the verdict. */
async function verdictAfter(exercise: Exercise, work: string | undefined): Promise<Verdict> {
  const host = await backend.create({ template: exercise.definition.template });
  try {
    if (exercise.setup !== undefined) await run(host, exercise.setup);
    const baseline = await readBaseline(host, exercise.checks);
    if (work !== undefined) await run(host, await readFile(work, "utf8"));
    const verdict = await grade({ host, exercise, baseline, attempts: { record: () => 1, count: () => 0 }, log: silentLog });
    const errored = verdict.tasks.filter(({ outcome }) => outcome === "errored");
    assert.deepEqual(errored, [], "no task may be errored");
    return verdict;
  } finally {
    await host.end();
  }
}

function failedTasks(verdict: Verdict): string[] {
  return verdict.tasks.filter(({ outcome }) => outcome === "failed").map(({ task }) => task);
}

for (const exercise of catalogue.list()) {
  describe(exercise.id, { timeout: 1_800_000 }, () => {
    test("an untouched host fails", async () => {
      assert.equal((await verdictAfter(exercise, undefined)).outcome, "failed");
    });
    for (const mistake of exercise.mistakes) {
      test(`the mistake ${mistake.name} fails in ${mistake.expect.join(" and ")}`, async () => {
        const failed = failedTasks(await verdictAfter(exercise, mistake.path));
        assert.deepEqual(
          mistake.expect.filter((task) => !failed.includes(task)),
          [],
          `failed in ${failed.join(" and ") || "nothing"}`,
        );
      });
    }
    test("the solution passes", async () => {
      const verdict = await verdictAfter(exercise, exercise.solve);
      assert.deepEqual(failedTasks(verdict), []);
      assert.equal(verdict.outcome, "passed");
    });
  });
}
