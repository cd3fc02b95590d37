import type { TroubledScoreView } from "../contract/lti.ts";
import type { Log } from "../log.ts";
import { Outbox } from "../outbound/outbox.ts";
import type { Store } from "../store/database.ts";
import { placementsOf } from "../store/lti.ts";
import { dueScores, type LtiScoreKey, type LtiScoreRecord, putScore, settleScore, troubledScores } from "../store/lti-scores.ts";
import { type Grades, type Score, scoreSchema } from "./ags.ts";
import type { Registrations } from "./registrations.ts";

/** So many troubles are told of. */
const MOST_TROUBLES = 200;

export interface ScoreOutboxOptions {
  readonly store: Store;
  readonly registrations: Registrations;
  readonly grades: Grades;
  readonly log: Log;
  readonly now?: () => number;
}

/**
 * Scores on their way to grade books. Each user has one score in each line, the newest; it waits here until the platform
 * has taken it, over restarts too, or has said that it never will.
 */
export class ScoreOutbox {
  readonly #options: ScoreOutboxOptions;
  readonly #now: () => number;
  readonly #outbox: Outbox<LtiScoreRecord>;

  constructor(options: ScoreOutboxOptions) {
    const { store, registrations, grades, log, now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    this.#outbox = new Outbox(
      {
        words: { what: "a score", whom: "the platform" },
        due: (moment, limit) => dueScores(store, moment, limit),
        receiverOf: ({ registration }) => registration,
        send: async ({ registration, lineItem, subject, score, timestamp }) =>
          grades.postScore(registrations.get(registration), lineItem, subject, scoreSchema.parse(score), timestamp),
        // The platform has one that is newer already.
        has: (status) => status === 409,
        settle: (record, { status: _status, ...outcome }) => settleScore(store, record, outcome),
        fieldsOf: ({ registration, lineItem }) => ({ registration, lineItem }),
      },
      { log, now },
    );
  }

  /** Begins to send. */
  start(): void {
    this.#outbox.start();
  }

  /** Ends after what is being sent. The rest waits for the next start. */
  close(): Promise<void> {
    return this.#outbox.close();
  }

  /** Sends what is due, once; while that goes on a second call waits for the same. */
  send(): Promise<void> {
    return this.#outbox.send();
  }

  /**
   * A learner's score in an exercise, for every grade book from which they came to it; gives in how many. To be sent whole
   * each time: a comment that is missing takes the last one away.
   */
  async scored(learner: string, exercise: string, score: Score): Promise<number> {
    const places = await placementsOf(this.#options.store, learner, exercise);
    for (const place of places) await this.put(place, score);
    return places.length;
  }

  async put(key: LtiScoreKey, score: Score): Promise<void> {
    await putScore(this.#options.store, key, scoreSchema.parse(score), new Date(this.#now()));
  }

  /** The newest that did not arrive. */
  async troubles(): Promise<TroubledScoreView[]> {
    const records = await troubledScores(this.#options.store, MOST_TROUBLES);
    return records.map(({ registration, subject, lineItem, state, tries, waitsSince, error = "" }) => {
      return { registration, subject, lineItem, state: state === "failed" ? state : "waiting", tries, waitsSince, error };
    });
  }
}
