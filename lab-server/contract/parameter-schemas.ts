import { z } from "zod";
import { textSchema } from "./locale.ts";
import { isParameterValue, LARGEST_VALUE, type Parameter, type ParameterValue } from "./parameters.ts";

/** One name everywhere: `{disk_size}` in a text, `$PARAM_DISK_SIZE` in a script, `disk_size` in `checks.ts`. */
const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, "expected lower-case words joined by underscores, such as disk_size")
  .max(40);

const valueSchema = z
  .custom<ParameterValue>(
    isParameterValue,
    `expected a whole number from 0 to ${LARGEST_VALUE}, or a word of at most 40 letters, digits, dots, hyphens and underscores`,
  )
  .meta({
    anyOf: [
      { type: "integer", minimum: 0, maximum: LARGEST_VALUE },
      { type: "string", maxLength: 40 },
    ],
  });
export const parameterValuesSchema = z.record(z.string(), valueSchema);

const boundSchema = z.int().min(0).max(LARGEST_VALUE);
const parameterSchema = z
  .strictObject({
    from: boundSchema.optional(),
    to: boundSchema.optional(),
    step: z.int().min(1).max(LARGEST_VALUE).optional(),
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
