import { getCollection } from "astro:content";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { CHAPTERS } from "../../course/chapters.ts";

export interface CourseLesson {
  readonly title: string;
  readonly description: string | undefined;
  readonly href: string;
  readonly minutes: number | undefined;
  readonly exercises: readonly string[];
}

export interface CourseChapter {
  /** Its place in the course, from 1. */
  readonly number: number;
  readonly folder: string;
  readonly title: string;
  readonly lessons: readonly CourseLesson[];
}

/** The chapters that have lessons, with them, in the order of the course: the same as in the sidebar. */
export async function courseChapters(locale: Locale): Promise<readonly CourseChapter[]> {
  const prefix = locale === "en" ? "" : `${locale}/`;
  const base = import.meta.env.BASE_URL.replace(/\/$/, "");
  const pages = await getCollection("docs");
  return CHAPTERS.map(({ folder, title }, index) => ({
    number: index + 1,
    folder,
    title: title[locale],
    lessons: pages
      .filter(({ id }) => id.startsWith(`${prefix}${folder}/`))
      .sort((a, b) => (a.data.sidebar.order ?? Number.MAX_VALUE) - (b.data.sidebar.order ?? Number.MAX_VALUE))
      .map(({ id, data }) => ({
        title: data.title,
        description: data.description,
        href: `${base}/${id}/`,
        minutes: data.minutes,
        exercises: data.exercises?.map((exercise) => exercise.id) ?? [],
      })),
  })).filter(({ lessons }) => lessons.length > 0);
}
