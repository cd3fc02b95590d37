import { randomBytes } from "node:crypto";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { LOCALES, type Locale } from "../contract/locale.ts";
import { authoringSentence } from "../exercises/authoring-error.ts";
import { brokenExercises, readExercises } from "../exercises/catalogue.ts";
import type { Seed } from "../exercises/draw-parameters.ts";
import type { Exercise } from "../exercises/exercise.ts";

/** What was typed cannot be used: says what was expected and what came. */
export class UsageError extends Error {
  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.name = "UsageError";
  }
}

type Options = NonNullable<ParseArgsConfig["options"]>;

function optionNames(options: Options): string {
  return Object.keys(options)
    .map((name) => `--${name}`)
    .join(", ");
}

/** Splits what was typed into options and names. Fails with `UsageError`. */
export function readArguments<O extends Options>(args: readonly string[], options: O) {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new UsageError(`one of the options ${optionNames(options)}`, token.rawName);
    if (option.type === "string" && (token.value === undefined || token.value === "")) throw new UsageError(`a value after ${token.rawName}`, "nothing");
    if (option.type === "boolean" && token.value !== undefined) throw new UsageError(`${token.rawName} without a value`, JSON.stringify(token.value));
    const again = tokens.filter((other) => other.kind === "option" && other.name === token.name).length > 1;
    if (again && option.multiple !== true) throw new UsageError(`${token.rawName} once`, "it more than once");
  }
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
}

/** `--lang`. */
export function readLocale(text: string): Locale {
  const locale = LOCALES.find((name) => name === text);
  if (locale === undefined) throw new UsageError(`--lang ${LOCALES.join(" or ")}`, JSON.stringify(text));
  return locale;
}

/** `--seed`; without it one by chance, which is told of, so that what it brings can be had again. */
export function readSeed(text: string | undefined): Seed {
  if (text === undefined) return randomBytes(4).toString("hex");
  if (!/^[A-Za-z0-9._-]{1,80}$/.test(text)) throw new UsageError("--seed with at most 80 letters, digits, dots, hyphens and underscores", JSON.stringify(text));
  return text;
}

/** More hosts side by side than this help nobody. */
const MOST_JOBS = 64;

/** How many hosts run side by side. */
export function readJobs(text: string): number {
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs < 1 || jobs > MOST_JOBS) throw new UsageError(`--jobs with a number of hosts from 1 to ${MOST_JOBS}`, JSON.stringify(text));
  return jobs;
}

/**
 * The exercises with these names, each `<exercise>` or `<module>/<exercise>`, in the order given. They must be whole; what is
 * wrong with another one is told of and stops nobody here, for it may be what its author is just writing.
 * Fails with `UsageError` for a name that is not there, with `internal` for an exercise that is broken.
 */
export async function readNamed(root: string, names: readonly string[], onError: (line: string) => void): Promise<Exercise[]> {
  const { exercises, errors } = await readExercises(root);
  const ids = names.map((name) => name.split("/").at(-1));
  const own = errors.filter(({ file }) => ids.includes(file.split("/")[1]));
  if (own.length > 0) throw brokenExercises(root, own);
  const found = names.map((name) => {
    const exercise = exercises.find(({ id, module }) => name === id || name === `${module}/${id}`);
    if (exercise === undefined) throw new UsageError(`the name of an exercise (${exercises.map(({ id }) => id).join(", ")})`, JSON.stringify(name));
    return exercise;
  });
  for (const error of errors) onError(`broken, and not asked for: ${authoringSentence(error)}`);
  return found;
}
