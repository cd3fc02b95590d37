import type { Locale } from "../../contract/locale.ts";
import { describeValues } from "../../exercises/draw-parameters.ts";
import { hasParameters } from "../../exercises/exercise.ts";
import { standingOf } from "../standing.ts";
import { caseName } from "../trial-case.ts";
import { type CaseReport, TRIAL_STEPS } from "../try-cases.ts";
import { failedTasks } from "../wanted.ts";
import { outputOf } from "./grading.ts";
import { verdictLines } from "./verdict-lines.ts";
import { seconds } from "./words.ts";

/** What a case did, and whether that is right: `mistake config-only: fails in live-vcpus: as it should`. */
function headline(report: CaseReport): string {
  const { trial, verdict } = report;
  const standing = standingOf(report).outcome;
  const failed = failedTasks(verdict?.tasks ?? []);
  const did =
    verdict === undefined ? "has no verdict" : failed.length > 0 ? `fails in ${failed.join(", ")}` : verdict.outcome === "passed" ? "passes" : "is errored";
  return `${standing === "passed" ? "OK " : "BAD"}  ${caseName(trial)} ${did}${standing === "passed" ? ", as it should" : ""}`;
}

/** One case in full, for an author: what a learner would be told, what is not as it should be, and how long each step took. */
export function trialLines(report: CaseReport, locale: Locale): string[] {
  const times = TRIAL_STEPS.flatMap((step) => (report.ms[step] === undefined ? [] : [`${step} ${seconds(report.ms[step])}`]));
  const { exercise, parameters, seed } = report;
  return [
    headline(report),
    ...(hasParameters(exercise) ? [`     with ${describeValues(parameters)} (--seed ${seed})`] : []),
    ...standingOf(report).reasons.map((reason) => `     ${reason}`),
    ...(report.verdict?.tasks ?? []).flatMap((task) => verdictLines(task, locale)).map((line) => `     ${line}`),
    ...outputOf(report).map((line) => `     ${line}`),
    `     ${times.join(", ")}`,
    "",
  ];
}
