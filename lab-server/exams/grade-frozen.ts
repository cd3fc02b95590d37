import { setTimeout as delay } from "node:timers/promises";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Answers } from "../grading/compose.ts";
import type { Graded, grade } from "../grading/grade.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import type { Prepared } from "../seats/prepare.ts";

export interface GradeFrozenOptions {
  readonly pool: Pick<HostPool<Prepared>, "take">;
  readonly grade: typeof grade;
  readonly exercise: Exercise;
  readonly parameters: ParameterValues;
  readonly frozen: { readonly id: string; readonly baseline: unknown };
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A busy machine may not bring a clone up in time, and a guest that has just woken may be slow to answer: it is tried so often, so far apart, ms. */
const TRIES = 4;
const AGAIN_MS = 15_000;

export type GradedFrozen = Graded & { readonly answers: Answers };

/**
 * A verdict on a frozen host: a clone of it goes on from where it stood, is asked, and is ended. The frozen one stays as it is.
 * The clone waits for its turn as learners' hosts do. What does not come up, or does not answer, is tried again.
 * Fails as `HostPool.take` and `grade`.
 */
export async function gradeFrozen(options: GradeFrozenOptions): Promise<GradedFrozen> {
  const { signal, log } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      const graded = await gradeOnce(options);
      if (graded.outcome !== "errored" || tries === TRIES) return graded;
    } catch (thrown) {
      if (signal.aborted || tries === TRIES) throw thrown;
      log.warn({ err: thrown, frozen: options.frozen.id, tries }, "a frozen host could not be asked; it is tried again");
    }
    await delay(AGAIN_MS, undefined, { signal });
  }
}

async function gradeOnce({ pool, grade, exercise, parameters, frozen, signal, log }: GradeFrozenOptions): Promise<GradedFrozen> {
  const { host } = await pool.take(exercise.definition.template, { saved: frozen.id, signal });
  const unwatch = host.watch();
  try {
    let answers: Answers = {};
    const attempts = {
      record: (_: Graded, asked: Answers): number => {
        answers = asked;
        return 0;
      },
      count: () => 0,
    };
    const { attempts: _, ...graded } = await grade({ host, exercise, baseline: (frozen.baseline ?? {}) as Baseline, parameters, attempts, log, signal });
    return { ...graded, answers };
  } finally {
    unwatch();
    await host.end();
  }
}
