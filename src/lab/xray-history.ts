import type { Sample } from "../../lab-server/contract/xray.ts";

/** How far back the plots look, in milliseconds. */
export const HISTORY_MS = 5 * 60_000;
/** A longer silence is a gap in the line: the host stood still, or nobody looked. */
export const GAP_MS = 20_000;
/** More than a sample a second is not kept, however fast they come. */
const MOST_POINTS = 400;

/** A value of one moment, in milliseconds since the epoch. */
export interface Point {
  readonly at: number;
  readonly value: number;
}
export type Series = readonly Point[];

export interface History {
  /** The moment of the newest sample. */
  readonly now: number;
  /** A share of one CPU, MiB, and a rate per second. */
  readonly cpu: Series;
  readonly memory: Series;
  readonly exits: Series;
  /** By name: shares of one CPU. A guest that is gone for five minutes is forgotten. */
  readonly guests: ReadonlyMap<string, Series>;
}

export const NO_HISTORY: History = { now: 0, cpu: [], memory: [], exits: [], guests: new Map() };

/** The history with one more sample. A clock that was set back begins a new one. */
export function withSample(history: History, sample: Sample): History {
  const now = Date.parse(sample.at);
  if (Number.isNaN(now)) return history;
  const before = now < history.now ? NO_HISTORY : history;
  const add = (series: Series, value: number | undefined): Series => {
    const kept = series.filter(({ at }) => at > now - HISTORY_MS);
    if (value !== undefined) kept.push({ at: now, value });
    return kept.slice(-MOST_POINTS);
  };
  const guests = new Map<string, Series>();
  for (const [name, series] of before.guests) {
    const kept = add(series, undefined);
    if (kept.length > 0) guests.set(name, kept);
  }
  for (const { name, cpu } of sample.guests) guests.set(name, add(before.guests.get(name) ?? [], cpu));
  return {
    now,
    cpu: add(before.cpu, sample.host.cpu),
    memory: add(before.memory, sample.host.memoryUsedMiB),
    exits: add(before.exits, sample.host.exits),
    guests,
  };
}
