import type { Progress } from "../../lab-server/contract/verdict.ts";

/** How many of a lesson's exercises were ever passed, and how many there are. */
export function lessonProgress(exercises: readonly string[], progress: readonly Progress[]): { readonly done: number; readonly all: number } {
  const passed = new Set(progress.filter(({ passedAt }) => passedAt !== undefined).map(({ exercise }) => exercise));
  return { done: exercises.filter((id) => passed.has(id)).length, all: exercises.length };
}
