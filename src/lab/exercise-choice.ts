import type { Progress } from "../../lab-server/contract/verdict.ts";
import { keep, kept, lasting, type Memory } from "./kept.ts";

/**
 * The exercise to begin with.
 * @param exercises of the lesson, one at least, in order
 * @param wishes ids in the order of their weight; one that is not of this lesson counts for nothing
 */
export function firstChoice(exercises: readonly string[], wishes: readonly (string | null | undefined)[]): string {
  const wish = wishes.find((id) => id != null && exercises.includes(id));
  return wish ?? exercises[0] ?? "";
}

/** What to offer after an exercise: the first one behind it that was never passed, else the first one before it. */
export function nextExercise(exercises: readonly string[], current: string, progress: readonly Progress[]): string | undefined {
  const passed = new Set(progress.filter(({ passedAt }) => passedAt !== undefined).map(({ exercise }) => exercise));
  const at = exercises.indexOf(current);
  return [...exercises.slice(at + 1), ...exercises.slice(0, Math.max(at, 0))].find((id) => !passed.has(id));
}

/** The exercise that an address asks for: `…#exercise-cpu-hot-add`. */
export function exerciseOfHash(hash: string): string | undefined {
  return /^#exercise-(.+)$/.exec(hash)?.[1];
}

/** Where the tabs' keys lead from one exercise: the arrows go round. Undefined for a key that means nothing there. */
export function exerciseAfterKey(exercises: readonly string[], current: string, key: string): string | undefined {
  const at = exercises.indexOf(current);
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return exercises[(at + 1) % exercises.length];
    case "ArrowUp":
    case "ArrowLeft":
      return exercises.at(at - 1);
    case "Home":
      return exercises[0];
    case "End":
      return exercises.at(-1);
    default:
      return undefined;
  }
}

/** The choice of a lesson as this browser remembers it. Without storage it forgets, and nothing fails. */
export interface ChoiceMemory {
  read(): string | null;
  write(exercise: string): void;
}

/** @param lesson the lesson's address, the same in every language */
export function choiceMemory(lesson: string, memory: Memory = lasting()): ChoiceMemory {
  const key = `ringside:exercise:${lesson}`;
  return {
    read: () => kept(memory, key) ?? null,
    write: (exercise) => void keep(memory, key, exercise),
  };
}
