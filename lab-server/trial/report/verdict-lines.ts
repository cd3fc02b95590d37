import type { Locale } from "../../contract/locale.ts";
import type { TaskVerdict } from "../../contract/verdict.ts";
import { align } from "./columns.ts";
import { WORDS } from "./words.ts";

const MARKS = { passed: "✓", failed: "✗", errored: "?" } as const;

/** A task's verdict in full: its mark and name, then what a learner would be told. */
export function verdictLines(verdict: TaskVerdict, locale: Locale): string[] {
  const words = WORDS[locale];
  const said: [string, string][] = [];
  if (verdict.outcome === "errored") said.push([words.reason, verdict.reason[locale]]);
  if (verdict.outcome === "failed") said.push([words.expected, verdict.expected[locale]]);
  if (verdict.outcome !== "errored") said.push([words.found, verdict.found[locale]]);
  if (verdict.outcome === "failed") said.push([words.look, verdict.look[locale]]);
  return [`${MARKS[verdict.outcome]} ${verdict.task}`, ...align(said).map((line) => `    ${line}`)];
}
