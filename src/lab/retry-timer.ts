const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * When to try again: soon at first, then twice as late each time, never later than 10 s. Each wait is cut by
 * up to half at random, so that a class whose server restarts does not come back in one instant.
 */
export class RetryTimer {
  readonly #attempt: () => void;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** Tries after the wait that the failures so far call for. */
  start(): void {
    this.stop();
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#run(), longest * (0.5 + Math.random() / 2));
  }

  /** Ends a wait that is under way by trying now. */
  hurry(): void {
    if (this.#timer !== undefined) this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It worked: the next failure is again the first. */
  reset(): void {
    this.#failures = 0;
  }

  #run(): void {
    this.stop();
    this.#attempt();
  }
}
