import type { Verdict } from "../contract/verdict.ts";
import { LabError } from "../errors.ts";
import type { Attempts, GradeOptions } from "../grading/grade.ts";
import type { Log } from "../log.ts";
import { type CheckRecord, countAttempts, recordCheck } from "../store/attempts.ts";
import type { Store } from "../store/database.ts";
import type { Seat } from "./seat.ts";

export interface CheckSeatOptions {
  readonly store: Store;
  /** The grading room's `grade`. */
  readonly grade: (options: GradeOptions) => Promise<Verdict>;
  readonly log: Log;
}

/**
 * Checks the host of a seat, keeps the attempt, and tells whoever looks at the seat.
 * Fails with `busy` while another check runs, with `host_not_ready`, `host_lost` or `seat_ended` where there is no
 * host to check, also when it went away meanwhile.
 */
export async function checkSeat(seat: Seat, { store, grade, log }: CheckSeatOptions): Promise<Verdict> {
  const { host, baseline } = seat.ready();
  if (seat.operation !== undefined) {
    throw new LabError("busy", { params: { operation: seat.operation }, log: `seat ${seat.id} is busy with ${seat.operation}` });
  }
  seat.operation = "check";
  const kept = { learner: seat.learner, exercise: seat.exercise.id, seat: seat.id };
  const attempts: Attempts = {
    record: (graded) => recordCheck(store, { ...kept, ...graded } satisfies CheckRecord),
    count: () => countAttempts(store, seat.learner, seat.exercise.id),
  };
  try {
    const verdict = await grade({ host, exercise: seat.exercise, baseline, attempts, log });
    if (verdict.outcome === "errored") await recordCheck(store, { ...kept, ...verdict });
    seat.publish({ type: "verdict", verdict });
    return verdict;
  } catch (error) {
    // The host was replaced or ended under the check: what the seat says now is the better answer.
    seat.ready();
    throw error;
  } finally {
    seat.operation = undefined;
  }
}
