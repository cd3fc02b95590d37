/** One line of the table. `at` says how the figure relates to its target. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly at: "most" | "least";
  /** All samples, for whoever reads the JSON. */
  readonly samples?: readonly number[];
  readonly note?: string;
}

export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export function met({ value, target, at }: Figure): boolean {
  return at === "most" ? value <= target : value >= target;
}

export function table(figures: readonly Figure[]): string {
  const round = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) < 10 ? 2 : 1));
  const rows = figures.map((figure) => [
    figure.what,
    `${round(figure.value)} ${figure.unit}`,
    `${figure.at === "most" ? "≤" : "≥"} ${figure.target} ${figure.unit}`,
    met(figure) ? "met" : "NOT MET",
    figure.note ?? "",
  ]);
  const head = ["what", "measured", "target", "", ""];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
