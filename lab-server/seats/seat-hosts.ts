import type { Problem } from "../contract/problem.ts";
import { asLabError } from "../errors.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Host } from "../hosts/backend.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import { setSeatHost } from "../store/seats.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { bringUp } from "./bring-up.ts";
import type { OrderedWrites } from "./ordered-writes.ts";
import type { Prepared, ReadBaseline } from "./prepare.ts";
import type { ReadySeat, Seat, StartFrom } from "./seat.ts";

export interface SeatHostsOptions {
  readonly pool: HostPool<Prepared>;
  readonly readBaseline: ReadBaseline;
  readonly terminalsFor: (host: Host) => HostTerminals;
  /** Called when a seat is ready; what it gives is called when the host goes away again. */
  readonly whileReady?: (seat: Seat, ready: ReadySeat) => () => void;
  /**
   * Resolves when the seat may have a host, and gives where a new one begins; undefined: in the exercise's starting state. Tells the place
   * in the queue, from 1, of who has to wait. Fails with `seat_ended` when aborted.
   */
  readonly enter?: (seat: Seat, signal: AbortSignal, onPlace: (place: number) => void) => Promise<StartFrom | undefined>;
  readonly writes: OrderedWrites;
  readonly log: Log;
}

type WhileReady = NonNullable<SeatHostsOptions["whileReady"]>;

/** All of these, and their ends. */
export function inTurn(...all: readonly WhileReady[]): WhileReady {
  return (seat, ready) => {
    const stops = all.map((begin) => begin(seat, ready));
    return () => {
      for (const stop of stops) stop();
    };
  };
}

/** How a seat comes to its host, and how the host goes. */
export class SeatHosts {
  readonly #options: SeatHostsOptions;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: SeatHostsOptions) {
    this.#options = options;
  }

  /** Never fails: what goes wrong is the seat's to show. `written` is what must be kept before a host is asked for. Without `from` it begins anew. */
  async bringUp(seat: Seat, written: Promise<void>, from?: StartFrom): Promise<void> {
    const { pool, readBaseline, terminalsFor, writes, log } = this.#options;
    const began = performance.now();
    const signal = seat.begin();
    /** What a start that was given up still tells is not about this seat any more. */
    const whileWanted =
      <A extends unknown[]>(tell: (...args: A) => void) =>
      (...args: A): void => {
        if (!signal.aborted) tell(...args);
      };
    try {
      await written;
      const onPlace = whileWanted((place: number) => seat.queuedAt(place));
      const begins = await this.#options.enter?.(seat, signal, onPlace);
      const saved = from ?? begins;
      let hostId = "";
      const baseline = await bringUp({
        pool,
        readBaseline,
        terminalsFor,
        exercise: seat.exercise,
        parameters: seat.parameters,
        ...(saved === undefined ? {} : { saved }),
        signal,
        onPlace,
        onStep: whileWanted((step, state) => seat.step(step, state)),
        onHost: (host, terminals) => {
          hostId = host.id;
          seat.attach(host, terminals);
        },
      });
      await writes.write((store) => setSeatHost(store, seat.id, { id: hostId, baseline }));
      if (signal.aborted) return;
      seat.nowReady(baseline);
      this.#beginWork(seat);
      log.info({ seat: seat.id, exercise: seat.exercise.id, host: hostId, ms: Math.round(performance.now() - began) }, "seat ready");
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asLabError(thrown);
      log.error({ err: error, seat: seat.id, exercise: seat.exercise.id, steps: seat.view.steps }, "a start failed");
      this.letGo(seat, error.toProblem());
      seat.failed(error.toProblem());
    }
  }

  /** Gives the seat a host that was ready under an earlier server. */
  resume(seat: Seat, host: Host, baseline: Baseline): void {
    seat.attach(host, this.#options.terminalsFor(host));
    if (seat.phase !== "starting") return;
    seat.resumed(baseline);
    this.#beginWork(seat);
  }

  /** The host went away without having been asked to. */
  lose(seat: Seat, problem: Problem = { code: "host_lost" }): void {
    const host = this.letGo(seat, problem);
    this.#options.log.warn({ seat: seat.id, host: host?.id, err: host?.failure }, "a learner lost the host");
    void this.#options.writes.write((store) => setSeatHost(store, seat.id, undefined)).catch(() => {});
    seat.lost(problem);
  }

  /** Takes the host away, which goes behind it. Its terminals are closed with the problem. */
  letGo(seat: Seat, problem: Problem): Host | undefined {
    const host = seat.detach(problem);
    if (host !== undefined) {
      const gone = host.end().finally(() => this.#ending.delete(gone));
      this.#ending.add(gone);
    }
    return host;
  }

  /** Resolves when nothing is left of the hosts that were let go. */
  async gone(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #beginWork(seat: Seat): void {
    const stop = this.#options.whileReady?.(seat, seat.readyOrHeld());
    if (stop !== undefined) seat.untilDetached(stop);
  }
}
