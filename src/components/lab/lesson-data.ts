import { getCollection, getEntry } from "astro:content";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { labelsOf } from "../../../lab-server/contract/parameters.ts";
import type { LessonData, LessonExercise, LessonLink } from "../../lab/lesson-exercise.ts";

/** An exercise in one language, its texts as they are written: see `withValues`. Fails the build when there is none of that name. */
export async function lessonExercise(id: string, locale: Locale): Promise<LessonExercise> {
  const entry = await getEntry("exercises", id);
  if (entry === undefined) {
    throw new Error(`A lesson names the exercise "${id}", which is not there. Expected src/content/exercises/<module>/${id}/exercise.yaml.`);
  }
  const { title, summary, minutes, exam, tasks, parameters } = entry.data;
  return {
    id,
    title: title[locale],
    summary: summary[locale],
    minutes,
    exam,
    tasks: tasks.map((task) => ({ id: task.id, text: task.text[locale], hints: task.hints.map((hint) => hint[locale]) })),
    labels: labelsOf(parameters, locale),
  };
}

/**
 * Everything the lab of a lesson needs to know that does not change while it runs.
 * @param lesson the lesson's address, the same in every language
 * @param exercises their ids, in the lesson's order
 */
export async function lessonData(lesson: string, exercises: readonly string[], locale: Locale): Promise<LessonData> {
  return {
    lesson,
    exercises: await Promise.all(exercises.map((id) => lessonExercise(id, locale))),
    lessons: await lessonLinks(locale),
  };
}

/** The lesson of every exercise, by the exercise's id. */
export async function lessonLinks(locale: Locale): Promise<Record<string, LessonLink>> {
  const links: Record<string, LessonLink> = {};
  const base = import.meta.env.BASE_URL.replace(/\/$/, "");
  for (const { id, data } of await getCollection("docs")) {
    if (data.exercises === undefined || id.startsWith("zh-cn/") !== (locale === "zh-cn")) continue;
    const several = data.exercises.length > 1;
    for (const exercise of data.exercises) links[exercise.id] = { title: data.title, href: `${base}/${id}/${several ? `#exercise-${exercise.id}` : ""}` };
  }
  return links;
}
