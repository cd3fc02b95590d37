import { createHmac } from "node:crypto";
import type { Parameter, Parameters, ParameterValue, ParameterValues } from "../contract/parameters.ts";

/** Any text. The same one draws the same values, on every machine and in every version. */
export type Seed = string;

/**
 * The seed of one learner at one exercise: HMAC-SHA256 under the server's key, so nobody without the key can tell what somebody draws.
 * @param attempt from 1
 */
export function learnerSeed(key: Buffer, who: { readonly learner: string; readonly exercise: string; readonly attempt: number }): Seed {
  return createHmac("sha256", key)
    .update(JSON.stringify([who.learner, who.exercise, who.attempt]))
    .digest("hex");
}

/** The seed of one learner in the exam of one class: another one than that of any attempt outside of it, and the same however often they start. */
export function examSeed(key: Buffer, who: { readonly class: string; readonly learner: string; readonly exercise: string }): Seed {
  return createHmac("sha256", key)
    .update(JSON.stringify(["exam", who.class, who.learner, who.exercise]))
    .digest("hex");
}

/**
 * Draws every parameter. A pure function. Each one depends on the seed and on its own name alone: one that is added or taken away
 * leaves the others as they were.
 */
export function drawParameters(parameters: Parameters, seed: Seed): ParameterValues {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, valueAt(parameter, indexBelow(countOf(parameter), seed, name))]));
}

function countOf(parameter: Parameter): number {
  return "oneOf" in parameter ? parameter.oneOf.length : (parameter.to - parameter.from) / parameter.step + 1;
}

function valueAt(parameter: Parameter, index: number): ParameterValue {
  if (!("oneOf" in parameter)) return parameter.from + index * parameter.step;
  const value = parameter.oneOf[index];
  if (value === undefined) throw new RangeError(`expected an index below ${parameter.oneOf.length}, found ${index}`);
  return value;
}

/** So many bytes of a digest are one number; it is then exact as a double. */
const BYTES = 6;
const RANGE = 2 ** (8 * BYTES);

/**
 * A whole number from 0 to `count` - 1, each as likely as the other: what lies beyond the last whole multiple of `count` is thrown away, and drawn
 * again.
 */
function indexBelow(count: number, seed: Seed, name: string): number {
  const fair = RANGE - (RANGE % count);
  for (let round = 0; ; round += 1) {
    const drawn = createHmac("sha256", seed)
      .update(JSON.stringify([name, round]))
      .digest()
      .readUIntBE(0, BYTES);
    if (drawn < fair) return drawn % count;
  }
}

/**
 * The values of somebody who has begun, for an exercise that may have changed since. What was drawn stays, for the host was set up with it; what
 * is new is drawn, and what is gone is left out.
 */
export function keepDrawn(kept: ParameterValues, parameters: Parameters, seed: Seed): ParameterValues {
  const drawn = drawParameters(parameters, seed);
  return Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, typeof kept[name] === typeof value ? (kept[name] ?? value) : value]));
}

/** Values for people: `vcpus=3, guest=web_03`. */
export function describeValues(values: ParameterValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
