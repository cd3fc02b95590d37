import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CreateStep, Host, HostBackend, HostCost } from "./backend.ts";
import { Backoff } from "./backoff.ts";
import type { Budget } from "./budget.ts";
import { type Prepare, Refill, usable } from "./refill.ts";
import { type Taken, type TakeOptions, Waiter } from "./waiter.ts";

export interface PoolOptions<T> {
  readonly backend: HostBackend;
  readonly budget: Budget;
  /** Warm hosts to keep for each template. */
  readonly size: number;
  readonly prepare?: Prepare<T>;
  /** The cores are left to whoever was just served: a refill waits this many ms after a take. Default 1500. */
  readonly quietMs?: number;
  /** Called when somebody waits and nothing that the pool holds makes room for them. */
  readonly onShort?: () => void;
  readonly log: Log;
}

interface Warm<T> extends Taken<T> {
  readonly forget: () => void;
}

/**
 * Hands out hosts: ready ones if there are, else made ones, else a place in the queue.
 * Invariants: every host counts in the budget until nothing is left of it; takers are served strictly in
 * the order they came; nothing is made in advance while somebody waits.
 */
export class HostPool<T = undefined> {
  readonly #options: PoolOptions<T>;
  readonly #queue: Waiter<T>[] = [];
  readonly #warm: Warm<T>[] = [];
  /** Warm hosts that were given up and are not yet gone. */
  readonly #leaving = new Set<Host>();
  readonly #making = new Set<Promise<void>>();
  readonly #backoff = new Backoff();
  /** Templates in the order in which they are refilled: what was taken last is likely to be taken next. */
  readonly #wanted: string[];
  readonly #closing = new AbortController();
  /** By template: so many warm hosts are wanted by somebody for a while, beyond `size`. */
  readonly #expected = new Set<ReadonlyMap<string, number>>();
  #refill: Refill<T> | undefined;
  #quietUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #pumpDue = false;

  constructor(options: PoolOptions<T>) {
    this.#options = options;
    this.#wanted = [...options.backend.templates];
    options.backend.onTemplate((template) => {
      if (!this.#wanted.includes(template)) this.#wanted.push(template);
      this.#pumpSoon();
    });
    for (const template of options.backend.templates) {
      const cost = options.backend.cost(template);
      if (options.budget.canEverFit(cost)) continue;
      options.log.error({ template, cost, limit: options.budget.limit }, "this machine has no room for even one host");
    }
  }

  /** Begins to fill up. */
  start(): void {
    this.#pumpSoon();
  }

  /**
   * Many will come at once: keeps so many warm hosts for each of these templates, as far as there is room, until the returned function is
   * called. Whoever comes first for something else still comes first.
   */
  expect(templates: ReadonlyMap<string, number>): () => void {
    this.#expected.add(templates);
    this.#pumpSoon();
    return () => {
      if (!this.#expected.delete(templates)) return;
      for (const warm of [...this.#warm]) {
        const { template } = warm.host;
        if (this.#warmOf(template) > this.#wantedOf(template)) this.#giveUp(warm);
      }
    };
  }

  /** Fails with why no host of a starting state can be made now, if so; else does nothing. */
  assertTemplate(template: string): void {
    const { backend } = this.#options;
    if (!backend.templates.includes(template)) throw backend.whyNot(template);
  }

  /** What the pool holds now. */
  get counts(): { warm: number; making: number; waiting: number } {
    return { warm: this.#warm.length, making: this.#making.size, waiting: this.#queue.length };
  }

  /** Counts a host that an earlier server left and that somebody holds. */
  hold(host: Host): void {
    this.#count(host, this.#options.budget.hold(this.#options.backend.cost(host.template)));
  }

  /**
   * A host of its own for the caller, who ends it.
   * Errors: as `assertTemplate`; what making it failed with; `seat_ended` when aborted; `shutting_down`; `host_failed` at once when the
   * machine could never hold it.
   */
  async take(template: string, options: TakeOptions = {}): Promise<Taken<T>> {
    const { backend, budget } = this.#options;
    if (this.#closing.signal.aborted) throw new LabError("shutting_down", { log: "the pool is closed" });
    if (options.signal?.aborted) throw new LabError("seat_ended", { log: "aborted before the pool was asked" });
    this.assertTemplate(template);
    const cost = backend.cost(template);
    if (!budget.canEverFit(cost)) {
      const log = `a host of ${template} needs ${cost.memoryMiB} MiB and ${cost.vcpus} vCPUs; all together may have ${budget.limit.memoryMiB} and ${budget.limit.vcpus}`;
      throw new LabError("host_failed", { params: { step: "queue" }, log });
    }
    this.#wanted.splice(this.#wanted.indexOf(template), 1);
    this.#wanted.unshift(template);
    const waiter = new Waiter<T>(template, options, () => this.#leave(waiter));
    this.#queue.push(waiter);
    this.#pumpSoon();
    return waiter.promise;
  }

  /** Stops making hosts, ends those that nobody took, and sends whoever waits away with `shutting_down`. */
  async close(): Promise<void> {
    const gone = new LabError("shutting_down", { log: "the pool was closed" });
    this.#closing.abort(gone);
    clearTimeout(this.#timer);
    for (const waiter of this.#queue.splice(0)) waiter.reject(gone);
    this.#refill?.claimant?.reject(gone);
    this.#refill?.abandon();
    for (const warm of [...this.#warm]) this.#giveUp(warm);
    await Promise.all([...this.#making, ...[...this.#leaving].map((host) => host.end())]);
  }

  /** Never at once: what is told to takers may call the pool again. */
  #pumpSoon(): void {
    if (this.#pumpDue) return;
    this.#pumpDue = true;
    queueMicrotask(() => {
      this.#pumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#closing.signal.aborted) return;
    while (this.#queue[0] !== undefined && this.#serve(this.#queue[0])) this.#queue.shift();
    for (const [index, waiter] of this.#queue.entries()) waiter.tellPlace(index + 1);
    if (this.#queue.length > 0 && this.#leaving.size === 0) this.#options.onShort?.();
    this.#refillWhenDue();
  }

  /** True when the waiter needs its place in the queue no longer. */
  #serve(waiter: Waiter<T>): boolean {
    const { template, saved } = waiter;
    const warm = saved === undefined ? this.#warm.find((candidate) => candidate.host.template === template) : undefined;
    if (warm !== undefined) {
      this.#drop(warm);
      this.#deliver(waiter, warm);
      return true;
    }
    const refill = this.#refill;
    if (saved === undefined && refill?.template === template && refill.claimant === undefined && !refill.abandoned) {
      refill.claim(waiter);
      return true;
    }
    const cost = this.#options.backend.cost(waiter.template);
    const release = this.#options.budget.reserve(cost);
    if (release === undefined) {
      this.#makeRoom(cost);
      return false;
    }
    this.#track(this.#makeFor(waiter, release));
    return true;
  }

  async #makeFor(waiter: Waiter<T>, release: () => void): Promise<void> {
    const closing = this.#closing.signal;
    try {
      const { backend } = this.#options;
      const { template, saved, anew } = waiter;
      const options = {
        signal: waiter.signal === undefined ? closing : AbortSignal.any([closing, waiter.signal]),
        onStep: (step: CreateStep) => waiter.tellStep(step),
      };
      const host = await (saved === undefined ? backend.create({ ...options, template }) : backend.restore(saved, { ...options, anew }));
      this.#count(host, release);
      this.#deliver(waiter, { host, prepared: undefined });
    } catch (error) {
      release();
      waiter.reject(closing.aborted ? closing.reason : error);
    }
  }

  #deliver(waiter: Waiter<T>, { host, prepared }: Taken<T>): void {
    this.#quietUntil = Date.now() + (this.#options.quietMs ?? 1500);
    if (!waiter.resolve({ host, prepared })) void host.end();
  }

  /** The waiter was aborted, wherever it stands. */
  #leave(waiter: Waiter<T>): void {
    const index = this.#queue.indexOf(waiter);
    if (index >= 0) this.#queue.splice(index, 1);
    this.#refill?.unclaim(waiter);
    this.#pumpSoon();
  }

  /** Gives up hosts made in advance for others, as many as the first in the queue needs. */
  #makeRoom(cost: HostCost): void {
    const { backend, budget } = this.#options;
    const leaving = (): HostCost[] => [...this.#leaving].map((host) => backend.cost(host.template));
    while (!budget.fitsOnce(cost, leaving())) {
      const warm = this.#warm[0];
      if (warm === undefined) {
        if (this.#refill?.claimant === undefined) this.#refill?.abandon();
        return;
      }
      this.#giveUp(warm);
    }
  }

  #warmOf(template: string): number {
    return this.#warm.filter(({ host }) => host.template === template).length;
  }

  #wantedOf(template: string): number {
    return Math.max(this.#options.size, ...[...this.#expected].map((expected) => expected.get(template) ?? 0));
  }

  #refillWhenDue(): void {
    clearTimeout(this.#timer);
    const { backend, budget, prepare } = this.#options;
    if (this.#making.size > 0 || this.#queue.length > 0) return;
    const template = this.#wanted
      .filter((name) => this.#warmOf(name) < this.#wantedOf(name) && budget.fits(backend.cost(name)))
      .sort((a, b) => this.#warmOf(a) - this.#warmOf(b))[0];
    if (template === undefined) return;
    const wait = Math.max(this.#backoff.until, this.#quietUntil) - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#pumpSoon(), wait).unref();
      return;
    }
    const release = budget.hold(backend.cost(template));
    this.#refill = new Refill({ template, backend, prepare, onHost: (host) => this.#count(host, release) });
    this.#track(this.#runRefill(this.#refill, release));
  }

  async #runRefill(refill: Refill<T>, release: () => void): Promise<void> {
    try {
      const taken = await refill.run();
      this.#backoff.succeeded();
      if (refill.claimant === undefined) this.#keepWarm(taken);
      else this.#deliver(refill.claimant, taken);
    } catch (error) {
      if (!refill.made) release();
      if (!refill.abandoned) {
        const retryInMs = this.#backoff.failed();
        this.#options.log.warn({ err: error, template: refill.template, retryInMs }, "a host could not be made in advance");
      }
      // The failure belongs to nobody: whoever had claimed the host is first in the queue again.
      if (refill.claimant !== undefined && !refill.claimant.answered) this.#queue.unshift(refill.claimant);
    } finally {
      this.#refill = undefined;
    }
  }

  #keepWarm({ host, prepared }: Taken<T>): void {
    const warm: Warm<T> = { host, prepared, forget: host.onState(() => this.#notice(warm)) };
    this.#warm.push(warm);
  }

  #notice(warm: Warm<T>): void {
    if (usable(warm.host)) return;
    this.#options.log.warn({ host: warm.host.id, err: warm.host.failure }, "a warm host was lost; it is replaced");
    this.#giveUp(warm);
    this.#pumpSoon();
  }

  #drop(warm: Warm<T>): void {
    warm.forget();
    this.#warm.splice(this.#warm.indexOf(warm), 1);
  }

  #giveUp(warm: Warm<T>): void {
    this.#drop(warm);
    if (warm.host.state === "ended") return;
    this.#leaving.add(warm.host);
    void warm.host.end();
  }

  /** Ties a reservation to a host's life. */
  #count(host: Host, release: () => void): void {
    const gone = (): void => {
      release();
      this.#leaving.delete(host);
      this.#pumpSoon();
    };
    host.onState((state) => state === "ended" && gone());
    if (host.state === "ended") gone();
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => {
      this.#making.delete(tracked);
      this.#pumpSoon();
    });
    this.#making.add(tracked);
  }
}
