/** An exercise as its lesson's page carries it: in one language, made when the site is built. */
export interface LessonExercise {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  /** Nobody helps: no solution is shown. */
  readonly exam: boolean;
  readonly tasks: readonly LessonTask[];
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
  /** In the order in which the text comes to them; one at least. */
  readonly exercises: readonly LessonExercise[];
  /** The lesson of every exercise, by the exercise's id. */
  readonly lessons: Readonly<Record<string, LessonLink>>;
}
