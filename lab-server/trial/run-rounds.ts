import { checksFor } from "../exercises/exercise.ts";
import { readBaseline } from "../grading/baseline.ts";
import { oncePerTemplate } from "../seats/template-baseline.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Round } from "./trial-case.ts";
import { type CaseReport, type TryOptions, tryCases } from "./try-cases.ts";

export interface RunOptions extends Omit<TryOptions, "readBaseline"> {
  /** How many hosts run side by side. */
  readonly jobs: number;
}

/** About how long a round takes, beside others: an exercise's own minutes, and its solution does all of it. */
export function weightOf({ exercise, cases }: Round): number {
  const whole = cases.some(({ kind }) => kind === "solution" || kind === "script");
  return exercise.definition.minutes * (whole ? 3 : 1);
}

/** What tries one round after the other; baselines are read as seats read them. */
export function roundRunner(options: Omit<TryOptions, "readBaseline">): (round: Round) => Promise<CaseReport[]> {
  const baselineOf = oncePerTemplate((host, exercise, parameters) => readBaseline(host, checksFor(exercise, parameters)));
  return (round) => tryCases(round, { ...options, readBaseline: baselineOf });
}

/**
 * Tries many rounds, each on a host of its own, the longest first. Gives a promise for each round, in their order; one is rejected only when the
 * signal was aborted.
 */
export function runRounds(rounds: readonly Round[], { jobs, ...options }: RunOptions): Promise<CaseReport[]>[] {
  return sideBySide(rounds, jobs, roundRunner(options), { weigh: weightOf });
}
