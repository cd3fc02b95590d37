import { getCollection } from "astro:content";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { generalText } from "../../../lab-server/contract/parameters.ts";
import { courseChapters } from "../course/course-lessons.ts";

/** An exercise as a class chooses it. */
export interface ClassExerciseData {
  readonly id: string;
  readonly title: string;
  /** Its lesson. */
  readonly href: string;
}

export interface ClassChapterData {
  readonly title: string;
  readonly exercises: readonly ClassExerciseData[];
}

/** Every exercise that a lesson uses, by chapter, in the order of the course. */
export async function classChapters(locale: Locale): Promise<readonly ClassChapterData[]> {
  const titles = new Map((await getCollection("exercises")).map(({ id, data }) => [id, generalText(data.title, data.parameters)[locale]]));
  return (await courseChapters(locale))
    .map(({ title, lessons }) => ({
      title,
      exercises: lessons.flatMap(({ href, exercises }) => exercises.map((id) => ({ id, title: titles.get(id) ?? id, href: `${href}#exercise-${id}` }))),
    }))
    .filter(({ exercises }) => exercises.length > 0);
}
