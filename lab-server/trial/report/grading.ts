import type { TaskVerdict } from "../../contract/verdict.ts";
import { ending, type Standing, standingOf } from "../standing.ts";
import type { CaseReport } from "../try-cases.ts";

/** Everything that one run of the grader found out, for whoever writes it down. */
export interface Grading {
  /** ISO 8601. */
  readonly startedAt: string;
  /** From the first host to the last check, in milliseconds. */
  readonly ms: number;
  readonly cases: readonly CaseReport[];
}

/** The worst standing decides: `errored` before `failed` before `passed`. */
export function outcomeOf(cases: readonly CaseReport[]): Standing["outcome"] {
  const outcomes = cases.map((report) => standingOf(report).outcome);
  if (outcomes.includes("errored")) return "errored";
  return outcomes.includes("failed") ? "failed" : "passed";
}

/** 0 all passed, 1 some failed, 2 could not grade. */
export function exitCodeOf(cases: readonly CaseReport[]): 0 | 1 | 2 {
  const codes = { passed: 0, failed: 1, errored: 2 } as const;
  return codes[outcomeOf(cases)];
}

export function countsOf(cases: readonly CaseReport[]): Record<Standing["outcome"], number> {
  const counts = { passed: 0, failed: 0, errored: 0 };
  for (const report of cases) counts[standingOf(report).outcome] += 1;
  return counts;
}

export function totalMs({ ms }: CaseReport): number {
  return Object.values(ms).reduce((sum, part) => sum + part, 0);
}

/** One thing that a test report counts. */
export interface Item {
  readonly name: string;
  readonly outcome: Standing["outcome"];
  /** Why, when it did not pass; lines. */
  readonly why: string;
}

/**
 * A case as the items of a test report. Work that should pass has one for each task, and one for its script where that
 * must end with 0; work that should fail is one as a whole.
 */
export function itemsOf(report: CaseReport): Item[] {
  const { trial, verdict, script, problem, notes } = report;
  const standing = standingOf(report);
  if (problem !== undefined || verdict === undefined || trial.kind === "untouched" || trial.kind === "mistake") {
    return [{ name: "as expected", outcome: standing.outcome, why: [...standing.reasons, ...outputOf(report)].join("\n") }];
  }
  const items = verdict.tasks.map((task) => itemOf(task, notes));
  if (trial.kind === "solution" && script !== undefined) {
    const ended = script.code === 0;
    const why = ended ? "" : [`expected the script to end with 0, found ${ending(script.code)}`, ...outputOf(report)].join("\n");
    items.push({ name: "the script ends with 0", outcome: ended ? "passed" : "failed", why });
  }
  return items;
}

function itemOf(task: TaskVerdict, notes: readonly string[]): Item {
  const { task: name, outcome } = task;
  if (task.outcome === "passed") return { name, outcome, why: "" };
  if (task.outcome === "errored") return { name, outcome, why: [task.reason.en, ...notes].join("\n") };
  return { name, outcome, why: `expected: ${task.expected.en}\nfound: ${task.found.en}\nlook: ${task.look.en}` };
}

/** So many of the last lines of a script are shown. */
const TAIL_LINES = 20;

/** The end of what the script said, when it did not end with 0. */
export function outputOf({ script }: CaseReport): string[] {
  if (script === undefined || script.code === 0) return [];
  const lines = script.output.trimEnd().split("\n").slice(-TAIL_LINES);
  return script.output.trim() === "" ? ["the script printed nothing"] : ["the script's last lines:", ...lines.map((line) => `  ${line}`)];
}
