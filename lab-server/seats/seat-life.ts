import type { ExpiryView } from "../contract/seat.ts";
import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SeatLifeRecord } from "../store/seats.ts";
import type { Seat } from "./seat.ts";

/** How long a host may do what, in milliseconds; undefined is without end. */
export interface LifeLimits {
  /** Stand still in memory before it is parked. */
  readonly parkAfterMs: number | undefined;
  /** Wait for its learner where it costs only disk, before it is cleared away. */
  readonly keepForMs: number | undefined;
  /** Run, all in all. While it stands still or is parked its time stands still too. */
  readonly lifeMs: number | undefined;
  /** The learner is told so long before its time is up. */
  readonly warnBeforeMs: number;
  /** What the learner gets at a click, and how often. */
  readonly moreMs: number;
  readonly moreTimes: number;
}

export const NO_LIMITS: LifeLimits = { parkAfterMs: undefined, keepForMs: undefined, lifeMs: undefined, warnBeforeMs: 0, moreMs: 0, moreTimes: 0 };

export interface SeatLifeOptions {
  readonly seat: Seat;
  readonly limits: LifeLimits;
  /** What an earlier server has written down. */
  readonly record?: SeatLifeRecord | undefined;
  readonly keep: (record: SeatLifeRecord) => void;
  /** Saves the host to the disk if `stillDue` holds at the end of it too. `timeUp`: also when somebody works on it. */
  readonly park: (options: { readonly stillDue: () => boolean; readonly timeUp: boolean }) => Promise<void>;
  readonly end: (reason: "unused" | "time-up") => void;
  /** Milliseconds that go on evenly, whatever is done to the clock. */
  readonly steady?: () => number;
  readonly log: Log;
}

/** What a seat's time is spent on: `awake` its host runs, `still` it is frozen, `waits` there is none in memory. */
type Mode = "awake" | "still" | "waits" | "between";

/** setTimeout takes no more, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
 * What is overdue when a server starts is given this long, ms: a machine without a battery for its clock may come up in another
 * year, and learns the time from the network a little later.
 */
const CLOCK_SETTLES_MS = 3_600_000;
/** Time is up and the host is just being checked or saved: it is tried again so much later, so many times. */
const RETRY_MS = 30_000;
const MOST_TRIES = 10;

/**
 * The time of one seat. It follows the seat, sets one timer for what is due next, and asks for what is to be done then.
 * Time that a server has seen pass is measured evenly; only what passed between two servers is told by the clock.
 */
export class SeatLife {
  readonly #options: SeatLifeOptions;
  readonly #steady: () => number;
  #mode: Mode = "between";
  /** When the mode began. */
  #since: number;
  /** Run in earlier stretches. */
  #usedMs: number;
  #more: number;
  #waitsSince: number | undefined;
  /** Waits since an earlier server's time. */
  #inherited: boolean;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #written = "";

  constructor(options: SeatLifeOptions) {
    const { seat, record, steady = () => performance.now() } = options;
    this.#options = options;
    this.#steady = steady;
    this.#since = steady();
    this.#more = record?.more ?? 0;
    this.#usedMs = record?.usedMs ?? 0;
    this.#waitsSince = record?.waitsSince === undefined ? undefined : Date.parse(record.waitsSince);
    this.#inherited = this.#waitsSince !== undefined;
    // The host ran on while no server was there. Nobody loses the warning by that, nor by a clock that was set.
    if (record?.awakeSince !== undefined && this.#allowedMs !== undefined) {
      const ran = Math.max(0, Date.now() - Date.parse(record.awakeSince));
      this.#usedMs = Math.max(this.#usedMs, Math.min(this.#usedMs + ran, this.#allowedMs - options.limits.warnBeforeMs));
    }
    this.#written = JSON.stringify(this.#record);
    seat.subscribe((event) => event.type === "seat" && this.#follow());
  }

  /** What the learner has to know of it now. */
  get expires(): ExpiryView | undefined {
    const { limits, seat } = this.#options;
    if (modeOf(seat) === "waits") {
      // Of a host that is lost there is nothing to keep.
      if (limits.keepForMs === undefined || seat.phase !== "parked") return undefined;
      const waited = this.#waitsSince === undefined ? 0 : Date.now() - this.#waitsSince;
      return { kind: "kept", inMs: clamp(limits.keepForMs - waited, limits.keepForMs) };
    }
    const leftMs = this.#leftMs;
    if (leftMs === undefined || modeOf(seat) !== "awake" || leftMs > limits.warnBeforeMs) return undefined;
    return { kind: "life", inMs: Math.max(0, Math.round(leftMs)), ...(this.#more < limits.moreTimes && { moreMs: limits.moreMs }) };
  }

  /** The host has had all of its time. */
  get isUp(): boolean {
    return (this.#leftMs ?? 1) <= 0;
  }

  /** The learner wants more time. Before the warning, and when there is no more to be had, nothing changes. */
  more(): void {
    if (this.expires?.moreMs === undefined) return;
    this.#more += 1;
    this.#tries = 0;
    this.#keep();
    this.#arm();
    this.#tell();
  }

  /** Once more time, though nobody has been warned and the learner can have no more. What has no end stays so. */
  grant(): void {
    if (this.#options.limits.lifeMs === undefined) return;
    this.#more += 1;
    this.#tries = 0;
    this.#keep();
    this.#arm();
    this.#tell();
  }

  /** A new host comes: its time begins. */
  begin(): void {
    this.#usedMs = 0;
    this.#more = 0;
    this.#tries = 0;
    this.#since = this.#steady();
    this.#waitsSince = undefined;
    this.#inherited = false;
    this.#keep();
  }

  /** Somebody wakes a parked host. One whose time was up has queued for it anew, and gets a new time. */
  wake(): void {
    if (!this.isUp) return;
    this.#usedMs = 0;
    this.#more = 0;
    this.#tries = 0;
  }

  /** The server stops: what is left stands still until the next one. */
  stop(): void {
    this.#settle();
    this.#mode = "between";
    clearTimeout(this.#timer);
    this.#keep();
  }

  #follow(): void {
    const mode = modeOf(this.#options.seat);
    if (mode === this.#mode) return;
    this.#settle();
    this.#mode = mode;
    if (mode === "waits") this.#waitsSince ??= Date.now();
    if (mode === "awake" || mode === "still") {
      this.#waitsSince = undefined;
      this.#inherited = false;
    }
    this.#keep();
    this.#arm();
  }

  /** Counts the stretch that ends now. */
  #settle(): void {
    if (this.#mode === "awake") this.#usedMs += this.#steady() - this.#since;
    this.#since = this.#steady();
  }

  get #allowedMs(): number | undefined {
    const { lifeMs, moreMs } = this.#options.limits;
    return lifeMs === undefined ? undefined : lifeMs + this.#more * moreMs;
  }

  get #leftMs(): number | undefined {
    const running = this.#mode === "awake" ? this.#steady() - this.#since : 0;
    return this.#allowedMs === undefined ? undefined : this.#allowedMs - this.#usedMs - running;
  }

  get #record(): SeatLifeRecord {
    const awake = this.#mode === "awake" && this.#allowedMs !== undefined;
    return {
      usedMs: Math.round(this.#usedMs),
      more: this.#more,
      ...(awake && { awakeSince: new Date(Date.now() - (this.#steady() - this.#since)).toISOString() }),
      ...(this.#waitsSince !== undefined && { waitsSince: new Date(this.#waitsSince).toISOString() }),
    };
  }

  #keep(): void {
    const record = this.#record;
    const text = JSON.stringify(record);
    if (text === this.#written) return;
    this.#written = text;
    this.#options.keep(record);
  }

  #tell(): void {
    const { seat } = this.#options;
    seat.publish({ type: "seat", seat: seat.view });
  }

  /** Sets the timer for what is due next. */
  #arm(): void {
    clearTimeout(this.#timer);
    const { parkAfterMs, keepForMs, warnBeforeMs } = this.#options.limits;
    if (this.#mode === "still" && parkAfterMs !== undefined) this.#in(parkAfterMs, () => this.#parkIdle());
    if (this.#mode === "waits" && keepForMs !== undefined && this.#waitsSince !== undefined) {
      const left = clamp(this.#waitsSince + keepForMs - Date.now(), keepForMs);
      this.#in(this.#inherited ? Math.max(left, Math.min(CLOCK_SETTLES_MS, keepForMs)) : left, () => this.#clearAway(keepForMs));
    }
    const leftMs = this.#leftMs;
    if (this.#mode !== "awake" || leftMs === undefined) return;
    if (leftMs > warnBeforeMs) {
      this.#in(leftMs - warnBeforeMs, () => {
        this.#tell();
        this.#arm();
      });
    } else this.#in(leftMs, () => this.#timeUp());
  }

  #in(ms: number, act: () => unknown): void {
    const due = this.#steady() + ms;
    this.#timer = setTimeout(
      () => {
        const early = due - this.#steady();
        if (early > 0) this.#in(early, act);
        else void act();
      },
      Math.min(LONGEST_TIMER_MS, Math.max(0, Math.ceil(ms))),
    ).unref();
  }

  /** A host that cannot be parked stands where it is: it is asked again as much later. */
  async #parkIdle(): Promise<void> {
    const { park, log, seat } = this.#options;
    try {
      await park({ stillDue: () => this.#mode === "still", timeUp: false });
    } catch (error) {
      log.warn({ err: error, seat: seat.id }, "a host that stands still could not be parked");
    }
    if (this.#mode === "still") this.#arm();
  }

  #clearAway(keepForMs: number): void {
    this.#inherited = false;
    // The clock was set back, or the timer was for another time than the clock's.
    if (this.#waitsSince !== undefined && this.#waitsSince + keepForMs > Date.now()) this.#arm();
    else this.#options.end("unused");
  }

  async #timeUp(): Promise<void> {
    const { park, end, log, seat } = this.#options;
    const isUp = (): boolean => this.isUp && (this.#mode === "awake" || this.#mode === "still");
    try {
      await park({ stillDue: isUp, timeUp: true });
    } catch (error) {
      if (!isUp()) return;
      this.#tries += 1;
      if (asLabError(error).code === "busy" && this.#tries < MOST_TRIES) return this.#in(RETRY_MS, () => this.#timeUp());
      log.warn({ err: error, seat: seat.id }, "a host whose time is up could not be parked; it is ended");
      end("time-up");
    }
  }
}

function modeOf(seat: Seat): Mode {
  if (seat.phase === "ready") return seat.frozenSince === undefined ? "awake" : "still";
  return seat.phase === "parked" || seat.phase === "lost" || seat.phase === "failed" ? "waits" : "between";
}

const clamp = (ms: number, most: number): number => Math.min(most, Math.max(0, Math.round(ms)));
