import { LabError } from "../errors.ts";
import type { CreateStep, Host, HostBackend } from "./backend.ts";
import type { Taken, Waiter } from "./waiter.ts";

/**
 * Run on each host made in advance, before it is frozen. Its failure is a failed refill. `hurry` is aborted when
 * somebody waits for this very host: what is not needed by everybody is then left out.
 */
export type Prepare<T> = (host: Host, hurry: AbortSignal) => Promise<T>;

export interface RefillOptions<T> {
  readonly template: string;
  readonly backend: HostBackend;
  readonly prepare: Prepare<T> | undefined;
  /** Called once the host exists, before anything is done with it. */
  readonly onHost: (host: Host) => void;
}

/** Whether a host can still be handed out. */
export function usable(host: Host): boolean {
  return host.state === "running" || host.state === "frozen";
}

/**
 * One host that is being made in advance: made, prepared, frozen. A taker may claim it on the way, and may
 * let it go again; a claimed host is not frozen.
 */
export class Refill<T> {
  readonly template: string;
  readonly #options: RefillOptions<T>;
  readonly #stop = new AbortController();
  readonly #hurry = new AbortController();
  #step: CreateStep = "clone";
  #host: Host | undefined;
  #claimant: Waiter<T> | undefined;

  constructor(options: RefillOptions<T>) {
    this.template = options.template;
    this.#options = options;
  }

  get claimant(): Waiter<T> | undefined {
    return this.#claimant;
  }

  /** True once a host exists, which then counts for itself. */
  get made(): boolean {
    return this.#host !== undefined;
  }

  get abandoned(): boolean {
    return this.#stop.signal.aborted;
  }

  claim(waiter: Waiter<T>): void {
    this.#claimant = waiter;
    this.#hurry.abort();
    waiter.tellStep(this.#step);
  }

  unclaim(waiter: Waiter<T>): void {
    if (this.#claimant === waiter) this.#claimant = undefined;
  }

  /** Stops the making; what was made is given back. */
  abandon(): void {
    this.#stop.abort();
    void this.#host?.end();
  }

  /** Resolves with a host that is ready. On failure nothing is left, or is about to be nothing. */
  async run(): Promise<Taken<T>> {
    const { backend, prepare, template, onHost } = this.#options;
    const signal = this.#stop.signal;
    const onStep = (step: CreateStep): void => {
      this.#step = step;
      this.#claimant?.tellStep(step);
    };
    const host = await backend.create({ template, signal, onStep });
    this.#host = host;
    onHost(host);
    try {
      signal.throwIfAborted();
      const prepared = await prepare?.(host, this.#hurry.signal);
      if (this.#claimant === undefined) await host.freeze();
      signal.throwIfAborted();
      if (!usable(host)) throw host.failure ?? new LabError("host_lost", { log: `host ${host.id} ended while it was prepared` });
      return { host, prepared };
    } catch (error) {
      void host.end();
      throw error;
    }
  }
}
