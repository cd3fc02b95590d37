import { getCollection } from "astro:content";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { fillText, labelsOf } from "../../../lab-server/contract/parameters.ts";
import { courseChapters } from "../course/course-lessons.ts";

/** An exercise as a class chooses it. */
export interface ClassExerciseData {
  readonly id: string;
  readonly title: string;
  /** Its lesson. */
  readonly href: string;
  readonly tasks: readonly { readonly id: string; readonly text: string }[];
}

export interface ClassChapterData {
  readonly title: string;
  readonly exercises: readonly ClassExerciseData[];
}

/** Every exercise that a lesson uses, by chapter, in the order of the course. */
export async function classChapters(locale: Locale): Promise<readonly ClassChapterData[]> {
  const known = new Map(
    (await getCollection("exercises")).map(({ id, data: { title, tasks, parameters } }) => {
      const labels = labelsOf(parameters, locale);
      const fill = (text: string): string => fillText(text, labels);
      return [id, { title: fill(title[locale]), tasks: tasks.map((task) => ({ id: task.id, text: fill(task.text[locale]) })) }];
    }),
  );
  return (await courseChapters(locale))
    .map(({ title, lessons }) => ({
      title,
      exercises: lessons.flatMap(({ href, exercises }) =>
        exercises.map((id) => ({ id, ...(known.get(id) ?? { title: id, tasks: [] }), href: `${href}#exercise-${id}` })),
      ),
    }))
    .filter(({ exercises }) => exercises.length > 0);
}
