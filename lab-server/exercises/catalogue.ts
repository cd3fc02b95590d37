import { readdir } from "node:fs/promises";
import { exerciseIdSchema } from "../contract/exercise.ts";
import { LabError } from "../errors.ts";
import { type AuthoringError, authoringSentence, describeFound } from "./authoring-error.ts";
import type { Exercise } from "./exercise.ts";
import { loadExercise } from "./load-exercise.ts";

/** Every exercise of the course, read once at start. */
export interface Catalogue {
  /** In the order of module and id. */
  list(): readonly Exercise[];
  /** Fails with `unknown_exercise`. */
  get(id: string): Exercise;
}

async function folders(root: string, relative: string, errors: AuthoringError[]): Promise<string[]> {
  const entries = await readdir(`${root}/${relative}`, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = relative === "" ? entry.name : `${relative}/${entry.name}`;
    if (!entry.isDirectory()) errors.push({ file, field: "", expected: "a folder", found: "a file" });
    else if (!exerciseIdSchema.safeParse(entry.name).success) {
      errors.push({ file, field: "", expected: "a folder named by lower-case words joined by hyphens", found: describeFound(entry.name) });
    } else names.push(entry.name);
  }
  return names;
}

/**
 * Reads `<root>/<module>/<exercise>/` for every exercise.
 * Fails with `internal` when any of them is broken; the log line lists every error, one sentence each.
 */
export async function loadCatalogue(root: string): Promise<Catalogue> {
  const errors: AuthoringError[] = [];
  const exercises = new Map<string, Exercise>();
  const modulesById = new Map<string, string>();
  for (const module of await folders(root, "", errors)) {
    for (const id of await folders(root, module, errors)) {
      const earlier = modulesById.get(id);
      if (earlier !== undefined) {
        errors.push({ file: `${module}/${id}`, field: "", expected: "an id of its own in the whole course", found: `the id of ${earlier}/${id}` });
        continue;
      }
      modulesById.set(id, module);
      const reading = await loadExercise(root, module, id);
      if ("value" in reading) exercises.set(id, reading.value);
      else errors.push(...reading.errors);
    }
  }
  if (errors.length > 0) {
    const sentences = errors.map((error) => `  ${authoringSentence(error)}`);
    throw new LabError("internal", { log: `the exercises in ${root} cannot be used:\n${sentences.join("\n")}` });
  }
  const list = Object.freeze([...exercises.values()]);
  return Object.freeze({
    list: () => list,
    get(id: string): Exercise {
      const exercise = exercises.get(id);
      if (exercise === undefined)
        throw new LabError("unknown_exercise", { params: { exercise: id.slice(0, 60) }, log: `no exercise ${JSON.stringify(id.slice(0, 200))}` });
      return exercise;
    },
  });
}
