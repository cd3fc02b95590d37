const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** How long to wait after failures in a row: 1 s, doubling to a minute. */
export class Backoff {
  #failures = 0;
  #until = 0;

  /** The moment before which nothing is tried, as of `Date.now()`. */
  get until(): number {
    return this.#until;
  }

  /** Gives the milliseconds to wait. */
  failed(): number {
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#until = Date.now() + wait;
    return wait;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
  }
}
