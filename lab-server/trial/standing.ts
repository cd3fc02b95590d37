import type { TaskVerdict } from "../contract/verdict.ts";
import { type CaseReport, SCRIPT_SECONDS } from "./try-cases.ts";

/**
 * How a case stands against what it should give.
 * - `passed`: as it should be. For a mistake that means that it failed, in the right tasks.
 * - `failed`: not as it should be.
 * - `errored`: it could not be found out.
 */
export interface Standing {
  readonly outcome: "passed" | "failed" | "errored";
  /** For authors: what is not as it should be, a sentence each. Empty when passed. */
  readonly reasons: readonly string[];
}

const list = (ids: readonly string[]): string => (ids.length === 0 ? "nothing" : ids.join(", "));

/**
 * What each case should give: untouched fails; a mistake fails in just the tasks it names; a solution and a learner's script pass.
 * The scripts of an exercise must end with 0. A learner's may end as it likes: what counts is what it left behind.
 */
export function standingOf({ trial, verdict, script, problem, notes }: CaseReport): Standing {
  if (problem !== undefined || verdict === undefined) {
    return { outcome: "errored", reasons: [problem === undefined ? "there is no verdict" : `${problem.step}: ${problem.message}`] };
  }
  const errored = verdict.tasks.filter(({ outcome }) => outcome === "errored").map(({ task }) => task);
  if (errored.length > 0) return { outcome: "errored", reasons: [`expected every task to be judged, found errored: ${list(errored)}`, ...notes] };

  const reasons: string[] = [];
  if (trial.kind !== "script" && script !== undefined && script.code !== 0) reasons.push(`expected the script to end with 0, found ${ending(script.code)}`);
  const failed = failedTasks(verdict.tasks);
  if (trial.kind === "untouched") {
    if (verdict.outcome !== "failed") reasons.push("expected an untouched host to fail, found that it passes");
  } else if (trial.kind === "mistake") {
    const wanted = trial.mistake.expect;
    const same = wanted.length === failed.length && wanted.every((task) => failed.includes(task));
    if (!same) reasons.push(`expected it to fail in ${list(wanted)}, found that it fails in ${list(failed)}`);
  } else if (failed.length > 0) reasons.push(`expected every task to pass, found that it fails in ${list(failed)}`);
  return { outcome: reasons.length === 0 ? "passed" : "failed", reasons };
}

/** An exit status in words. */
export function ending(code: number | null): string {
  if (code === null) return "a signal";
  return code === 124 || code === 137 ? `${code}, the status of a script whose ${SCRIPT_SECONDS} s were up` : String(code);
}

export function failedTasks(tasks: readonly TaskVerdict[]): string[] {
  return tasks.filter(({ outcome }) => outcome === "failed").map(({ task }) => task);
}
