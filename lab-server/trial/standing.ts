import { type CaseReport, SCRIPT_SECONDS } from "./try-cases.ts";
import { unwanted } from "./wanted.ts";

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

/**
 * The verdict must be what the case should give (`unwanted`), and the scripts of an exercise must end with 0. A learner's may end as it
 * likes: what counts is what it left behind.
 */
export function standingOf({ trial, verdict, script, problem, notes }: CaseReport): Standing {
  if (problem !== undefined || verdict === undefined) {
    return { outcome: "errored", reasons: [problem === undefined ? "there is no verdict" : `${problem.step}: ${problem.message}`] };
  }
  const differs = unwanted(trial, verdict);
  if (differs?.outcome === "errored") return { outcome: "errored", reasons: [differs.reason, ...notes] };

  const reasons: string[] = [];
  if (trial.kind !== "script" && script !== undefined && script.code !== 0) reasons.push(`expected the script to end with 0, found ${ending(script.code)}`);
  if (differs !== undefined) reasons.push(differs.reason);
  return { outcome: reasons.length === 0 ? "passed" : "failed", reasons };
}

/** An exit status in words. */
export function ending(code: number | null): string {
  if (code === null) return "a signal";
  return code === 124 || code === 137 ? `${code}, the status of a script whose ${SCRIPT_SECONDS} s were up` : String(code);
}
