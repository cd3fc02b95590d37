import { parseDocument } from "yaml";
import { type ExerciseDefinition, exerciseSchema } from "../contract/exercise.ts";
import { type AuthoringError, schemaErrors } from "./authoring-error.ts";
import { placeholderErrors } from "./parameter-use.ts";

/** A thing that was read, or everything that is wrong with it. */
export type Reading<T> = { readonly value: T } | { readonly errors: readonly AuthoringError[] };

/**
 * Reads the text of an `exercise.yaml`.
 * @param file the name that errors carry, relative to the exercises' folder
 */
export function readDefinition(file: string, text: string): Reading<ExerciseDefinition> {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return {
      errors: document.errors.map((error) => ({
        file,
        field: error.linePos === undefined ? "" : `line ${error.linePos[0].line}`,
        expected: "well-formed YAML",
        found: (error.message.split("\n")[0] ?? error.message).replace(/ at line \d+, column \d+:?$/, ""),
      })),
    };
  }
  const root: unknown = document.toJS();
  const parsed = exerciseSchema.safeParse(root);
  if (!parsed.success) return { errors: schemaErrors(file, root, parsed.error) };

  const errors = placeholderErrors(file, parsed.data);
  if (parsed.data.redraw && Object.keys(parsed.data.parameters).length === 0) {
    errors.push({ file, field: "redraw", expected: "parameters that can be drawn", found: "none" });
  }
  const seen = new Map<string, number>();
  for (const [index, task] of parsed.data.tasks.entries()) {
    const first = seen.get(task.id);
    if (first === undefined) seen.set(task.id, index);
    else errors.push({ file, field: `tasks[${index}].id`, expected: "an id of its own", found: `${JSON.stringify(task.id)}, which tasks[${first}] has` });
  }
  return errors.length > 0 ? { errors } : { value: parsed.data };
}
