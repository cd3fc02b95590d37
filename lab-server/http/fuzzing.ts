/*
 * Requests out of an OpenAPI document: right ones, nearly right ones, and wild ones. Everything comes from one number.
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export interface Schema {
  readonly [key: string]: unknown;
}

/** Numbers by chance that are the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0, below `most`. */
  below(most: number): number {
    return Math.floor(this.next() * most);
  }

  is(share: number): boolean {
    return this.next() < share;
  }

  of<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new RangeError("nothing to choose from");
    return one;
  }
}

const nested = (depth: number): Json => {
  let value: Json = "deep";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What no schema expects. */
const WILD: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => 0.1,
  () => "",
  () => "\0",
  () => "a\0b",
  () => "\ud800",
  () => "\udc00x\ud800",
  () => "\u202e\u2066abc",
  () => "x".repeat(5_000),
  () => "字".repeat(2_000),
  () => "__proto__",
  () => "constructor",
  () => "toString",
  () => "../../../../etc/passwd",
  () => "' or 1=1; drop table people; --",
  () => "<script>alert(1)</script>",
  () => "=cmd|' /C calc'!A0",
  () => "$(reboot)`reboot`",
  () => "%00%0d%0aset-cookie: a=b",
  () => "{{7*7}}",
  () => [],
  () => ({}),
  () => nested(200),
  () => Array.from({ length: 500 }, (_one, at) => at),
  () => ({ constructor: { prototype: { role: "admin" } } }),
  () => ({ toString: "x", valueOf: 1, hasOwnProperty: null }),
];
export const wild = (chance: Chance): Json => chance.of(WILD)();

export interface Known {
  /** Values that mean something, by the name of the property or parameter. */
  readonly values: Readonly<Record<string, readonly Json[]>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const STRINGS = ["a", "Ada", "a name", "名字", "x1", "2026-12-01T10:00:00Z", "none", "1"];

/** A value that fits, as far as a pattern can be met by what is known. */
export function fitting(chance: Chance, schema: Schema, known: Known, name = ""): Json {
  const own = known.values[name];
  if (own !== undefined && own.length > 0) return chance.of(own);
  if (typeof schema["$ref"] === "string") return fitting(chance, known.schemas[schema["$ref"].split("/").at(-1) ?? ""] ?? {}, known, name);
  if (schema["const"] !== undefined) return schema["const"] as Json;
  if (Array.isArray(schema["enum"])) return chance.of(schema["enum"] as Json[]);
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
  if (choices !== undefined) return fitting(chance, chance.of(choices), known, name);
  switch (schema["type"]) {
    case "object":
      return object(chance, schema, known);
    case "array": {
      const { minItems = 0, maxItems = 3 } = schema as { minItems?: number; maxItems?: number };
      const length = minItems + chance.below(Math.min(maxItems, minItems + 2) - minItems + 1);
      return Array.from({ length }, () => fitting(chance, (schema["items"] ?? {}) as Schema, known));
    }
    case "integer":
    case "number": {
      const { minimum = 0, maximum = 1_000 } = schema as { minimum?: number; maximum?: number };
      return chance.of([minimum, Math.min(maximum, minimum + 1 + chance.below(20)), Math.min(maximum, 1_000_000)]);
    }
    case "boolean":
      return chance.is(0.5);
    case "null":
      return null;
    case "string":
      return schema["format"] === "date-time" ? chance.of(["2026-12-01T10:00:00Z", "2020-01-01T00:00:00+08:00", "2999-01-01T00:00:00Z"]) : chance.of(STRINGS);
    default:
      return wild(chance);
  }
}

function object(chance: Chance, schema: Schema, known: Known): Json {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema["required"] ?? []) as readonly string[];
  const entries: [string, Json][] = [];
  for (const [name, one] of Object.entries(properties)) if (required.includes(name) || chance.is(0.4)) entries.push([name, fitting(chance, one, known, name)]);
  return Object.fromEntries(entries);
}

/** Nearly the same: one thing of it is missing, too much, or of another kind. */
export function spoilt(chance: Chance, value: Json): Json {
  if (Array.isArray(value)) {
    if (value.length === 0 || chance.is(0.3)) return chance.is(0.5) ? [...value, wild(chance)] : [...value, ...value, ...value];
    const at = chance.below(value.length);
    return value.map((one, index) => (index === at ? spoilt(chance, one) : one));
  }
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value);
    const name = names.length === 0 ? undefined : chance.of(names);
    if (name === undefined || chance.is(0.2))
      return { ...value, [chance.of(["extra", "role", "person", "learner", "id", "constructor", "toString"])]: wild(chance) };
    if (chance.is(0.2)) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
    return { ...value, [name]: spoilt(chance, value[name] ?? null) };
  }
  if (typeof value === "string" && chance.is(0.4))
    return chance.of([`${value} `, value.toUpperCase(), value.repeat(50), value.slice(1), `${value}\0`, `${value}\ud800`]);
  if (typeof value === "number" && chance.is(0.5)) return chance.of([-value, value + 0.5, value * 1e9, String(value)]);
  return wild(chance);
}

/** A body that is no JSON, or not quite. */
export function brokenBody(chance: Chance, text: string): string {
  return chance.of([
    "",
    "{",
    text.slice(0, Math.floor(text.length / 2)),
    `${text}${text}`,
    "nul",
    '{"a":1e99999}',
    '{"__proto__":{"role":"admin"}}',
    '{"constructor":{"prototype":{"role":"admin"}}}',
    "[".repeat(7_000),
    `{"a":"${"y".repeat(17_000)}"}`,
    "\u0000\u0001\u0002",
    '{"a":1,"a":2}',
  ]);
}

/** A part of a path: whole, escaped as it should be, or not. */
export function pathPart(chance: Chance, value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const escaped = encodeURIComponent(text.toWellFormed().slice(0, 300));
  return chance.is(0.98) ? escaped : chance.of(["%", "%zz", "%c0%ae%c0%ae", "..%2f..", "%00", ".", "a%2Fb", "%F0%9F%98%80"]);
}
