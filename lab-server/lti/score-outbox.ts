import type { TroubledScoreView } from "../contract/lti.ts";
import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import { placementsOf } from "../store/lti.ts";
import { dueScores, type LtiScoreKey, type LtiScoreRecord, putScore, settleScore, troubledScores } from "../store/lti-scores.ts";
import { type Grades, type Score, scoreSchema } from "./ags.ts";
import type { Registrations } from "./registrations.ts";

/** The first wait after a failure, doubling up to the longest; after a while nobody waits any more. In milliseconds. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3600_000;
const GIVE_UP_AFTER_MS = 3 * 24 * 3600_000;
/** A platform that cannot be reached is left alone for so long at most, whatever score comes next. In milliseconds. */
const LONGEST_REST_MS = 300_000;
/** How often it is looked for scores whose time has come, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
/** Scores that are taken in hand at once, and sent at once to one platform. */
const BATCH = 200;
const AT_ONCE = 4;

/** Answers that mean the same tomorrow: the user, the line or the score is not one that the platform takes. */
const PERMANENT = new Set([400, 403, 404, 405, 410, 413, 415, 422]);

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
  /** Platforms that could not be reached, by registration. */
  readonly #resting = new Map<string, { failures: number; until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: ScoreOutboxOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Begins to send. */
  start(): void {
    this.#timer ??= setInterval(() => void this.send(), LOOK_EVERY_MS).unref();
  }

  /** Ends after what is being sent. The rest waits for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
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
    const records = await troubledScores(this.#options.store, BATCH);
    return records.map(({ registration, subject, lineItem, state, tries, waitsSince, error = "" }) => {
      return { registration, subject, lineItem, state: state === "failed" ? state : "waiting", tries, waitsSince, error };
    });
  }

  /** Sends what is due, once; while that goes on a second call waits for the same. */
  send(): Promise<void> {
    this.#running ??= this.#sendDue()
      .catch((error: unknown) => this.#options.log.error({ err: error }, "scores were not sent"))
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #sendDue(): Promise<void> {
    const due = await dueScores(this.#options.store, new Date(this.#now()).toISOString(), BATCH);
    const byPlatform = Map.groupBy(due, ({ registration }) => registration);
    await Promise.all(
      [...byPlatform].map(async ([platform, scores]) => {
        if ((this.#resting.get(platform)?.until ?? 0) > this.#now()) return;
        // The platform is asked by one score before many: when it is down, that is one wait and not hundreds.
        const [first, ...rest] = scores;
        if (first === undefined || !(await this.#sendOne(first))) return;
        const sendRest = async (): Promise<void> => {
          for (let score = rest.shift(); score !== undefined && !this.#closed; score = rest.shift()) if (!(await this.#sendOne(score))) rest.length = 0;
        };
        await Promise.all(Array.from({ length: AT_ONCE }, sendRest));
      }),
    );
  }

  /** Gives false when the platform cannot be reached and the others may as well wait. */
  async #sendOne(record: LtiScoreRecord): Promise<boolean> {
    const { registrations, grades, log, store } = this.#options;
    const { subject, lineItem, timestamp } = record;
    const tries = record.tries + 1;
    const platform = record.registration;
    let status: number | undefined;
    let error: string;
    let waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(record.tries, 20));
    try {
      const registration = registrations.get(platform);
      const answer = await grades.postScore(registration, lineItem, subject, scoreSchema.parse(record.score), timestamp);
      status = answer.status;
      // 409: the platform has one that is newer already.
      if ((status >= 200 && status < 300) || status === 409) {
        this.#resting.delete(platform);
        await settleScore(store, record, { state: "sent", tries, nextAt: record.nextAt, error: null });
        return true;
      }
      error = `answered ${status}: ${answer.body.slice(0, 300)}`;
      const retryAfterS = Number(answer.headers["retry-after"]);
      if (retryAfterS > 0) waitMs = Math.min(LONGEST_WAIT_MS, Math.max(waitMs, retryAfterS * 1000));
    } catch (thrown) {
      error = asLabError(thrown).message.slice(0, 500);
    }
    const now = this.#now();
    const permanent = status !== undefined && PERMANENT.has(status);
    const failed = permanent || now - Date.parse(record.waitsSince) > GIVE_UP_AFTER_MS;
    await settleScore(store, record, { state: failed ? "failed" : "waiting", tries, nextAt: new Date(now + waitMs).toISOString(), error });
    const fields = { registration: platform, lineItem, tries, error };
    if (failed) log.warn(fields, "a score was given up: the platform will not take it");
    else log.info(fields, "a score waits: the platform did not take it yet");
    if (!permanent) {
      const failures = (this.#resting.get(platform)?.failures ?? 0) + 1;
      this.#resting.set(platform, { failures, until: now + Math.min(LONGEST_REST_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20)) });
    }
    return permanent;
  }
}
