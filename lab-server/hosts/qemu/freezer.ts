import { setTimeout as delay } from "node:timers/promises";
import { QmpTimeout } from "./qmp.ts";
import type { Monitor } from "./standstill.ts";

/** What the freezer tells its host. */
export interface FreezerEvents {
  readonly onFrozen: () => void;
  /** `stoodMs` is how long the host stood still. */
  readonly onThawed: (stoodMs: number) => void;
  /** QEMU does not answer: it will never stop or go on again. */
  readonly onStuck: (reason: string) => void;
}

/**
 * Lets a host stand still while nobody needs it: it is stopped after a grace time, and goes on (QMP `cont`) at the next use.
 * Uses are counted; the grace time runs only while there is none. Stopping and going on are never under way at once.
 */
export class Freezer {
  readonly #qmp: Monitor;
  readonly #standStill: () => Promise<void>;
  readonly #graceMs: number;
  readonly #events: FreezerEvents;
  #uses = 0;
  #frozenAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #over = false;
  /** While this is false a stop is nobody's wish: see `#onStop`. */
  #mayStop: boolean;

  /** @param standStill resolves when QEMU has stopped the host */
  constructor(qmp: Monitor, standStill: () => Promise<void>, graceMs: number, events: FreezerEvents, frozen = false) {
    this.#qmp = qmp;
    this.#standStill = standStill;
    this.#mayStop = frozen;
    qmp.onEvent(({ event }) => {
      if (event === "STOP") this.#goOnUnasked();
    });
    this.#graceMs = graceMs;
    this.#events = events;
    if (frozen) this.#frozenAt = performance.now();
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Starts the grace time of a host that nobody uses yet. */
  begin(): void {
    this.#rest();
  }

  /** Counts a use and thaws in the background; the release is idempotent. */
  use(): () => void {
    this.#uses += 1;
    clearTimeout(this.#timer);
    this.thaw().catch(() => {
      // The host is lost; whoever uses it is told by its state.
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#uses -= 1;
      this.#rest();
    };
  }

  /** Resolves when the host runs. */
  thaw(): Promise<void> {
    // The common case of a key in a running host must cost nothing.
    if (this.#frozenAt === undefined && this.#timer === undefined && this.#uses > 0) return this.#turn.then(() => this.#thawNow());
    this.#rest();
    return this.#next(() => this.#thawNow());
  }

  freeze(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#next(async () => {
      if (this.#frozenAt !== undefined || this.#over) return;
      await this.#stop();
      this.#frozenAt = performance.now();
      this.#events.onFrozen();
    });
  }

  /**
   * Runs something while the host stands still, and lets it run on if it did. Nobody is told: it is a moment.
   * @param work is given the way to let the host run for so many milliseconds meanwhile
   */
  whileStopped(work: (runFor: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
    return this.#next(async () => {
      const ran = this.#frozenAt === undefined;
      if (ran) await this.#stop();
      try {
        await work(async (ms) => {
          await this.#goOn();
          await delay(ms);
          await this.#stop();
        });
      } finally {
        if (ran && !this.#over) await this.#goOn();
      }
    });
  }

  /** No more freezing: the host ends. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  async #thawNow(): Promise<void> {
    if (this.#frozenAt === undefined || this.#over) return;
    await this.#goOn();
    const stoodMs = performance.now() - this.#frozenAt;
    this.#frozenAt = undefined;
    this.#events.onThawed(stoodMs);
  }

  async #stop(): Promise<void> {
    this.#mayStop = true;
    try {
      await this.#standStill();
    } catch (thrown) {
      this.#tell(thrown);
      throw thrown;
    }
  }

  async #goOn(): Promise<void> {
    try {
      this.#mayStop = false;
      await this.#qmp.execute("cont");
    } catch (thrown) {
      this.#tell(thrown);
      throw thrown;
    }
  }

  #tell(thrown: unknown): void {
    if (thrown instanceof QmpTimeout && !this.#over) this.#events.onStuck(thrown.message);
  }

  /** The host was asked to stop and did so too late, or its learner did it: nobody else would let it go on. */
  #goOnUnasked(): void {
    if (this.#mayStop || this.#over) return;
    this.#next(async () => {
      if (this.#frozenAt === undefined && !this.#over) await this.#goOn();
    }).catch(() => {});
  }

  #next(step: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#uses > 0 || this.#over) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.freeze().catch(() => {});
    }, this.#graceMs);
    this.#timer.unref();
  }
}
