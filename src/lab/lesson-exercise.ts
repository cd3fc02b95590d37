import { fillText, type ParameterValues } from "../../lab-server/contract/parameters.ts";

/** An exercise as its lesson's page carries it: in one language, made when the site is built. */
export interface LessonExercise {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  /** Nobody helps: no solution is shown. */
  readonly exam: boolean;
  readonly tasks: readonly LessonTask[];
  /** What stands in its texts for a value that is drawn and not known yet, by the parameter's name. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The exercise with what was drawn for the learner in its texts. Where nothing is known yet, words stand for it.
 * @param values of the learner's seat
 */
export function withValues(exercise: LessonExercise, values: ParameterValues = {}): LessonExercise {
  const fill = (text: string): string => fillText(text, { ...exercise.labels, ...values });
  return {
    ...exercise,
    title: fill(exercise.title),
    summary: fill(exercise.summary),
    tasks: exercise.tasks.map((task) => ({ id: task.id, text: fill(task.text), hints: task.hints.map(fill) })),
  };
}

export interface LessonTask {
  readonly id: string;
  readonly text: string;
  readonly hints: readonly string[];
}

/** Where another exercise is taught, for a learner whose host is there. */
export interface LessonLink {
  readonly title: string;
  readonly href: string;
}

/** What a lesson's page tells its lab. */
export interface LessonData {
  /** The lesson's address, the same in every language: under it the choice of an exercise is remembered. */
  readonly lesson: string;
  /** In the order in which the text comes to them; one at least. Their texts are as they are written: see `withValues`. */
  readonly exercises: readonly LessonExercise[];
  /** The lesson of every exercise, by the exercise's id. */
  readonly lessons: Readonly<Record<string, LessonLink>>;
}
