import { randomBytes } from "node:crypto";
import type { Problem } from "../contract/problem.ts";
import type { SeatView } from "../contract/seat.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Host } from "../hosts/backend.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import { rememberLearner } from "../store/learners.ts";
import type { SeatEndReason } from "../store/schema.ts";
import { endSeat, findSeat, insertSeat, type SeatRecord, setSeatHost } from "../store/seats.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { bringUp } from "./bring-up.ts";
import type { Prepared, ReadBaseline } from "./prepare.ts";
import { Seat } from "./seat.ts";

export interface SeatsOptions {
  readonly store: Store;
  readonly pool: HostPool<Prepared>;
  readonly catalogue: Catalogue;
  readonly readBaseline: ReadBaseline;
  readonly terminalsFor: (host: Host) => HostTerminals;
  readonly log: Log;
}

/**
 * Learners at work. A learner has at most one seat; a seat has at most one host.
 * Whoever asks for a seat says for whom: another learner's seat is `not_yours`.
 */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #byLearner = new Map<string, Seat>();
  readonly #byId = new Map<string, Seat>();
  /** Writes happen in the order in which what they tell of happened. */
  #writes: Promise<void> = Promise.resolve();
  readonly #ending = new Set<Promise<void>>();
  #stopping = false;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** The learner's seat, if there is one. */
  of(learner: string): Seat | undefined {
    return this.#byLearner.get(learner);
  }

  /** Fails with `not_found`, `not_yours`, or `seat_ended` for a seat of this learner that is over. */
  async find(learner: string, id: string): Promise<Seat> {
    const seat = this.#byId.get(id);
    const owner = seat?.learner ?? (await findSeat(this.#options.store, id))?.learner;
    if (owner === undefined) throw new LabError("not_found", { log: `no seat ${id}` });
    if (owner !== learner) throw new LabError("not_yours", { log: `seat ${id} is another learner's` });
    if (seat === undefined) throw new LabError("seat_ended", { log: `seat ${id} is over` });
    return seat;
  }

  /**
   * Gives the learner a seat at an exercise; its host comes by and by. Asking again gives the seat that is there,
   * however often and from however many tabs at once.
   * Fails with `unknown_exercise`, `seat_taken` (unless the other exercise is to be replaced) or `shutting_down`.
   */
  start(learner: string, exerciseId: string, replace: boolean): { seat: Seat; created: boolean } {
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new seats while stopping" });
    const exercise = this.#options.catalogue.get(exerciseId);
    const present = this.#byLearner.get(learner);
    if (present?.exercise.id === exerciseId) return { seat: present, created: false };
    if (present !== undefined) {
      const log = `the learner has seat ${present.id} at ${present.exercise.id}`;
      if (!replace) throw new LabError("seat_taken", { params: { exercise: present.exercise.id }, log });
      this.#end(present, "replaced", undefined);
    }
    const id = randomBytes(12).toString("hex");
    const seat = this.#keep({ id, learner, startedAt: new Date().toISOString() }, exercise);
    const written = this.#write(async (store) => {
      await rememberLearner(store, learner, seat.startedAt);
      await insertSeat(store, { id, learner, exercise: exerciseId, startedAt: seat.startedAt });
    });
    void this.#bringUp(seat, written);
    return { seat, created: true };
  }

  /** A new host in the starting state; the old one goes behind it. While one is on its way already, nothing new begins. */
  async reset(learner: string, id: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new hosts while stopping" });
    if (seat.phase === "queued" || seat.phase === "starting") return seat;
    this.#letHostGo(seat, { code: "host_not_ready" });
    const written = this.#write((store) => setSeatHost(store, id, undefined));
    void this.#bringUp(seat, written);
    return seat;
  }

  /** Ends the seat and its host. Resolves when that is written down; the host goes behind it. */
  async end(learner: string, id: string): Promise<SeatView> {
    const seat = await this.find(learner, id);
    await this.#end(seat, "learner", undefined);
    return seat.view;
  }

  /**
   * After a start of the server: takes up the seats that had not ended. `adopted` are the hosts that could be taken
   * over, by id; a seat without one is `lost`, and its learner gets a new host with one click.
   */
  async recover(records: readonly SeatRecord[], adopted: ReadonlyMap<string, Host>): Promise<void> {
    for (const record of records) {
      const exercise = this.#options.catalogue.list().find(({ id }) => id === record.exercise);
      const host = record.hostId === undefined ? undefined : adopted.get(record.hostId);
      if (exercise === undefined) {
        void host?.end();
        await this.#write((store) => endSeat(store, record.id, "exercise-gone", new Date().toISOString()));
        continue;
      }
      const seat = this.#keep(record, exercise);
      if (host === undefined) this.#lose(seat);
      else {
        seat.attach(host, this.#options.terminalsFor(host));
        if (seat.phase === "starting") seat.resumed(record.baseline as Baseline);
      }
    }
  }

  /** Ends every seat and its host, and refuses new ones. Resolves when nothing is left of the hosts. */
  async close(): Promise<void> {
    this.#stopping = true;
    for (const seat of [...this.#byId.values()]) void this.#end(seat, "server-stopped", { code: "shutting_down" });
    await Promise.all([...this.#ending, this.#writes]);
  }

  #keep({ id, learner, startedAt }: Pick<SeatRecord, "id" | "learner" | "startedAt">, exercise: Exercise): Seat {
    const seat: Seat = new Seat({ id, learner, exercise, startedAt, onLost: () => this.#lose(seat) });
    this.#byId.set(id, seat);
    this.#byLearner.set(learner, seat);
    return seat;
  }

  /** Never fails: what goes wrong is the seat's to show. `written` is what must be kept before a host is asked for. */
  async #bringUp(seat: Seat, written: Promise<void>): Promise<void> {
    const { pool, readBaseline, terminalsFor, log } = this.#options;
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
      let hostId = "";
      const baseline = await bringUp({
        pool,
        readBaseline,
        terminalsFor,
        exercise: seat.exercise,
        signal,
        onPlace: whileWanted((place) => seat.queuedAt(place)),
        onStep: whileWanted((step, state) => seat.step(step, state)),
        onHost: (host, terminals) => {
          hostId = host.id;
          seat.attach(host, terminals);
        },
      });
      await this.#write((store) => setSeatHost(store, seat.id, { id: hostId, baseline }));
      if (signal.aborted) return;
      seat.nowReady(baseline);
      log.info({ seat: seat.id, exercise: seat.exercise.id, host: hostId, ms: Math.round(performance.now() - began) }, "seat ready");
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asLabError(thrown);
      log.error({ err: error, seat: seat.id, exercise: seat.exercise.id, steps: seat.view.steps }, "a start failed");
      this.#letHostGo(seat, error.toProblem());
      seat.failed(error.toProblem());
    }
  }

  #lose(seat: Seat): void {
    const host = this.#letHostGo(seat, { code: "host_lost" });
    this.#options.log.warn({ seat: seat.id, host: host?.id, err: host?.failure }, "a learner lost the host");
    void this.#write((store) => setSeatHost(store, seat.id, undefined)).catch(() => {});
    seat.lost();
  }

  #end(seat: Seat, reason: SeatEndReason, problem: Problem | undefined): Promise<void> {
    this.#byId.delete(seat.id);
    this.#byLearner.delete(seat.learner);
    this.#letHostGo(seat, problem ?? { code: "seat_ended" });
    seat.ended(problem);
    const written = this.#write((store) => endSeat(store, seat.id, reason, new Date().toISOString()));
    written.catch(() => {});
    return written;
  }

  #letHostGo(seat: Seat, problem: Problem): Host | undefined {
    const host = seat.detach(problem);
    if (host !== undefined) {
      const gone = host.end().finally(() => this.#ending.delete(gone));
      this.#ending.add(gone);
    }
    return host;
  }

  #write(change: (store: Store) => Promise<void>): Promise<void> {
    const written = this.#writes.then(() => change(this.#options.store));
    this.#writes = written.catch((error: unknown) => this.#options.log.error({ err: error }, "the store refused a seat"));
    return written;
  }
}
