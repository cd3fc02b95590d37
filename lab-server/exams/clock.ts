import type { ExamView } from "../contract/exams.ts";
import type { ClassRecord } from "../store/classes.ts";
import type { SittingRecord } from "../store/exams.ts";

const MINUTE_MS = 60_000;

/**
 * When an exam ends, by the time of day: its minutes and what was given beyond them, and with the class at the latest. An archived class
 * has ended.
 */
export function endOf(
  room: Pick<ClassRecord, "closesAt"> | undefined,
  { startedAt, minutes, learner }: Pick<SittingRecord, "startedAt" | "minutes" | "learner">,
  extras: ReadonlyMap<string | null, number>,
): number {
  if (room === undefined) return Date.parse(startedAt);
  const extra = (extras.get(learner) ?? 0) + (extras.get(null) ?? 0);
  const own = Date.parse(startedAt) + Math.max(0, minutes + extra) * MINUTE_MS;
  return room.closesAt === undefined ? own : Math.min(own, Date.parse(room.closesAt));
}

/** Where a learner stands who has begun, or not. */
export function stateOf({ opensAt, closesAt }: Pick<ClassRecord, "opensAt" | "closesAt">, sitting: SittingRecord | undefined): ExamView["state"] {
  if (sitting !== undefined) return sitting.endedAt === undefined ? "running" : "over";
  const now = new Date().toISOString();
  if (closesAt !== undefined && closesAt <= now) return "missed";
  return opensAt !== undefined && opensAt > now ? "early" : "open";
}
