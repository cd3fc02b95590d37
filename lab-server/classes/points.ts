import type { ClassExercise } from "../contract/classes.ts";

/** What is known of a learner's work on one exercise when points are given. */
export interface Work {
  readonly passed: number;
  readonly tasks: number;
  /** When the best attempt was, ISO 8601; empty: there is none. */
  readonly bestAt: string;
}

/**
 * The points of one exercise: its tasks count alike, and what came after the due date counts less. Rounded to a tenth, so that a sum of
 * what is shown is the sum that is shown.
 */
export function pointsOf({ points, dueAt, latePercent }: ClassExercise, { passed, tasks, bestAt }: Work): { readonly points: number; readonly late: boolean } {
  const late = dueAt !== undefined && bestAt !== "" && bestAt > dueAt;
  const share = tasks === 0 ? 0 : passed / tasks;
  return { points: Math.round(points * share * (late ? latePercent / 100 : 1) * 10) / 10, late };
}
