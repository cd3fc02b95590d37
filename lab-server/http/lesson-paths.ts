import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Locale } from "../contract/locale.ts";

const fileSchema = z.record(z.string(), z.record(z.string(), z.string().startsWith("/")));

/**
 * The page of an exercise's lesson, as the built site tells it (`exercises.json`). Without a site, or for an exercise without a lesson, it
 * is the front page.
 */
export function lessonPaths(siteDir: string): (exercise: string | undefined, locale: Locale) => string {
  let paths: z.infer<typeof fileSchema> = {};
  try {
    paths = fileSchema.parse(JSON.parse(readFileSync(join(siteDir, "exercises.json"), "utf8")));
  } catch {
    // A server without a site serves none.
  }
  return (exercise, locale) => (exercise === undefined ? undefined : paths[locale]?.[exercise]) ?? (locale === "en" ? "/" : `/${locale}/`);
}
