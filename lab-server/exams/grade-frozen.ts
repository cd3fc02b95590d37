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

/**
 * A verdict on a frozen host: a clone of it goes on from where it stood, is asked, and is ended. The frozen one stays as it is.
 * The clone waits for its turn as learners' hosts do. Fails as `HostPool.take` and `grade`.
 */
export async function gradeFrozen({
  pool,
  grade,
  exercise,
  parameters,
  frozen,
  signal,
  log,
}: GradeFrozenOptions): Promise<Graded & { readonly answers: Answers }> {
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
