import type { z } from "zod";

/** One thing an author has to mend: where it is, what should be there, what is there. */
export interface AuthoringError {
  /** Relative to the exercises' folder, with forward slashes. */
  readonly file: string;
  /** The place in the file, such as `tasks[0].hints[1].zh-cn`; empty for the file itself. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** The author's sentence. */
export function authoringSentence(error: AuthoringError): string {
  const place = error.field === "" ? error.file : `${error.file}: ${error.field}`;
  return `${place}: expected ${error.expected}, found ${error.found}`;
}

/** A value as an author would name it: short, and never more than its beginning. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") {
    if (value === "") return "an empty text";
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))} and more` : JSON.stringify(value);
  }
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object") {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty mapping" : `a mapping with ${keys.slice(0, 6).join(", ")}`;
  }
  return String(value);
}

/** The path of a field as an author writes it. */
export function fieldName(path: readonly PropertyKey[]): string {
  let name = "";
  for (const part of path) {
    if (typeof part === "number") name += `[${part}]`;
    else name += name === "" ? String(part) : `.${String(part)}`;
  }
  return name;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "a text that is not empty";
      if (issue.origin === "array") return `a list of at least ${issue.minimum}`;
      return `at least ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "string") return `a text of at most ${issue.maximum} characters`;
      return `at most ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_key":
      return issue.issues[0] === undefined ? "another name" : expectedBy(issue.issues[0]);
    default:
      return issue.message.replace(/^expected /, "");
  }
}

/** The failures of a schema as authoring errors of one file. `root` is the value that was refused. */
export function schemaErrors(file: string, root: unknown, error: z.ZodError): AuthoringError[] {
  return error.issues.flatMap((issue): AuthoringError[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        file,
        field: fieldName([...issue.path, key]),
        expected: "no field of this name",
        found: describeFound(valueAt(root, [...issue.path, key])),
      }));
    }
    const found = issue.code === "invalid_key" ? issue.path.at(-1) : valueAt(root, issue.path);
    return [{ file, field: fieldName(issue.path), expected: expectedBy(issue), found: describeFound(found) }];
  });
}
