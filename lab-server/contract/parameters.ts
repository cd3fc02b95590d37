import { z } from "zod";
import { type Locale, type Text, textSchema } from "./locale.ts";

/*
 * Parameters of an exercise: values that are drawn for each learner. `exercise.yaml` says what they may be; texts, scripts and
 * checks read what was drawn. They are numbers and words of a small alphabet and nothing else, so that a value is itself wherever it
 * is put: in a shell's command, in XML, in a sentence.
 */

/** What was drawn, by the parameter's name. */
export type ParameterValue = number | string;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** One name everywhere: `{disk_size}` in a text, `$PARAM_DISK_SIZE` in a script, `disk_size` in `checks.ts`. */
const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, "expected lower-case words joined by underscores, such as disk_size")
  .max(40);

const LARGEST = 1_000_000_000;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/** Whether it can be the value of a parameter. A word does not begin with a hyphen: it is no option of a command. */
export function isParameterValue(value: unknown): value is ParameterValue {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 && value <= LARGEST;
  return typeof value === "string" && WORD.test(value);
}

const valueSchema = z.custom<ParameterValue>(
  isParameterValue,
  `expected a whole number from 0 to ${LARGEST}, or a word of at most 40 letters, digits, dots, hyphens and underscores`,
);
export const parameterValuesSchema = z.record(z.string(), valueSchema);

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

const boundSchema = z.int().min(0).max(LARGEST);
const parameterSchema = z
  .strictObject({
    from: boundSchema.optional(),
    to: boundSchema.optional(),
    step: z.int().min(1).max(LARGEST).optional(),
    "one-of": z.array(valueSchema).min(2).max(1000).optional(),
    /** What stands in a text where the value is not known yet: a word or two. */
    label: textSchema.optional(),
  })
  .transform(({ from, to, step, label, "one-of": oneOf }, context): Parameter => {
    const refuse = (field: string, expected: string): typeof z.NEVER => {
      context.issues.push({ code: "custom", path: field === "" ? [] : [field], input: undefined, message: `expected ${expected}` });
      return z.NEVER;
    };
    if (oneOf !== undefined) {
      if (from !== undefined || to !== undefined || step !== undefined) return refuse("", "either from and to, or one-of");
      if (oneOf.some((value) => typeof value !== typeof oneOf[0])) return refuse("one-of", "numbers alone, or words alone");
      if (new Set(oneOf).size < oneOf.length) return refuse("one-of", "values that differ");
      return { oneOf, ...(label && { label }) };
    }
    if (from === undefined || to === undefined) return refuse("", "from and to, or one-of");
    if (to <= from) return refuse("to", `more than from, which is ${from}`);
    if (step !== undefined && (to - from) % step !== 0) return refuse("to", `a number that is reached from ${from} in steps of ${step}`);
    return { from, to, step: step ?? 1, ...(label && { label }) };
  });

/** `parameters:` of an `exercise.yaml`. */
export const parametersSchema = z.record(nameSchema, parameterSchema);
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
