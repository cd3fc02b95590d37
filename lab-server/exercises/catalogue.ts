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

/** The exercises that are whole, in the order of module and id, and everything that is wrong with the others. */
export interface ExerciseReading {
  readonly exercises: readonly Exercise[];
  readonly errors: readonly AuthoringError[];
}

/** Reads `<root>/<module>/<exercise>/` for every exercise. Never throws for what an author wrote. */
export async function readExercises(root: string): Promise<ExerciseReading> {
  const errors: AuthoringError[] = [];
  const exercises: Exercise[] = [];
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
      if ("value" in reading) exercises.push(reading.value);
      else errors.push(...reading.errors);
    }
  }
  return { exercises, errors };
}

/** Exercises that are not whole, one sentence for each thing to mend. */
export function brokenExercises(root: string, errors: readonly AuthoringError[]): LabError {
  const sentences = errors.map((error) => `  ${authoringSentence(error)}`);
  return new LabError("internal", { log: `the exercises in ${root} cannot be used:\n${sentences.join("\n")}` });
}

/**
 * Reads every exercise of the course.
 * Fails with `internal` when any of them is broken; the log line lists every error, one sentence each.
 */
export async function loadCatalogue(root: string): Promise<Catalogue> {
  const { exercises, errors } = await readExercises(root);
  if (errors.length > 0) throw brokenExercises(root, errors);
  const list = Object.freeze([...exercises]);
  const byId = new Map(list.map((exercise) => [exercise.id, exercise]));
  return Object.freeze({
    list: () => list,
    get(id: string): Exercise {
      const exercise = byId.get(id);
      if (exercise === undefined)
        throw new LabError("unknown_exercise", { params: { exercise: id.slice(0, 60) }, log: `no exercise ${JSON.stringify(id.slice(0, 200))}` });
      return exercise;
    },
  });
}
