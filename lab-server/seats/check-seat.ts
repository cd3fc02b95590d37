import type { TaskVerdict, Verdict } from "../contract/verdict.ts";
import type { Attempts, GradeOptions } from "../grading/grade.ts";
import type { Log } from "../log.ts";
import { type CheckRecord, countAttempts, recordCheck } from "../store/attempts.ts";
import type { Store } from "../store/database.ts";
import type { Seat } from "./seat.ts";

/** An attempt that was kept. */
export interface KeptCheck {
  readonly learner: string;
  readonly exercise: string;
  readonly seat: string;
  readonly at: string;
  readonly outcome: "passed" | "failed";
  readonly tasks: readonly TaskVerdict[];
  readonly attempts: number;
}

export interface CheckSeatOptions {
  readonly store: Store;
  /** The grading room's `grade`. */
  readonly grade: (options: GradeOptions) => Promise<Verdict>;
  readonly log: Log;
  /** The lab looks by itself: it is an attempt only when everything is done. Default: the learner asked. */
  readonly asked?: boolean;
  /** As `GradeOptions.onUnsettled`. */
  readonly onUnsettled?: () => void;
  /** Asked before a check that the learner wants; what it fails with refuses the check. */
  readonly mayCheck?: (seat: Seat) => Promise<void>;
  /** Called when an attempt has been kept. */
  readonly onKept?: (learner: string, exercise: string, kept: KeptCheck) => void;
}

/**
 * Checks the host of a seat, keeps the attempt, and tells whoever looks at the seat.
 * Fails with `busy` while another check or a snapshot runs, with `host_not_ready`, `host_lost` or `seat_ended` where there is no
 * host to check, also when it went away meanwhile.
 */
export async function checkSeat(
  seat: Seat,
  { store, grade, log, asked = true, onUnsettled = () => {}, mayCheck = async () => {}, onKept = () => {} }: CheckSeatOptions,
): Promise<Verdict> {
  const { host, baseline } = seat.ready();
  const kept = { learner: seat.learner, exercise: seat.exercise.id, seat: seat.id };
  const attempts: Attempts = {
    record: async (graded, facts) => {
      if (!asked && graded.outcome !== "passed") return attempts.count();
      const { version } = seat.exercise;
      const { disagreements } = graded;
      const evidence = {
        version,
        parameters: seat.parameters,
        baseline,
        facts,
        ...(disagreements && { disagreements }),
        ...(seat.exam && { sitting: seat.exam.sitting }),
      };
      const count = await recordCheck(store, { ...kept, ...graded, evidence } satisfies CheckRecord);
      if (graded.outcome !== "errored") onKept(kept.learner, kept.exercise, { ...kept, ...graded, outcome: graded.outcome, attempts: count });
      return count;
    },
    count: () => countAttempts(store, seat.learner, seat.exercise.id),
  };
  return seat.during(asked ? "check" : "look", async (signal) => {
    try {
      if (asked) await mayCheck(seat);
      const options = { host, exercise: seat.exercise, baseline, parameters: seat.parameters, attempts, log, signal, inPassing: !asked, onUnsettled };
      const verdict = await grade(options);
      if (verdict.outcome === "errored" && asked) await recordCheck(store, { ...kept, ...verdict });
      // What a look could not find out is nobody's news.
      if (verdict.outcome !== "errored" || asked) seat.publish({ type: "verdict", verdict, asked });
      return verdict;
    } catch (error) {
      // The host was replaced or ended under the check: what the seat says now is the better answer.
      seat.ready();
      throw error;
    }
  });
}
