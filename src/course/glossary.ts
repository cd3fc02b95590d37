import { z } from "zod";
import { textSchema } from "../../lab-server/contract/locale.ts";

const aliases = z.array(z.string().trim().min(1)).default([]);

/** One entry of `glossary.yaml`: a term, what it means in a sentence or two, and its other names. */
export const glossaryEntrySchema = z.strictObject({
  /** The anchor on the glossary's page, and what a lesson writes: `<Term id="vm-exit">`. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected lower-case words joined by hyphens, such as vm-exit"),
  term: textSchema,
  definition: textSchema,
  aliases: z.strictObject({ en: aliases, "zh-cn": aliases }).prefault({}),
});
export type GlossaryEntry = z.infer<typeof glossaryEntrySchema>;
