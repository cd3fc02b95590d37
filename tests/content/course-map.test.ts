import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readExercises } from "../../lab-server/exercises/catalogue.ts";

const MAP = new URL("../../docs/course-map.md", import.meta.url);
/** Topics of the notes that the course grew from. */
const TOPICS = 90;

const rows = readFileSync(MAP, "utf8")
  .split("\n")
  .map((line) => /^\| (\d+) +\|(.*)\|([^|]*)\|([^|]*)\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, number, , lessons = "", exercises = ""]) => ({
    number: Number(number),
    links: [...lessons.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? ""),
    exercises: [...exercises.matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => id ?? ""),
  }));

test("the map names every topic of the notes once, in order", () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: TOPICS }, (_, index) => index + 1),
  );
});

test("every topic has a lesson, and every lesson and exercise that the map names is there", async () => {
  const { exercises } = await readExercises(fileURLToPath(new URL("../../src/content/exercises", import.meta.url)));
  const ids = exercises.map(({ id }) => id);
  for (const row of rows) {
    assert.ok(row.links.length > 0, `topic ${row.number} has no lesson`);
    for (const link of row.links) assert.ok(existsSync(new URL(link, MAP)), `topic ${row.number}: ${link} is not there`);
    for (const id of row.exercises) assert.ok(ids.includes(id), `topic ${row.number}: there is no exercise ${id}`);
  }
});
