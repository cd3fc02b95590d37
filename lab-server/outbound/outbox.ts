import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { OutboundAnswer } from "./outbound.ts";

/** The first wait after a failure, doubling up to the longest; after a while nobody waits any more. In milliseconds. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3600_000;
const GIVE_UP_AFTER_MS = 3 * 24 * 3600_000;
/** A receiver that cannot be reached is left alone for so long at most, whatever comes next for it. In milliseconds. */
const LONGEST_REST_MS = 300_000;
/** How often it is looked for what is due, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
/** Items that are taken in hand at once, and sent at once to one receiver. */
const BATCH = 200;
const AT_ONCE = 4;

/** Answers that mean the same tomorrow. */
const PERMANENT = new Set([400, 403, 404, 405, 410, 413, 415, 422]);

/** Something on its way. Moments are ISO 8601. */
export interface OutboxItem {
  readonly tries: number;
  readonly waitsSince: string;
  readonly nextAt: string;
}

/** What came of one try. */
export interface Outcome {
  readonly state: "waiting" | "sent" | "failed";
  readonly tries: number;
  readonly nextAt: string;
  /** Of the answer, if there was one. */
  readonly status: number | undefined;
  readonly error: string | null;
}

/** Where the items are kept, and how one is sent. */
export interface OutboxQueue<I extends OutboxItem> {
  /** What is sent, and to whom, for the log: `a score`, `the platform`. */
  readonly words: { readonly what: string; readonly whom: string };
  /** Those whose time has come, oldest first. */
  due(now: string, limit: number): Promise<I[]>;
  /** Whom it is for: receivers do not wait for each other. */
  receiverOf(item: I): string;
  /** The answer, whatever its status; fails when there is none. */
  send(item: I): Promise<OutboundAnswer>;
  /** Whether a status besides 2xx means that the receiver has it. */
  has?(status: number): boolean;
  settle(item: I, outcome: Outcome): Promise<void>;
  fieldsOf(item: I): object;
}

/** Sends what is kept until it was taken, over restarts too, or was refused for good. */
export class Outbox<I extends OutboxItem> {
  readonly #queue: OutboxQueue<I>;
  readonly #log: Log;
  readonly #now: () => number;
  /** Receivers that could not be reached. */
  readonly #resting = new Map<string, { failures: number; until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(queue: OutboxQueue<I>, options: { readonly log: Log; readonly now?: (() => number) | undefined }) {
    this.#queue = queue;
    this.#log = options.log;
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

  /** Sends what is due, once; while that goes on a second call waits for the same. */
  send(): Promise<void> {
    this.#running ??= this.#sendDue()
      .catch((error: unknown) => this.#log.error({ err: error }, `${this.#queue.words.what} was not sent`))
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #sendDue(): Promise<void> {
    const due = await this.#queue.due(new Date(this.#now()).toISOString(), BATCH);
    const byReceiver = Map.groupBy(due, (item) => this.#queue.receiverOf(item));
    await Promise.all(
      [...byReceiver].map(async ([receiver, items]) => {
        if ((this.#resting.get(receiver)?.until ?? 0) > this.#now()) return;
        // The receiver is asked by one item before many: when it is down, that is one wait and not hundreds.
        const [first, ...rest] = items;
        if (first === undefined || !(await this.#sendOne(receiver, first))) return;
        const sendRest = async (): Promise<void> => {
          for (let item = rest.shift(); item !== undefined && !this.#closed; item = rest.shift()) if (!(await this.#sendOne(receiver, item))) rest.length = 0;
        };
        await Promise.all(Array.from({ length: AT_ONCE }, sendRest));
      }),
    );
  }

  /** Gives false when the receiver cannot be reached and the others may as well wait. */
  async #sendOne(receiver: string, item: I): Promise<boolean> {
    const queue = this.#queue;
    const tries = item.tries + 1;
    let status: number | undefined;
    let error: string;
    let waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(item.tries, 20));
    try {
      const answer = await queue.send(item);
      status = answer.status;
      if ((status >= 200 && status < 300) || queue.has?.(status)) {
        this.#resting.delete(receiver);
        await queue.settle(item, { state: "sent", tries, nextAt: item.nextAt, status, error: null });
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
    const failed = permanent || now - Date.parse(item.waitsSince) > GIVE_UP_AFTER_MS;
    await queue.settle(item, { state: failed ? "failed" : "waiting", tries, nextAt: new Date(now + waitMs).toISOString(), status, error });
    const fields = { ...queue.fieldsOf(item), tries, error };
    const { what, whom } = queue.words;
    if (failed) this.#log.warn(fields, `${what} was given up: ${whom} will not take it`);
    else this.#log.info(fields, `${what} waits: ${whom} did not take it yet`);
    if (!permanent) {
      const failures = (this.#resting.get(receiver)?.failures ?? 0) + 1;
      this.#resting.set(receiver, { failures, until: now + Math.min(LONGEST_REST_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20)) });
    }
    return permanent;
  }
}
