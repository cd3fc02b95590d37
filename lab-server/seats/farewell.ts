import type { Problem, ProblemCode } from "../contract/problem.ts";
import type { SeatEndReason } from "../store/schema.ts";

const CODES: Partial<Record<SeatEndReason, ProblemCode>> = { unused: "host_unused", "time-up": "time_up_lost", "exam-over": "exam_over" };

/** What a learner has to be told of a seat that the lab has ended by itself; undefined where it was the learner's own doing. */
export function farewellOf(reason: SeatEndReason, exercise: string): Problem | undefined {
  const code = CODES[reason];
  return code && { code, params: { exercise } };
}
