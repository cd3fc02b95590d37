import { GAP_MS, HISTORY_MS, type Series } from "./xray-history.ts";

/** A plot's own units: this wide and high, whatever its size on the page. */
export const PLOT = { width: 300, height: 60 } as const;

export interface PlotShape {
  /** SVG paths: the line, and the area below it. Empty for nothing to draw. */
  readonly line: string;
  readonly area: string;
  /** What the upper edge stands for. */
  readonly top: number;
}

/**
 * The line of the last five minutes; now is at the right edge.
 * @param now milliseconds since the epoch
 * @param full the value at the upper edge; without it, a round number above the highest value
 */
export function plotShape(series: Series, now: number, full?: number): PlotShape {
  const top = full ?? roundAbove(Math.max(0, ...series.map(({ value }) => value)));
  const runs: Series[] = [];
  let run: { at: number; value: number }[] = [];
  for (const point of series) {
    const last = run.at(-1);
    if (last !== undefined && point.at - last.at > GAP_MS) {
      runs.push(run);
      run = [];
    }
    run.push(point);
  }
  if (run.length > 0) runs.push(run);

  const x = (at: number): string => short(PLOT.width * (1 - Math.min(HISTORY_MS, Math.max(0, now - at)) / HISTORY_MS));
  const y = (value: number): string => short(PLOT.height * (1 - Math.min(1, Math.max(0, value / top))));
  const points = (of: Series): string => of.map(({ at, value }) => `${x(at)} ${y(value)}`).join("L");
  return {
    line: runs.map((of) => `M${points(of)}`).join(""),
    area: runs.map((of) => `M${x(of[0]?.at ?? now)} ${PLOT.height}L${points(of)}L${x(of.at(-1)?.at ?? now)} ${PLOT.height}Z`).join(""),
    top,
  };
}

/** 1, 2 or 5 times a power of ten, above the value; at least 1. */
export function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

/** Lowest, highest and mean value, for those who do not see the line. */
export function plotFacts(series: Series): { readonly low: number; readonly high: number; readonly mean: number } | undefined {
  if (series.length === 0) return undefined;
  const values = series.map(({ value }) => value);
  return { low: Math.min(...values), high: Math.max(...values), mean: values.reduce((sum, value) => sum + value, 0) / values.length };
}

const short = (value: number): string => String(Math.round(value * 10) / 10);
