import { fillText } from "../../contract/parameters.ts";
import { hasParameters } from "../../exercises/exercise.ts";
import { standingOf } from "../standing.ts";
import { caseName } from "../trial-case.ts";
import { countsOf, type Grading, outcomeOf } from "./grading.ts";

/**
 * The grading as JSON, `ringside-grade/1`. docs/exercises.md describes every field: a field may be added, but
 * none changes its meaning or goes away without another number.
 */
export function jsonReport({ startedAt, ms, cases }: Grading): string {
  const report = {
    format: "ringside-grade/1",
    startedAt,
    ms,
    outcome: outcomeOf(cases),
    counts: countsOf(cases),
    cases: cases.map((one) => {
      const { outcome, reasons } = standingOf(one);
      const { title } = one.exercise.definition;
      const { exercise, trial, parameters, seed, verdict, script, problem, notes } = one;
      return {
        exercise: exercise.id,
        module: exercise.module,
        title: { en: fillText(title.en, parameters), "zh-cn": fillText(title["zh-cn"], parameters) },
        parameters,
        seed: hasParameters(exercise) ? seed : null,
        case: caseName(trial),
        kind: trial.kind,
        ...(trial.kind === "mistake" ? { expect: trial.mistake.expect } : {}),
        outcome,
        reasons,
        tasks: verdict?.tasks ?? [],
        script: script === undefined ? null : { status: script.code, output: script.output },
        problem: problem === undefined ? null : { step: problem.step, message: problem.message },
        notes,
        ms: one.ms,
      };
    }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
