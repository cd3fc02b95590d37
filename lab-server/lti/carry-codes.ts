import { LabError } from "../errors.ts";
import { hashOf, newSecret } from "./secret.ts";

/** From the frame to the tab of its own takes a click. In milliseconds. */
const CODE_LIVES_MS = 30_000;
const MOST_CODES = 10_000;

/** What a code stands for. */
export interface Carried {
  /** Whose it is, in the words of whoever keeps the sessions. */
  readonly who: string;
  /** Where to go: a path of ours. */
  readonly redirect: string;
}

/**
 * A browser keeps what it knows inside a frame and what it knows of the same site in a tab in two jars. A code carries who
 * somebody is from one to the other: once, and within 30 seconds. Kept in memory, so a restart forgets them.
 */
export class CarryCodes {
  readonly #now: () => number;
  /** By hash, oldest first. */
  readonly #codes = new Map<string, Carried & { readonly until: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue({ who, redirect }: Carried): string {
    for (const [hash, { until }] of this.#codes) {
      if (until > this.#now() && this.#codes.size < MOST_CODES) break;
      this.#codes.delete(hash);
    }
    const code = newSecret();
    this.#codes.set(hashOf(code), { who, redirect, until: this.#now() + CODE_LIVES_MS });
    return code;
  }

  /** Fails with `launch_over`. */
  take(code: string): Carried {
    const hash = hashOf(code);
    const carried = this.#codes.get(hash);
    this.#codes.delete(hash);
    if (carried === undefined || carried.until <= this.#now()) throw new LabError("launch_over", { log: "a carry code that is unknown, used or too old" });
    return { who: carried.who, redirect: carried.redirect };
  }
}
