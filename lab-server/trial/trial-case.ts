import { basename } from "node:path";
import type { Seed } from "../exercises/draw-parameters.ts";
import type { Exercise, Mistake } from "../exercises/exercise.ts";

/** What is done on a host before it is checked. */
export type TrialCase =
  | { readonly kind: "untouched" }
  | { readonly kind: "mistake"; readonly mistake: Mistake }
  | { readonly kind: "solution" }
  /** A learner's own work: a file, or its text if that is known. */
  | { readonly kind: "script"; readonly path: string; readonly text?: string };

/** A case as people are told of it: `mistake config-only`. */
export function caseName(trial: TrialCase): string {
  if (trial.kind === "mistake") return `mistake ${trial.mistake.name}`;
  return trial.kind === "script" ? `script ${basename(trial.path)}` : trial.kind;
}

/** Cases that share one host. */
export interface Round {
  readonly exercise: Exercise;
  readonly cases: readonly TrialCase[];
  /** What the exercise's parameters are drawn from. Default: `FIRST_SEED`. */
  readonly seed?: Seed;
}

export const FIRST_SEED: Seed = "1";

/** Whether a case leaves its host so that another one may be tried on it. */
export function leavesHost(trial: TrialCase): boolean {
  return trial.kind === "untouched" || (trial.kind === "mistake" && trial.mistake.sharesHost);
}

/**
 * Every case of an exercise with as few hosts as is honest: checking changes nothing on a host, so the untouched one is
 * then given the solution, as a learner would go on. Between them stand the mistakes that say of themselves that the next script puts right what
 * they leave, or how it is taken away; these first, for after each of them the host must fail as it did untouched. Each other mistake gets a host of its own.
 */
export function allRounds(exercise: Exercise, seed: Seed): Round[] {
  const mistakes = mistakeRounds(exercise, seed);
  const shared = mistakes.flatMap(({ cases }) => cases.filter(leavesHost)).toSorted((a, b) => Number(undone(b)) - Number(undone(a)));
  return [{ exercise, seed, cases: [{ kind: "untouched" }, ...shared, { kind: "solution" }] }, ...mistakes.filter(({ cases }) => !cases.every(leavesHost))];
}

const undone = (trial: TrialCase): boolean => trial.kind === "mistake" && trial.mistake.undo !== undefined;

/** The mistakes alone, each on a host of its own. */
export function mistakeRounds(exercise: Exercise, seed: Seed): Round[] {
  return exercise.mistakes.map((mistake) => ({ exercise, seed, cases: [{ kind: "mistake", mistake }] }));
}
