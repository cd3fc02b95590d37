import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Lesson, readLesson } from "./lesson.ts";

const DOCS = fileURLToPath(new URL("../../src/content/docs/", import.meta.url));

/** Every page of the course, in every language, in the order of the files' names. */
export async function readLessons(): Promise<Lesson[]> {
  const files: string[] = [];
  for await (const file of glob("**/*.{md,mdx}", { cwd: DOCS })) files.push(file);
  return Promise.all(files.sort().map(async (file) => readLesson(file, await readFile(`${DOCS}${file}`, "utf8"))));
}
