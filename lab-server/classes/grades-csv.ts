import type { Grades } from "../contract/classes.ts";

/** What a spreadsheet would take for a formula begins with one of these (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One cell: a name that would be a formula is a text, and every text is quoted (RFC 4180). */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""').replace(/[\r\n]+/g, " ")}"`;
}

const SECONDS = 1000;

/** Grades as a table: a line for each learner, and of each exercise its points, tasks, attempts, hints, time and moment. Begins with a mark that tells spreadsheets of UTF-8. */
export function gradesCsv({ learners }: Grades): string {
  const exercises = learners[0]?.cells.map(({ exercise }) => exercise) ?? [];
  const heads = [
    "name",
    "learner",
    "joined",
    "points",
    ...exercises.flatMap((id) => ["points", "passed", "tasks", "attempts", "hints", "solution", "seconds", "late", "passed at"].map((what) => `${id} ${what}`)),
  ];
  const lines = learners.map(({ name, learner, joinedAt, points, cells }) => [
    name,
    learner,
    joinedAt,
    points,
    ...cells.flatMap((cell) => [
      cell.points,
      cell.passed,
      cell.tasks,
      cell.attempts,
      cell.hints,
      cell.solution ? "yes" : "no",
      cell.ms === undefined ? undefined : Math.round(cell.ms / SECONDS),
      cell.late ? "yes" : "no",
      cell.passedAt,
    ]),
  ]);
  return `\uFEFF${[heads, ...lines].map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
