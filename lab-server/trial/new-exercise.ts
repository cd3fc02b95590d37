import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { exerciseIdSchema } from "../contract/exercise.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import { UsageError } from "./command-line.ts";

/** A real exercise, small enough to be read whole. Its files are types, tests and scripts like any other of the project. */
const SKELETON = join(import.meta.dirname, "skeleton");
/** How the skeleton's files name the server, and how those of an exercise do. */
const FROM_SKELETON = '"../../grading/';
const FROM_EXERCISE = '"../../../../../lab-server/grading/';

/**
 * Makes the folder `<root>/<module>/<name>` with an exercise that passes its own tests. Gives its files, relative to `root`.
 * Fails with `UsageError` for a name that is malformed or taken; nothing is then written.
 */
export async function newExercise(root: string, name: string, catalogue: Catalogue): Promise<string[]> {
  const parts = name.split("/");
  const [module, id] = parts;
  if (module === undefined || id === undefined || parts.length !== 2) throw new UsageError("a name of the form <module>/<exercise>", JSON.stringify(name));
  for (const part of [module, id]) {
    if (!exerciseIdSchema.safeParse(part).success) throw new UsageError("lower-case words joined by hyphens, at most 60 characters", JSON.stringify(part));
  }
  const taken = catalogue.list().find((exercise) => exercise.id === id);
  if (taken !== undefined) throw new UsageError("an id that no exercise has yet", `the id of ${taken.module}/${taken.id}`);
  const folder = join(root, module, id);
  if (await exists(folder)) throw new UsageError("a folder that does not exist yet", `${module}/${id}`);

  const files = (await readdir(SKELETON, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(SKELETON, join(entry.parentPath, entry.name)))
    .sort();
  try {
    for (const file of files) {
      const text = await readFile(join(SKELETON, file), "utf8");
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text.replaceAll(FROM_SKELETON, FROM_EXERCISE), { flag: "wx" });
    }
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
  return files.map((file) => `${module}/${id}/${file}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
