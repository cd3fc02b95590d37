import type { ReactNode } from "react";
import { nextExercise } from "../../lab/exercise-choice.ts";
import { useLab, useStore } from "./lab-context.ts";

/** Once an exercise is solved: the way to the next one of the lesson that is not. */
export function NextExercise(): ReactNode {
  const { store, exercise, exercises, choose, strings } = useLab();
  const { progress } = useStore(store);
  const id = nextExercise(
    exercises.map((each) => each.id),
    exercise.id,
    progress,
  );
  const next = exercises.find((each) => each.id === id);
  if (next === undefined) return null;
  return (
    <button type="button" className="lab-button small" onClick={() => choose(next.id)}>
      {strings.nextExercise(next.title)}
    </button>
  );
}
