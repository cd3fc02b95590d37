import type { ParameterValues } from "../contract/parameters.ts";
import { type Exercise, hasParameters } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Host, ShellChannel, TerminalSize } from "../hosts/backend.ts";
import type { Prepare } from "../hosts/refill.ts";
import { KeptShell } from "./kept-shell.ts";

/** A shell that is opened before its page is known has this size; attaching gives it the page's. */
export const FIRST_SIZE: TerminalSize = { cols: 80, rows: 24 };

/** How long a fresh login shell may take to its prompt. It is not an error to take longer. */
const PROMPT_MS = 10_000;

/** What a host made in advance has ready, so that a start has little or nothing left to wait for. */
export interface Prepared {
  readonly shell: ShellChannel;
  /**
   * By exercise. Only for those without a `setup.sh`, whose starting state is the template's own, and without parameters, for what is
   * asked may depend on them; and not all of them when somebody could not wait.
   */
  readonly baselines: ReadonlyMap<string, Baseline>;
}

/** Reads what is true of a host before the learner begins, for whom the parameters were drawn. */
export type ReadBaseline = (host: Host, exercise: Exercise, parameters: ParameterValues) => Promise<Baseline>;

/** What the pool runs on each host made in advance: the first shell up to its prompt, and the baselines. */
export function preparer(exercises: readonly Exercise[], readBaseline: ReadBaseline): Prepare<Prepared> {
  return async (host, hurry) => {
    const shell = new KeptShell(await host.openShell("1", FIRST_SIZE));
    const prompt = shell.prompt(AbortSignal.any([hurry, AbortSignal.timeout(PROMPT_MS)]));
    const baselines = new Map<string, Baseline>();
    for (const exercise of exercises) {
      if (hurry.aborted) break;
      if (exercise.setup !== undefined || hasParameters(exercise) || exercise.definition.template !== host.template) continue;
      baselines.set(exercise.id, await readBaseline(host, exercise, {}));
    }
    await prompt;
    return { shell, baselines };
  };
}
