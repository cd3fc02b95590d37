import type { ShownFact } from "../contract/evidence.ts";
import type { LoadedProbe } from "../exercises/exercise.ts";
import { FactUnknown } from "../grading/fact.ts";
import { Xml } from "../grading/probes/xml.ts";
import type { KeptAnswers } from "../store/evidence.ts";

/** What is shown of a probe's own words, and of one value. */
const MOST_SAID = 8 * 1024;
const MOST_VALUE = 2000;
/** Values of one probe, and how deep they are looked into. */
const MOST_VALUES = 80;
const DEEPEST = 4;

/** What probes have found, for people: read as the judges read it, as far as it can be, and in the host's own words. */
export function readableFacts(probes: Readonly<Record<string, LoadedProbe>>, answers: KeptAnswers): ShownFact[] {
  return Object.entries(answers).map(([probe, { status, output }]) => {
    const values: { name: string; value: string }[] = [];
    if (status !== 0) values.push({ name: "exit status", value: String(status) });
    try {
      const read = Object.hasOwn(probes, probe) ? probes[probe]?.read(output) : undefined;
      if (typeof read !== "string") collect("", read, 0, values);
    } catch {
      // The probe could not read it: the host's own words are all there is.
    }
    return { probe, values, said: cut(output, MOST_SAID) };
  });
}

function collect(name: string, value: unknown, depth: number, into: { name: string; value: string }[]): void {
  if (value === undefined || typeof value === "function" || into.length >= MOST_VALUES) return;
  if (value === null || typeof value !== "object" || value instanceof Xml || depth >= DEEPEST) {
    into.push({ name: name || "value", value: cut(value instanceof Xml ? "XML" : typeof value === "string" ? value : JSON.stringify(value), MOST_VALUE) });
    return;
  }
  for (const key of Object.keys(value)) {
    const below = name === "" ? key : `${name}.${key}`;
    try {
      collect(below, (value as Record<string, unknown>)[key], depth + 1, into);
    } catch (thrown) {
      if (!(thrown instanceof FactUnknown)) throw thrown;
      into.push({ name: below, value: "?" });
    }
  }
}

function cut(text: string | undefined, most: number): string {
  const plain = (text ?? "").replace(/[^\P{C}\n\t]/gu, "");
  return plain.length > most ? `${plain.slice(0, most)}…` : plain;
}
