import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExerciseDefinition } from "../contract/exercise.ts";
import type { AuthoringError } from "./authoring-error.ts";
import type { Exercise, Mistake } from "./exercise.ts";
import { unusedErrors, variableErrors } from "./parameter-use.ts";
import { readChecks } from "./read-checks.ts";
import { type Reading, readDefinition } from "./read-definition.ts";
import { readMistakeHeader } from "./read-mistake.ts";

const REQUIRED = ["exercise.yaml", "checks.ts", "solve.sh"] as const;
const ALLOWED: readonly string[] = [...REQUIRED, "setup.sh", "mistakes", "checks.test.ts"];

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

/** Collects the errors of one folder, so that an author sees all of them at once. */
class Folder {
  readonly errors: AuthoringError[] = [];
  readonly #root: string;
  readonly #relative: string;

  constructor(root: string, relative: string) {
    this.#root = root;
    this.#relative = relative;
  }

  path(name: string): string {
    return join(this.#root, this.#relative, name);
  }

  file(name: string): string {
    return `${this.#relative}/${name}`;
  }

  async names(name = ""): Promise<string[]> {
    return (await readdir(this.path(name))).sort();
  }

  /** @param parameters undefined where they are not known: the variables are then not looked at */
  async script(name: string, parameters: readonly string[] | undefined): Promise<string> {
    const text = await readFile(this.path(name), "utf8");
    if (parameters !== undefined) this.errors.push(...variableErrors(this.file(name), text, parameters));
    if (text.trim() === "") this.errors.push({ file: this.file(name), field: "", expected: "a shell script", found: "an empty file" });
    return text;
  }

  take<T>(reading: Reading<T>): T | undefined {
    if ("value" in reading) return reading.value;
    this.errors.push(...reading.errors);
    return undefined;
  }
}

async function readMistakes(folder: Folder, definition: ExerciseDefinition | undefined): Promise<Mistake[]> {
  const tasks = definition?.tasks.map((task) => task.id);
  const mistakes: Mistake[] = [];
  const names = await folder.names("mistakes");
  for (const name of names) {
    const file = `mistakes/${name}`;
    if (!name.endsWith(".sh")) {
      folder.errors.push({ file: folder.file(file), field: "", expected: "a shell script, <name>.sh", found: "another file" });
      continue;
    }
    const text = await folder.script(file, definition && Object.keys(definition.parameters));
    const header = tasks === undefined ? undefined : folder.take(readMistakeHeader(folder.file(file), text, tasks));
    if (header !== undefined) mistakes.push({ name: name.slice(0, -".sh".length), path: folder.path(file), ...header });
  }
  if (names.length === 0) folder.errors.push({ file: folder.file("mistakes"), field: "", expected: "at least one <name>.sh", found: "an empty folder" });
  return mistakes;
}

async function importChecks(folder: Folder, definition: ExerciseDefinition | undefined): Promise<Exercise["checks"] | undefined> {
  const file = folder.file("checks.ts");
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(folder.path("checks.ts")).href)) as { default?: unknown };
  } catch (thrown) {
    const message = thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown);
    folder.errors.push({ file, field: "", expected: "a module that can be imported", found: `an error: ${message}` });
    return undefined;
  }
  return folder.take(readChecks(file, module.default, definition));
}

/** Everything that decides what a verdict means. What several exercises share, in `grading/`, is not in it. */
async function versionOf(folder: Folder, names: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["exercise.yaml", "setup.sh", "checks.ts"]) {
    const text = names.includes(name) ? await readFile(folder.path(name)) : Buffer.alloc(0);
    hash.update(`${name} ${text.length}\n`).update(text);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Reads and verifies the folder `<root>/<module>/<id>`.
 * Never throws for what an author wrote: gives the exercise, or everything that is wrong with it.
 */
export async function loadExercise(root: string, module: string, id: string): Promise<Reading<Exercise>> {
  const folder = new Folder(root, `${module}/${id}`);
  const names = await folder.names();
  for (const name of names) {
    if (!ALLOWED.includes(name)) folder.errors.push({ file: folder.file(name), field: "", expected: `only ${ALLOWED.join(", ")}`, found: "another file" });
  }
  for (const name of [...REQUIRED, "mistakes"]) {
    if (!names.includes(name))
      folder.errors.push({ file: folder.file(name), field: "", expected: name === "mistakes" ? "a folder" : "a file", found: "nothing" });
  }

  let definition: ExerciseDefinition | undefined;
  if (names.includes("exercise.yaml")) {
    definition = folder.take(readDefinition(folder.file("exercise.yaml"), await readFile(folder.path("exercise.yaml"), "utf8")));
  }
  const parameters = definition && Object.keys(definition.parameters);
  const checks = names.includes("checks.ts") ? await importChecks(folder, definition) : undefined;
  const setup = names.includes("setup.sh") ? await folder.script("setup.sh", parameters) : undefined;
  if (definition !== undefined) folder.errors.push(...unusedErrors(folder.file("exercise.yaml"), definition, setup));
  if (names.includes("solve.sh")) await folder.script("solve.sh", parameters);
  const mistakes = names.includes("mistakes") ? await readMistakes(folder, definition) : [];

  if (folder.errors.length > 0 || definition === undefined || checks === undefined) return { errors: folder.errors };
  const view = { id, module, ...definition };
  const version = await versionOf(folder, names);
  return { value: deepFreeze({ id, module, definition, version, view, setup, checks, solve: folder.path("solve.sh"), mistakes }) };
}
