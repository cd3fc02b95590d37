import { basename } from "node:path";
import type { Exercise, Mistake } from "../exercises/exercise.ts";

/** What is done on a host before it is checked. */
export type TrialCase =
  | { readonly kind: "untouched" }
  | { readonly kind: "mistake"; readonly mistake: Mistake }
  | { readonly kind: "solution" }
  /** A learner's own work. */
  | { readonly kind: "script"; readonly path: string };

/** A case as people are told of it: `mistake config-only`. */
export function caseName(trial: TrialCase): string {
  if (trial.kind === "mistake") return `mistake ${trial.mistake.name}`;
  return trial.kind === "script" ? `script ${basename(trial.path)}` : trial.kind;
}

/** Cases that share one host. */
export interface Round {
  readonly exercise: Exercise;
  readonly cases: readonly TrialCase[];
}

/**
 * Every case of an exercise with as few hosts as is honest: checking changes nothing on a host, so the untouched one is
 * then given the solution. Each mistake gets a host of its own.
 */
export function allRounds(exercise: Exercise): Round[] {
  return [{ exercise, cases: [{ kind: "untouched" }, { kind: "solution" }] }, ...mistakeRounds(exercise)];
}

export function mistakeRounds(exercise: Exercise): Round[] {
  return exercise.mistakes.map((mistake) => ({ exercise, cases: [{ kind: "mistake", mistake }] }));
}
