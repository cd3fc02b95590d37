import { LabError } from "../errors.ts";
import type { CreateStep, Host } from "./backend.ts";

/** A host that now belongs to the taker. */
export interface Taken<T> {
  readonly host: Host;
  /** What the pool's `prepare` gave; undefined when the host was made for this taker, who could not wait for it. */
  readonly prepared: T | undefined;
}

export interface TakeOptions {
  /** The host goes on from this saved one; else it is a new one. */
  readonly saved?: string;
  /** With `saved`: it becomes a machine of its own; see `RestoreOptions`. */
  readonly anew?: boolean;
  /** Aborting leaves the queue, or stops the making; the call fails with `seat_ended`. */
  readonly signal?: AbortSignal;
  /** Called as each step of making begins; never for a host that was ready. */
  readonly onStep?: (step: CreateStep) => void;
  /** Called with the place in the queue, from 1, whenever it changes. Never called for who need not wait. */
  readonly onPlace?: (place: number) => void;
}

type Settle<T> = { resolve: (taken: Taken<T>) => void; reject: (error: unknown) => void };

/** Somebody who asked for a host. Answered once; later answers are refused. */
export class Waiter<T> {
  readonly template: string;
  readonly promise: Promise<Taken<T>>;
  readonly #options: TakeOptions;
  readonly #onAbort: () => void;
  #settle: Settle<T> | undefined;
  #place: number | undefined;

  /** `left` is called when the waiter is aborted, after it has been answered with `seat_ended`. */
  constructor(template: string, options: TakeOptions, left: () => void) {
    this.template = template;
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<Taken<T>>();
    this.promise = promise;
    this.#settle = { resolve, reject };
    this.#onAbort = () => {
      this.reject(new LabError("seat_ended", { log: "whoever waited for the host went away" }));
      left();
    };
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  get saved(): string | undefined {
    return this.#options.saved;
  }

  get anew(): boolean {
    return this.#options.anew ?? false;
  }

  get answered(): boolean {
    return this.#settle === undefined;
  }

  /** False when it had been answered already: then the host is still the caller's. */
  resolve(taken: Taken<T>): boolean {
    const settle = this.#takeSettle();
    settle?.resolve(taken);
    return settle !== undefined;
  }

  reject(error: unknown): void {
    this.#takeSettle()?.reject(error);
  }

  tellPlace(place: number): void {
    if (place === this.#place || this.answered) return;
    this.#place = place;
    this.#options.onPlace?.(place);
  }

  tellStep(step: CreateStep): void {
    if (!this.answered) this.#options.onStep?.(step);
  }

  #takeSettle(): Settle<T> | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    return settle;
  }
}
