import type { WorkState } from "../contract/classroom.ts";
import type { SeatView } from "../contract/seat.ts";

/** Nothing was typed for so long: nobody is there, ms. */
export const IDLE_AFTER_MS = 5 * 60_000;
/** So many wrong tries at one task are no slip any more. */
export const STUCK_TRIES = 3;
/** Without a task more for so many times of what the exercise should take, and for so long at least, somebody is stuck. */
const STUCK_SHARE = 0.75;
const STUCK_AFTER_MS = 8 * 60_000;

/** What is known of a learner who is at an exercise. Moments in ms of the clock. */
export interface WorkSigns {
  readonly phase: SeatView["phase"];
  readonly frozen: boolean;
  readonly startedAt: number;
  /** When a command last ended; undefined if none has. */
  readonly workedAt: number | undefined;
  /** When a task was last passed for the first time. */
  readonly progressAt: number | undefined;
  /** All tasks are passed. */
  readonly passed: boolean;
  /** Wrong tries at the task that has most of them and was never passed; 0 where the latest try failed at nothing new. */
  readonly tries: number;
  /** What the exercise should take. */
  readonly minutes: number;
}

/** How a learner gets on. @param signs undefined where there is no host @param now ms */
export function workState(hand: boolean, signs: WorkSigns | undefined, now: number): WorkState {
  if (hand) return "asks";
  if (signs?.passed === true) return "passed";
  if (signs === undefined || signs.phase === "parked" || signs.phase === "lost" || signs.phase === "failed" || signs.phase === "ended") return "away";
  if (signs.phase !== "ready") return "works";
  if (signs.frozen || now - Math.max(signs.workedAt ?? 0, signs.startedAt) > IDLE_AFTER_MS) return "idle";
  const since = now - Math.max(signs.progressAt ?? 0, signs.startedAt);
  if (signs.tries >= STUCK_TRIES || since > Math.max(STUCK_AFTER_MS, signs.minutes * 60_000 * STUCK_SHARE)) return "stuck";
  return signs.tries > 0 ? "failing" : "works";
}
