/**
 * How much a peer may ask for: a store of units that refills steadily. A burst is free while the store lasts,
 * what goes on beyond the refill is refused.
 */
export class FrameBudget {
  readonly #capacity: number;
  readonly #perSecond: number;
  #units: number;
  #filledAt: number;

  /** `now` in milliseconds, of any clock that only goes forward. */
  constructor(capacity: number, perSecond: number, now = performance.now()) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#units = capacity;
    this.#filledAt = now;
  }

  /** Takes `units`; false, and nothing taken, when there are fewer. */
  take(units: number, now = performance.now()): boolean {
    this.#units = Math.min(this.#capacity, this.#units + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#units < units) return false;
    this.#units -= units;
    return true;
  }
}
