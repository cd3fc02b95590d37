import type { GuestOfSeat } from "../contract/events.ts";
import type { Log } from "../log.ts";
import { type FollowOnOptions, followOn } from "./follow-on.ts";
import { guestOfSeat, knownGuests } from "./guests.ts";
import { type Change, HostFacts } from "./host-facts.ts";

/** It is a part of the host's image: lab-host/host/programs/watch-guests.c. */
export const WATCH_GUESTS = "exec /usr/lib/lab/watch-guests";

/** One change of libvirt's comes in several pieces, and a host may tell changes as often as it likes; nothing is worked out more often than this, ms. */
const TOGETHER_MS = 150;

export type WatchedHost = FollowOnOptions["host"];

/** Follows what libvirt keeps in one host, for as long as its learner has it. */
export class HostWatch {
  readonly facts = new HostFacts();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #stop = new AbortController();
  readonly #host: WatchedHost;
  readonly #log: Log;
  /** The lines of a program that has just begun, which tells all there is. */
  #first: string[] | undefined;
  #following = false;
  #known = false;
  #pending: Change | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: WatchedHost, log: Log) {
    this.#host = host;
    this.#log = log;
  }

  /** Begins to follow the host, if that has not begun. */
  begin(): void {
    if (this.#following || this.#stop.signal.aborted) return;
    this.#following = true;
    void followOn({
      host: this.#host,
      command: WATCH_GUESTS,
      onBegin: () => {
        this.#first = [];
      },
      onLine: (line) => this.hear(line),
      signal: this.#stop.signal,
      log: this.#log,
    });
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** True when the host has told all of itself at least once. */
  get known(): boolean {
    return this.#known;
  }

  get guests(): GuestOfSeat[] {
    return knownGuests(this.facts).map(guestOfSeat);
  }

  /** Called after each change, and when the host has told all of itself for the first time. Gives the way to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes one line of the program. */
  hear(line: string): void {
    this.#first?.push(line);
    if (this.#first === undefined) this.#noteChange(this.facts.tell(line));
    else if (line === "end") {
      const change = this.facts.onlyThese(this.#first);
      this.#first = undefined;
      this.#noteChange(change);
    }
  }

  /** Takes a line of the program that samples: of lists that it tells too, the latest counts. Files are told by the one that watches. */
  hearBeside(line: string): void {
    if (this.#first === undefined && !/^(?:xml|gone)\t/.test(line)) this.#noteChange(this.facts.tell(line));
  }

  #noteChange(change: Change | undefined): void {
    if (change === undefined) return;
    if (this.#pending !== "definitions") this.#pending = change;
    if (this.#timer !== undefined) return;
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending !== undefined) this.#noteChange(this.#pending);
    }, TOGETHER_MS);
    this.#timer.unref();
  }

  #tell(): void {
    const change = this.#pending;
    this.#pending = undefined;
    this.#known = true;
    if (change !== undefined) for (const listener of [...this.#listeners]) listener(change);
  }
}
