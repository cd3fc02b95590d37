import type { ExerciseDefinition, PublicExercise } from "../contract/exercise.ts";
import type { Text } from "../contract/locale.ts";
import type { ParameterValues } from "../contract/parameters.ts";

/**
 * What the catalogue verified of a `checks.ts` when it was imported. `grading/check.ts` types the same thing for
 * authors (`Checks`); here the results are `unknown`, for a file that was imported at run time promises nothing.
 */
export interface LoadedProbe {
  readonly script: string;
  read(output: string): unknown;
  disagreements?(fact: never): readonly Text[];
}
export interface LoadedChecks {
  readonly baseline: Readonly<Record<string, LoadedProbe>>;
  readonly facts: Readonly<Record<string, LoadedProbe>>;
  readonly tasks: Readonly<Record<string, (facts: never, baseline: never) => unknown>>;
}
/** Of an exercise with parameters it is a function of what was drawn. */
export type DrawnChecks = (parameters: ParameterValues) => LoadedChecks;

/** A plausible wrong solution. Only the content tests run it. */
export interface Mistake {
  /** The file's name without `.sh`. */
  readonly name: string;
  readonly path: string;
  /** The tasks that must fail after it, at least one. */
  readonly expect: readonly string[];
  /** The host can be tried with another one after it: it leaves nothing that every other script does not put right by itself, or `undo` takes it away. */
  readonly sharesHost: boolean;
  /** Takes away what it leaves, in root's bash, after its verdict. */
  readonly undo: string | undefined;
}

/** One folder `<module>/<exercise>/`, read and verified. Frozen, for the life of the server. */
export interface Exercise {
  /** The folder's name; unique in the catalogue. */
  readonly id: string;
  /** The name of the folder above. */
  readonly module: string;
  readonly definition: ExerciseDefinition;
  /** Of `exercise.yaml`, `setup.sh` and `checks.ts` as they are: another one when any of them is changed. Evidence is kept with it. */
  readonly version: string;
  /** The part that may leave the server. */
  readonly view: PublicExercise;
  /** Text of `setup.sh`, for root's bash on a fresh host; absent where the template is already the starting state. */
  readonly setup: string | undefined;
  /** Read with `checksFor`. */
  readonly checks: LoadedChecks | DrawnChecks;
  /** Path of `solve.sh`. */
  readonly solve: string;
  readonly mistakes: readonly Mistake[];
}

/** Whether anything of it is drawn for each learner. */
export function hasParameters({ definition }: { readonly definition: Pick<ExerciseDefinition, "parameters"> }): boolean {
  return Object.keys(definition.parameters).length > 0;
}

/**
 * The checks of an exercise for one learner's values.
 * Reading a value that is not there throws, so that a misspelt name is a fault of the check and never `undefined` in a sentence.
 */
export function checksFor({ checks }: Pick<Exercise, "checks">, parameters: ParameterValues): LoadedChecks {
  return typeof checks === "function" ? checks(onlyKnown(parameters)) : checks;
}

function onlyKnown(values: ParameterValues): ParameterValues {
  return new Proxy(values, {
    get(target, name) {
      if (typeof name === "string" && !Object.hasOwn(target, name)) throw new TypeError(`there is no parameter ${JSON.stringify(name)}`);
      return Reflect.get(target, name);
    },
  });
}
