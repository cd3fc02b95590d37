import { defineCollection, reference } from "astro:content";
import { docsLoader, i18nLoader } from "@astrojs/starlight/loaders";
import { docsSchema, i18nSchema } from "@astrojs/starlight/schema";
import { glob } from "astro/loaders";
import { z } from "astro/zod";
import { exerciseSchema } from "../lab-server/contract/exercise.ts";

/** Lessons. One with an `exercise` gets the lab beside its text. */
const docs = defineCollection({
  loader: docsLoader(),
  schema: docsSchema({
    extend: z.object({
      /** How long the lesson takes with its exercise, in minutes. */
      minutes: z.number().int().min(1).max(240).optional(),
      /** The exercise's folder name. */
      exercise: reference("exercises").optional(),
    }),
  }),
});

/** The public part of every exercise: `<module>/<id>/exercise.yaml`. */
const exercises = defineCollection({
  loader: glob({
    base: "./src/content/exercises",
    pattern: "*/*/exercise.yaml",
    generateId: ({ entry }) => {
      const id = entry.split("/")[1];
      if (id === undefined) throw new Error(`${entry}: expected <module>/<exercise>/exercise.yaml`);
      return id;
    },
  }),
  schema: exerciseSchema,
});

/** Corrections to Starlight's own texts. */
const i18n = defineCollection({ loader: i18nLoader(), schema: i18nSchema() });

export const collections = { docs, exercises, i18n };
