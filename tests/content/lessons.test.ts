import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { LOCALES, type Locale } from "../../lab-server/contract/locale.ts";
import { loadCatalogue } from "../../lab-server/exercises/catalogue.ts";

const CONTENT = fileURLToPath(new URL("../../src/content/", import.meta.url));

/** The exercises that the lessons of the course name in their front matter. */
async function named(): Promise<{ file: string; locale: Locale; exercise: string }[]> {
  const found: { file: string; locale: Locale; exercise: string }[] = [];
  for await (const file of glob("**/*.{md,mdx}", { cwd: `${CONTENT}docs` })) {
    const text = await readFile(`${CONTENT}docs/${file}`, "utf8");
    const matter: unknown = parse(/^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? "");
    if (typeof matter !== "object" || matter === null || !("exercises" in matter) || !Array.isArray(matter.exercises)) continue;
    const locale = LOCALES.find((name) => file.startsWith(`${name}/`)) ?? "en";
    for (const exercise of matter.exercises) found.push({ file, locale, exercise: String(exercise) });
  }
  return found;
}

test("every exercise is named by exactly one lesson in each language, under the same address", async () => {
  const catalogue = await loadCatalogue(`${CONTENT}exercises`);
  const all = await named();
  for (const { id } of catalogue.list()) {
    const addresses = new Set<string>();
    for (const locale of LOCALES) {
      const files = all.filter((lesson) => lesson.exercise === id && lesson.locale === locale).map(({ file }) => file);
      assert.equal(files.length, 1, `exercise ${id}, ${locale}: expected one lesson, found ${files.join(", ") || "none"}`);
      addresses.add((files[0] ?? "").replace(`${locale}/`, ""));
    }
    assert.equal(addresses.size, 1, `exercise ${id}: expected one address in every language, found ${[...addresses].join(" and ")}`);
  }
});

test("no lesson names an exercise that does not exist", async () => {
  const catalogue = await loadCatalogue(`${CONTENT}exercises`);
  const ids = catalogue.list().map(({ id }) => id);
  for (const { file, exercise } of await named()) assert.ok(ids.includes(exercise), `${file}: no exercise ${exercise}`);
});
