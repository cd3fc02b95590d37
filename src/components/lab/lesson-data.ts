import { getCollection, getEntry } from "astro:content";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { LessonData, LessonLink } from "../../lab/lesson-exercise.ts";

/**
 * Everything the lab of a lesson needs to know that does not change while it runs.
 * Fails the build when the lesson names an exercise that is not there.
 */
export async function lessonData(exercise: string, locale: Locale): Promise<LessonData> {
  const entry = await getEntry("exercises", exercise);
  if (entry === undefined) {
    throw new Error(`A lesson names the exercise "${exercise}", which is not there. ` + `Expected src/content/exercises/<module>/${exercise}/exercise.yaml.`);
  }
  const { title, summary, minutes, tasks } = entry.data;
  return {
    exercise: {
      id: exercise,
      title: title[locale],
      summary: summary[locale],
      minutes,
      tasks: tasks.map((task) => ({ id: task.id, text: task.text[locale], hints: task.hints.map((hint) => hint[locale]) })),
    },
    lessons: await lessonLinks(locale),
  };
}

async function lessonLinks(locale: Locale): Promise<Record<string, LessonLink>> {
  const links: Record<string, LessonLink> = {};
  for (const { id, data } of await getCollection("docs")) {
    if (data.exercise === undefined || id.startsWith("zh-cn/") !== (locale === "zh-cn")) continue;
    links[data.exercise.id] = { title: data.title, href: `${import.meta.env.BASE_URL.replace(/\/$/, "")}/${id}/` };
  }
  return links;
}
