import { LabError } from "../errors.ts";

/** So many wrong tries are free; from then on each costs a wait that doubles. */
const FREE = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Whoever has not tried for so long begins anew, ms. */
const FORGET_MS = 60 * 60_000;
/** Names that are kept in mind; strangers choose them. */
const MOST = 10_000;

interface Tries {
  wrong: number;
  last: number;
}

/**
 * Slows down whoever guesses passwords or codes. Counted by what is guessed at and from where, both apart: one address may be a whole
 * class, and one name may be tried from many.
 */
export class WrongTries {
  readonly #tries = new Map<string, Tries>();
  readonly #now: () => number;
  readonly #free: number;

  constructor({ free = FREE, now = Date.now }: { free?: number; now?: () => number } = {}) {
    this.#free = free;
    this.#now = now;
  }

  /** Fails with `too_many` while one has to wait. */
  check(name: string): void {
    const tries = this.#tries.get(name);
    if (tries === undefined || tries.wrong < this.#free) return;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (tries.wrong - this.#free), LONGEST_WAIT_MS);
    const left = tries.last + waitMs - this.#now();
    if (left > 0) throw new LabError("too_many", { params: { seconds: Math.ceil(left / 1000) }, log: `${tries.wrong} wrong tries: ${name.slice(0, 80)}` });
  }

  wrong(name: string): void {
    const now = this.#now();
    const before = this.#tries.get(name);
    this.#tries.delete(name);
    this.#tries.set(name, { wrong: before !== undefined && now - before.last < FORGET_MS ? before.wrong + 1 : 1, last: now });
    for (const oldest of this.#tries.keys()) {
      if (this.#tries.size <= MOST) break;
      this.#tries.delete(oldest);
    }
  }

  right(name: string): void {
    this.#tries.delete(name);
  }
}
