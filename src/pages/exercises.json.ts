import type { APIRoute } from "astro";
import { LOCALES } from "../../lab-server/contract/locale.ts";
import { lessonLinks } from "../components/lab/lesson-data.ts";

/** Where each exercise is taught, in each language: for the lab server, which leads people there from elsewhere. */
export const GET: APIRoute = async () => {
  const paths = await Promise.all(
    LOCALES.map(async (locale) => {
      const links = Object.entries(await lessonLinks(locale));
      return [locale, Object.fromEntries(links.map(([exercise, { href }]) => [exercise, href]))] as const;
    }),
  );
  return Response.json(Object.fromEntries(paths));
};
