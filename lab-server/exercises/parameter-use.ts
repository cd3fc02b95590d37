import type { ExerciseDefinition } from "../contract/exercise.ts";
import type { Text } from "../contract/locale.ts";
import { placeholdersOf } from "../contract/parameters.ts";
import type { AuthoringError } from "./authoring-error.ts";

/** The environment variable of a parameter. */
export function variableOf(name: string): string {
  return `PARAM_${name.toUpperCase()}`;
}

function textsOf({ title, summary, tasks }: ExerciseDefinition): (readonly [field: string, text: Text])[] {
  return [
    ["title", title],
    ["summary", summary],
    ...tasks.flatMap(({ text, hints }, index): (readonly [string, Text])[] => [
      [`tasks[${index}].text`, text],
      ...hints.map((hint, place) => [`tasks[${index}].hints[${place}]`, hint] as const),
    ]),
  ];
}

const inBraces = (names: readonly string[]): string => (names.length === 0 ? "no placeholder" : names.map((name) => `{${name}}`).join(", "));
const listed = (names: readonly string[]): string => (names.length === 0 ? "there are none" : names.join(", "));

/** Placeholders of the texts that name no parameter, or differ between the languages of one text. */
export function placeholderErrors(file: string, definition: ExerciseDefinition): AuthoringError[] {
  const known = Object.keys(definition.parameters);
  return textsOf(definition).flatMap(([field, text]): AuthoringError[] => {
    const [en, zh] = [placeholdersOf(text.en), placeholdersOf(text["zh-cn"])];
    const strange = (["en", "zh-cn"] as const).flatMap((locale) =>
      placeholdersOf(text[locale])
        .filter((name) => !known.includes(name))
        .map((name) => ({ file, field: `${field}.${locale}`, expected: `the name of a parameter between braces (${listed(known)})`, found: `{${name}}` })),
    );
    if (strange.length > 0 || en.join() === zh.join()) return strange;
    return [{ file, field: `${field}.zh-cn`, expected: `the placeholders of en, ${inBraces(en)}`, found: inBraces(zh) }];
  });
}

const VARIABLE = /\bPARAM_[A-Za-z0-9_]+/g;

/** Variables in a script that no parameter fills. */
export function variableErrors(file: string, script: string, parameters: readonly string[]): AuthoringError[] {
  const known = parameters.map(variableOf);
  return [...new Set(script.match(VARIABLE))]
    .filter((name) => !known.includes(name))
    .map((name) => ({ file, field: "", expected: `the variable of a parameter of exercise.yaml (${listed(known)})`, found: name }));
}

/** Parameters that are neither in a text nor in the starting state: what a learner never meets, nobody can be asked for. */
export function unusedErrors(file: string, definition: ExerciseDefinition, setup: string | undefined): AuthoringError[] {
  const inTexts = new Set(textsOf(definition).flatMap(([, text]) => placeholdersOf(text.en)));
  const inSetup = new Set(setup?.match(VARIABLE));
  return Object.keys(definition.parameters)
    .filter((name) => !inTexts.has(name) && !inSetup.has(variableOf(name)))
    .map((name) => ({
      file,
      field: `parameters.${name}`,
      expected: `to be read by a text as {${name}}, or by setup.sh as $${variableOf(name)}`,
      found: "neither",
    }));
}
