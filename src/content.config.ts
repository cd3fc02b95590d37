import { defineCollection, reference } from "astro:content";
import { docsLoader, i18nLoader } from "@astrojs/starlight/loaders";
import { docsSchema, i18nSchema } from "@astrojs/starlight/schema";
import { file, glob } from "astro/loaders";
import { z } from "astro/zod";
import { exerciseSchema } from "../lab-server/contract/exercise.ts";
import { glossaryEntrySchema } from "./course/glossary.ts";

/** Lessons, and the pages around them. A lesson with exercises gets the lab beside its text. */
const docs = defineCollection({
  loader: docsLoader(),
  schema: docsSchema({
    extend: z.object({
      /** How long the lesson takes with its exercises, in minutes. A page without minutes is no lesson. */
      minutes: z.number().int().min(1).max(240).optional(),
      /** The exercises' folder names, in the order in which the text comes to them. */
      exercises: z.array(reference("exercises")).min(1).optional(),
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

/** Every term that a lesson may link to. */
const glossary = defineCollection({ loader: file("src/content/glossary.yaml"), schema: glossaryEntrySchema });

/** Corrections to Starlight's own texts. */
const i18n = defineCollection({ loader: i18nLoader(), schema: i18nSchema() });

export const collections = { docs, exercises, glossary, i18n };
