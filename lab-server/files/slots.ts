import { LabError } from "../errors.ts";

/** Lets a few pieces of work run at once; more wait in order, up to a limit, and beyond it are refused with `busy`. */
export class Slots {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Resolves when there is room; gives the way to make it again, which is idempotent. */
  async take(): Promise<() => void> {
    if (this.#taken >= this.#most) {
      if (this.#waiting.length >= this.#mostWaiting) {
        throw new LabError("busy", { params: { operation: "files" }, log: `${this.#waiting.length} pieces of work wait already` });
      }
      // Whoever makes room hands it on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#taken += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    };
  }
}
