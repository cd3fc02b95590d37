import { readBaseline } from "../grading/baseline.ts";
import { oncePerTemplate } from "../seats/template-baseline.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Round } from "./trial-case.ts";
import { type CaseReport, type TryOptions, tryCases } from "./try-cases.ts";

export interface RunOptions extends Omit<TryOptions, "readBaseline"> {
  /** How many hosts run side by side. */
  readonly jobs: number;
}

/**
 * Tries many rounds, each on a host of its own. Gives a promise for each round, in their order; one is rejected only when the
 * signal was aborted. Baselines are read as seats read them.
 */
export function runRounds(rounds: readonly Round[], { jobs, ...options }: RunOptions): Promise<CaseReport[]>[] {
  const baselineOf = oncePerTemplate((host, exercise) => readBaseline(host, exercise.checks));
  return sideBySide(rounds, jobs, (round) => tryCases(round, { ...options, readBaseline: baselineOf }));
}
