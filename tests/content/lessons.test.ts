import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LOCALES, type Locale } from "../../lab-server/contract/locale.ts";
import { loadCatalogue, readExercises } from "../../lab-server/exercises/catalogue.ts";
import { chosenNames } from "../support/content-choice.ts";
import { readLessons } from "../support/lessons.ts";

const CONTENT = fileURLToPath(new URL("../../src/content/", import.meta.url));

/** The exercises that the lessons of the course name in their front matter. */
async function named(): Promise<{ file: string; locale: Locale; exercise: string }[]> {
  return (await readLessons()).flatMap(({ file, locale, exercises }) => exercises.map((exercise) => ({ file, locale, exercise })));
}

test("every name that was chosen on the command line is an exercise or a lesson", async () => {
  const { exercises, errors } = await readExercises(`${CONTENT}exercises`);
  const known = [
    ...exercises.map(({ id }) => id),
    ...errors.map(({ file }) => file.split("/")[1]),
    ...(await readLessons()).map(({ address }) => address.split("/").at(-1)),
  ];
  for (const name of chosenNames) assert.ok(known.includes(name), `expected a part of the tests, an exercise or a lesson, found ${JSON.stringify(name)}`);
});

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
