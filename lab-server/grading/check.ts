import type { Text } from "../contract/locale.ts";

/**
 * One question to a host: a bash script that runs as root there, and the reading of its output.
 * The scripts of all the facts of a check travel in ONE exec, so a probe costs no round trip of its own.
 *
 * `script` must print its answer to standard output and exit 0. Any other exit status, and anything `read`
 * throws, makes the fact unknown, and a task that needs it *errored* and never *failed*.
 */
export interface Probe<T> {
  readonly script: string;
  read(output: string): T;
  /** Where the witnesses of this fact contradict each other; see `witnesses.ts`. Pure, and never throws `FactUnknown`. */
  disagreements?(fact: T): readonly Text[];
}

/** What a task's judge returns. */
export type Outcome =
  | { readonly outcome: "passed"; readonly found: Text }
  | { readonly outcome: "failed"; readonly expected: Text; readonly found: Text; readonly look: Text };

export function passed(found: Text): Outcome {
  return { outcome: "passed", found };
}

/** A failed task says what was expected, what was found, and where to look: three sentences, two languages. */
export function failed(why: { expected: Text; found: Text; look: Text }): Outcome {
  return { outcome: "failed", ...why };
}

/** Named probes, and the facts they give. */
export type Probes = Readonly<Record<string, Probe<unknown>>>;
export type FactsOf<P extends Probes> = { readonly [K in keyof P]: P[K] extends Probe<infer T> ? T : never };

/**
 * The default export of an exercise's `checks.ts`.
 * `baseline` is read once, after `setup.sh` and before the learner begins; `facts` at every check.
 * Each task of `exercise.yaml` has exactly one judge under its id. A judge is pure: same facts, same outcome.
 */
export interface Checks<B extends Probes = Probes, F extends Probes = Probes> {
  readonly baseline: B;
  readonly facts: F;
  readonly tasks: Readonly<Record<string, (facts: FactsOf<F>, baseline: FactsOf<B>) => Outcome>>;
}

/**
 * Types a `checks.ts`; adds nothing.
 * For an exercise with parameters it is given a function of what was drawn for the learner. The author writes down what the parameters are:
 * `defineChecks((drawn: { vcpus: number; guest: string }) => ({ … }))`.
 */
export function defineChecks<B extends Probes, F extends Probes>(checks: Checks<B, F>): Checks<B, F>;
export function defineChecks<P, B extends Probes, F extends Probes>(checks: (parameters: P) => Checks<B, F>): (parameters: P) => Checks<B, F>;
export function defineChecks(checks: unknown): unknown {
  return checks;
}
