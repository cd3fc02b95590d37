import type { APIRoute } from "astro";
import { LOCALES } from "../../lab-server/contract/locale.ts";
import { courseChapters } from "../components/course/course-lessons.ts";
import { lessonLinks } from "../components/lab/lesson-data.ts";

/** Where each exercise is taught, by chapter, in each language: for the lab server, which leads people there from elsewhere. */
export const GET: APIRoute = async () => {
  const courses = await Promise.all(
    LOCALES.map(async (locale) => {
      const links = await lessonLinks(locale);
      const chapters = (await courseChapters(locale)).map(({ title, lessons }) => ({
        title,
        exercises: Object.fromEntries(lessons.flatMap(({ exercises }) => exercises.map((id) => [id, links[id]?.href]))),
      }));
      return [locale, chapters] as const;
    }),
  );
  return Response.json(Object.fromEntries(courses));
};
