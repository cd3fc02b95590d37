import { stringify } from "yaml";
import { caseName } from "../trial-case.ts";
import { type Grading, itemsOf, totalMs } from "./grading.ts";

/** A description is one line; `#` would begin a directive. */
export function tapDescription(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\#]/g, "\\$&");
}

function diagnostic(value: object, indent: string): string[] {
  const yaml = stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
  return ["---", ...yaml, "..."].map((line) => `${indent}  ${line}`);
}

/** The grading in the Test Anything Protocol, version 14: a subtest for each case, a test point for each task. */
export function tapReport({ cases }: Grading): string {
  const lines = ["TAP version 14", `1..${cases.length}`];
  for (const [index, report] of cases.entries()) {
    const name = tapDescription(`${report.exercise.id}: ${caseName(report.trial)}`);
    const items = itemsOf(report);
    lines.push(`# Subtest: ${name}`, `    1..${items.length}`);
    for (const [place, { name: item, outcome, why }] of items.entries()) {
      lines.push(`    ${outcome === "passed" ? "ok" : "not ok"} ${place + 1} - ${tapDescription(item)}`);
      if (outcome !== "passed") lines.push(...diagnostic({ severity: outcome === "failed" ? "fail" : "error", message: why }, "    "));
    }
    const passed = items.every(({ outcome }) => outcome === "passed");
    lines.push(`${passed ? "ok" : "not ok"} ${index + 1} - ${name}`, ...diagnostic({ duration_ms: totalMs(report) }, ""));
  }
  return `${lines.join("\n")}\n`;
}
