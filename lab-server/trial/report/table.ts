import type { Locale } from "../../contract/locale.ts";
import { fillText } from "../../contract/parameters.ts";
import { standingOf } from "../standing.ts";
import { caseName } from "../trial-case.ts";
import { align } from "./columns.ts";
import { countsOf, type Grading, outputOf, totalMs } from "./grading.ts";
import { verdictLines } from "./verdict-lines.ts";
import { seconds, WORDS } from "./words.ts";

/** The grading for people: a row for each case, and below it why those that did not pass did not. */
export function tableReport({ cases, ms }: Grading, locale: Locale): string {
  const words = WORDS[locale];
  const rows = cases.map((report) => {
    const tasks = report.verdict?.tasks ?? [];
    const done = tasks.filter(({ outcome }) => outcome === "passed").length;
    const { id, definition } = report.exercise;
    const standing = standingOf(report).outcome;
    return [
      id,
      fillText(definition.title[locale], report.parameters),
      caseName(report.trial),
      words[standing],
      tasks.length === 0 ? "" : `${done}/${tasks.length}`,
      seconds(totalMs(report)),
    ];
  });
  const lines = align([words.head, ...rows]);
  for (const report of cases) {
    const standing = standingOf(report);
    if (standing.outcome === "passed") continue;
    lines.push("", `${report.exercise.id}: ${caseName(report.trial)}`);
    for (const reason of standing.reasons) lines.push(`  ${reason}`);
    for (const task of report.verdict?.tasks ?? []) {
      if (task.outcome !== "passed") lines.push(...verdictLines(task, locale).map((line) => `  ${line}`));
    }
    lines.push(...outputOf(report).map((line) => `  ${line}`));
  }
  lines.push("", words.total(countsOf(cases), seconds(ms)));
  return `${lines.join("\n")}\n`;
}
