import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LOCALES, type Locale, type Text } from "../contract/locale.ts";

const chapterSchema = z.object({ title: z.string(), exercises: z.record(z.string(), z.string().startsWith("/")) });
const fileSchema = z.record(z.enum(LOCALES), z.array(chapterSchema));

/** What the server has to know of the course. */
export interface Lessons {
  /** The page of an exercise's lesson. For an exercise without one it is the front page. */
  pathOf(exercise: string | undefined, locale: Locale): string;
  /** The chapter of each exercise that has a lesson, in the order of the course. */
  readonly chapters: ReadonlyMap<string, Text>;
}

/** As the built site tells it (`exercises.json`). Without a site there are no lessons. */
export function readLessons(siteDir: string): Lessons {
  let file: z.infer<typeof fileSchema> = { en: [], "zh-cn": [] };
  try {
    file = fileSchema.parse(JSON.parse(readFileSync(join(siteDir, "exercises.json"), "utf8")));
  } catch {
    // A server without a site serves none.
  }
  const of = (locale: Locale, exercise: string) => file[locale].find(({ exercises }) => Object.hasOwn(exercises, exercise));
  const titleIn = (locale: Locale, exercise: string): string => of(locale, exercise)?.title ?? "";
  const inOrder = file.en.flatMap(({ exercises }) => Object.keys(exercises));
  return {
    pathOf: (exercise, locale) => (exercise === undefined ? undefined : of(locale, exercise)?.exercises[exercise]) ?? (locale === "en" ? "/" : `/${locale}/`),
    chapters: new Map(inOrder.map((exercise) => [exercise, { en: titleIn("en", exercise), "zh-cn": titleIn("zh-cn", exercise) }])),
  };
}
