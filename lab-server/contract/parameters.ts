import type { Locale, Text } from "./locale.ts";

/*
 * Parameters of an exercise: values that are drawn for each learner. `exercise.yaml` says what they may be; texts, scripts and
 * checks read what was drawn. They are numbers and words of a small alphabet and nothing else, so that a value is itself wherever it
 * is put: in a shell's command, in XML, in a sentence.
 * The page needs this before Start; the schemas, which it needs later or never, are in `parameter-schemas.ts`.
 */

/** What was drawn, by the parameter's name. */
export type ParameterValue = number | string;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export const LARGEST_VALUE = 1_000_000_000;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/** Whether it can be the value of a parameter. A word does not begin with a hyphen: it is no option of a command. */
export function isParameterValue(value: unknown): value is ParameterValue {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 && value <= LARGEST_VALUE;
  return typeof value === "string" && WORD.test(value);
}

/** A whole number from a range, its end included. */
export interface RangeParameter {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly label?: Text | undefined;
}
/** One of several numbers, or one of several words. */
export interface ChoiceParameter {
  readonly oneOf: readonly ParameterValue[];
  readonly label?: Text | undefined;
}
export type Parameter = RangeParameter | ChoiceParameter;

export type Parameters = Readonly<Record<string, Parameter>>;

/** `{name}` in a text. What a dollar stands before is the shell's own. */
const PLACEHOLDER = /(?<!\$)\{([A-Za-z][A-Za-z0-9_-]*)\}/g;

/** The names in a text's placeholders, each once, in alphabetical order. They need not be those of parameters. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))].sort();
}

const ANY_NUMBER: Text = { en: "number", "zh-cn": "数值" };
const ANY_NAME: Text = { en: "name", "zh-cn": "名称" };
const MARKED: Readonly<Record<Locale, (label: string) => string>> = { en: (label) => `‹${label}›`, "zh-cn": (label) => `〈${label}〉` };

/** What stands in the texts of an exercise for whom nothing was drawn (yet): `‹number›`, or the author's own word. By the parameter's name. */
export function labelsOf(parameters: Parameters, locale: Locale): Readonly<Record<string, string>> {
  const entries = Object.entries(parameters).map(([name, parameter]): [string, string] => {
    const isNumber = !("oneOf" in parameter) || typeof parameter.oneOf[0] === "number";
    return [name, MARKED[locale]((parameter.label ?? (isNumber ? ANY_NUMBER : ANY_NAME))[locale])];
  });
  return Object.fromEntries(entries);
}

/** A text with its placeholders filled in, with values or with labels. One without stays as it is. */
export function fillText(text: string, values: ParameterValues): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** A text of an exercise where it is nobody's in particular: in a list, in another system's course. */
export function generalText(text: Text, parameters: Parameters): Text {
  return { en: fillText(text.en, labelsOf(parameters, "en")), "zh-cn": fillText(text["zh-cn"], labelsOf(parameters, "zh-cn")) };
}
