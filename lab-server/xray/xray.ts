import type { Machine, XrayEvent } from "../contract/xray.ts";
import type { Log } from "../log.ts";
import { followOn } from "./follow-on.ts";
import { type HostWatch, WATCH_GUESTS, type WatchedHost } from "./host-watch.ts";
import { machine } from "./machine.ts";
import { Rates } from "./rates.ts";

const SAMPLES = `${WATCH_GUESTS} sample`;
/** No host samples as often as this by itself; whatever comes faster is dropped, ms. */
const FASTEST_SAMPLE_MS = 300;

/** What is told of one host while somebody looks, to all who look: the host is asked once. While nobody does, nothing is. */
export class Xray {
  readonly #host: WatchedHost;
  readonly #watch: HostWatch;
  readonly #log: Log;
  readonly #viewers = new Set<(event: XrayEvent) => void>();
  #stop: AbortController | undefined;
  #machine: { text: string; event: Machine } | undefined;

  constructor(host: WatchedHost, watch: HostWatch, log: Log) {
    this.#host = host;
    this.#watch = watch;
    this.#log = log;
  }

  /** Tells what there is at once, as far as it is known, and what comes. Gives the way to stop. */
  view(viewer: (event: XrayEvent) => void): () => void {
    this.#viewers.add(viewer);
    if (this.#viewers.size === 1) this.#begin();
    else if (this.#machine !== undefined) viewer(this.#machine.event);
    return () => {
      if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.#end();
    };
  }

  /** The host goes away: nobody is told anything more. */
  stop(): void {
    this.#viewers.clear();
    this.#end();
  }

  #begin(): void {
    const stop = new AbortController();
    this.#stop = stop;
    this.#machine = undefined;
    this.#watch.begin();
    stop.signal.addEventListener(
      "abort",
      this.#watch.onChange(() => this.#tellMachine()),
    );
    if (this.#watch.known) this.#tellMachine();
    let rates = new Rates();
    let last = Number.NEGATIVE_INFINITY;
    void followOn({
      host: this.#host,
      command: SAMPLES,
      onBegin: () => {
        rates = new Rates();
      },
      onLine: (line) => {
        this.#watch.hearBeside(line);
        const sample = rates.hear(line, this.#watch.facts, new Date());
        const now = performance.now();
        if (sample === undefined || stop.signal.aborted || now - last < FASTEST_SAMPLE_MS) return;
        last = now;
        this.#tell(sample);
      },
      signal: stop.signal,
      log: this.#log,
    });
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#machine = undefined;
  }

  #tellMachine(): void {
    const event = machine(this.#watch.facts, new Date());
    const text = JSON.stringify({ ...event, at: "" });
    if (text === this.#machine?.text) return;
    this.#machine = { text, event };
    this.#tell(event);
  }

  #tell(event: XrayEvent): void {
    for (const viewer of [...this.#viewers]) viewer(event);
  }
}
