import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";

/** Changes of the store in the order in which what they tell of happened. */
export class OrderedWrites {
  readonly #store: Store;
  readonly #log: Log;
  #last: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Makes the change after all that were asked for before. What it fails with is logged and is the caller's too. */
  write(change: (store: Store) => Promise<void>): Promise<void> {
    const written = this.#last.then(() => change(this.#store));
    this.#last = written.catch((error: unknown) => this.#log.error({ err: error }, "the store refused a seat"));
    return written;
  }

  /** Resolves when everything asked for so far is written, or was refused. */
  settled(): Promise<void> {
    return this.#last;
  }
}
