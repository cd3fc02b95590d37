import { z } from "zod";

/** The languages of the course and of every text a learner may see. `en` is the site's root. */
export const LOCALES = ["en", "zh-cn"] as const;
export type Locale = (typeof LOCALES)[number];
export const localeSchema = z.enum(LOCALES);

/** One text in every language. A missing or empty language is refused wherever a `Text` is read. */
export const textSchema = z.strictObject({
  en: z.string().trim().min(1),
  "zh-cn": z.string().trim().min(1),
});
export type Text = z.infer<typeof textSchema>;
