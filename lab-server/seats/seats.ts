import { randomBytes } from "node:crypto";
import type { Problem } from "../contract/problem.ts";
import { MOST_SNAPSHOTS, type SeatView } from "../contract/seat.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Host, HostBackend } from "../hosts/backend.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import { rememberLearner } from "../store/learners.ts";
import type { SeatEndReason } from "../store/schema.ts";
import { endSeat, findSeat, insertSeat, type SeatRecord, setSeatHost, setSeatParked } from "../store/seats.ts";
import { insertSnapshot, removeSnapshot, removeSnapshotsOf, type SnapshotRecord } from "../store/snapshots.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { bringUp } from "./bring-up.ts";
import type { Prepared, ReadBaseline } from "./prepare.ts";
import { type Parked, type ReadySeat, Seat, type Snapshot } from "./seat.ts";

export interface SeatsOptions {
  readonly store: Store;
  readonly pool: HostPool<Prepared>;
  readonly catalogue: Catalogue;
  readonly backend: Pick<HostBackend, "save" | "forget" | "saved">;
  readonly readBaseline: ReadBaseline;
  readonly terminalsFor: (host: Host) => HostTerminals;
  /** Called when a seat is ready; what it gives is called when the host goes away again. */
  readonly whileReady?: (seat: Seat, ready: ReadySeat) => () => void;
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
  #parking = false;

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
   * Fails with `unknown_exercise`, `seat_taken` (unless the other exercise is to be replaced), `shutting_down`, or with why there are no
   * hosts in the exercise's starting state yet; the present seat is then left as it is.
   */
  start(learner: string, exerciseId: string, replace: boolean): { seat: Seat; created: boolean } {
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new seats while stopping" });
    const exercise = this.#options.catalogue.get(exerciseId);
    const present = this.#byLearner.get(learner);
    if (present?.exercise.id === exerciseId) return { seat: present, created: false };
    this.#options.pool.assertTemplate(exercise.definition.template);
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
    this.#replaceHost(seat, undefined);
    return seat;
  }

  /**
   * Saves the host as it is now; it runs on. Fails with `snapshots_full`, `no_disk`, `busy`, or as `Seat.ready` where there is
   * no host.
   */
  async takeSnapshot(learner: string, id: string, name: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    const { backend } = this.#options;
    await seat.during("snapshot", async () => {
      const { host, baseline } = seat.ready();
      if (seat.snapshots.length >= MOST_SNAPSHOTS) {
        throw new LabError("snapshots_full", { params: { limit: MOST_SNAPSHOTS }, log: `seat ${id} has ${seat.snapshots.length} snapshots` });
      }
      const saved = await backend.save(host);
      const snapshot = { id: saved.id, name, at: new Date().toISOString(), baseline };
      if (seat.phase === "ended") {
        backend.forget(saved.id);
        throw new LabError("seat_ended", { log: `seat ${id} ended while its host was saved` });
      }
      seat.snapshots = [...seat.snapshots, snapshot];
      await this.#write((store) => insertSnapshot(store, { ...snapshot, seat: id }));
    });
    return seat;
  }

  /** A host that goes on from a snapshot; the one there is goes behind it. Also when that one was lost. Fails with `not_found`. */
  async returnTo(learner: string, id: string, snapshotId: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    const snapshot = this.#snapshot(seat, snapshotId);
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new hosts while stopping" });
    if (seat.phase === "queued" || seat.phase === "starting") return seat;
    this.#replaceHost(seat, snapshot);
    return seat;
  }

  async removeSnapshot(learner: string, id: string, snapshotId: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    const snapshot = this.#snapshot(seat, snapshotId);
    seat.snapshots = seat.snapshots.filter((other) => other !== snapshot);
    await this.#write((store) => removeSnapshot(store, snapshotId));
    this.#options.backend.forget(snapshotId);
    return seat;
  }

  /** Brings a parked host back, where it stood. A seat that is not parked is left as it is. */
  async wake(learner: string, id: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    if (this.#stopping) throw new LabError("shutting_down", { log: "no hosts are woken while stopping" });
    const { parked } = seat;
    // What is written only when it is there again: until then a later server finds it parked.
    if (seat.phase === "parked" && parked !== undefined)
      void this.#bringUp(seat, Promise.resolve(), parked).then(() => seat.phase === "ready" && this.#options.backend.forget(parked.id));
    return seat;
  }

  /** The memory is short: of the hosts that stand still, the one that has done so longest is saved to the disk. */
  parkOne(): void {
    if (this.#parking || this.#stopping) return;
    const idle = [...this.#byId.values()].filter((seat) => seat.frozenSince !== undefined && seat.operation === undefined);
    const seat = idle.sort((a, b) => (a.frozenSince ?? 0) - (b.frozenSince ?? 0))[0];
    if (seat === undefined) return;
    this.#parking = true;
    this.#park(seat)
      .catch((error: unknown) => this.#options.log.warn({ err: error, seat: seat.id }, "a host could not be parked"))
      .finally(() => {
        this.#parking = false;
      });
  }

  async #park(seat: Seat): Promise<void> {
    const { backend } = this.#options;
    await seat.during("park", async () => {
      const { host, baseline } = seat.ready();
      const saved = await backend.save(host);
      /** Nobody came back meanwhile, and the seat is not over. */
      const idle = (): boolean => seat.phase === "ready" && (host.state === "frozen" || this.#stopping);
      if (!idle()) return backend.forget(saved.id);
      await this.#write((store) => setSeatParked(store, seat.id, saved.id));
      if (!idle()) {
        if (seat.phase === "ready") await this.#write((store) => setSeatHost(store, seat.id, { id: host.id, baseline }));
        return backend.forget(saved.id);
      }
      this.#letHostGo(seat, { code: "host_parked" });
      seat.park({ id: saved.id, baseline });
    });
  }

  #snapshot(seat: Seat, id: string): Snapshot {
    const snapshot = seat.snapshots.find((candidate) => candidate.id === id);
    if (snapshot === undefined) throw new LabError("not_found", { log: `seat ${seat.id} has no snapshot ${id}` });
    return snapshot;
  }

  #replaceHost(seat: Seat, saved: Snapshot | undefined): void {
    if (seat.parked !== undefined) this.#options.backend.forget(seat.parked.id);
    this.#letHostGo(seat, { code: "host_not_ready" });
    const written = this.#write((store) => setSeatHost(store, seat.id, undefined));
    void this.#bringUp(seat, written, saved);
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
  async recover(records: readonly SeatRecord[], adopted: ReadonlyMap<string, Host>, snapshots: readonly SnapshotRecord[]): Promise<void> {
    const { backend } = this.#options;
    const there = new Set(backend.saved());
    const kept = snapshots.filter(({ id }) => there.delete(id));
    const parked = new Set(records.flatMap((record) => (record.parked !== undefined && there.delete(record.parked) ? record.parked : [])));
    for (const id of there) backend.forget(id);
    for (const record of records) {
      const exercise = this.#options.catalogue.list().find(({ id }) => id === record.exercise);
      const host = record.hostId === undefined ? undefined : adopted.get(record.hostId);
      if (exercise === undefined) {
        void host?.end();
        await this.#write((store) => endSeat(store, record.id, "exercise-gone", new Date().toISOString()));
        continue;
      }
      const own = kept.filter((snapshot) => snapshot.seat === record.id).map((snapshot) => ({ ...snapshot, baseline: snapshot.baseline as Baseline }));
      const seat = this.#keep(record, exercise, own);
      if (record.parked !== undefined && parked.has(record.parked)) seat.park({ id: record.parked, baseline: record.baseline as Baseline });
      else if (host === undefined) this.#lose(seat);
      else {
        seat.attach(host, this.#options.terminalsFor(host));
        if (seat.phase === "starting") {
          seat.resumed(record.baseline as Baseline);
          this.#beginWork(seat);
        }
      }
    }
  }

  /**
   * Parks every host that is ready, and refuses new ones: a later server finds them. What could not be parked in time is left
   * standing, for the later server to adopt. Seats that were not ready yet end. Resolves when nothing more is to be written.
   * @param withinMs for the parking of all
   */
  async close(withinMs: number): Promise<void> {
    this.#stopping = true;
    const deadline = performance.now() + withinMs;
    for (const seat of [...this.#byId.values()]) {
      if (seat.phase === "queued" || seat.phase === "starting" || seat.phase === "failed") void this.#end(seat, "server-stopped", { code: "shutting_down" });
    }
    for (const seat of [...this.#byId.values()].filter(({ phase }) => phase === "ready")) {
      if (performance.now() < deadline) {
        await this.#park(seat).catch((error: unknown) =>
          this.#options.log.warn({ err: error, seat: seat.id }, "a host could not be parked; it is left standing"),
        );
      }
      if (seat.phase === "ready") await seat.detach({ code: "shutting_down" })?.leave();
    }
    await Promise.all([...this.#ending, this.#writes]);
  }

  #keep({ id, learner, startedAt }: Pick<SeatRecord, "id" | "learner" | "startedAt">, exercise: Exercise, snapshots: readonly Snapshot[] = []): Seat {
    const seat: Seat = new Seat({ id, learner, exercise, startedAt, snapshots, onLost: () => this.#lose(seat) });
    this.#byId.set(id, seat);
    this.#byLearner.set(learner, seat);
    return seat;
  }

  /** Never fails: what goes wrong is the seat's to show. `written` is what must be kept before a host is asked for. */
  async #bringUp(seat: Seat, written: Promise<void>, saved?: Parked): Promise<void> {
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
        ...(saved === undefined ? {} : { saved }),
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
      this.#beginWork(seat);
      log.info({ seat: seat.id, exercise: seat.exercise.id, host: hostId, ms: Math.round(performance.now() - began) }, "seat ready");
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asLabError(thrown);
      log.error({ err: error, seat: seat.id, exercise: seat.exercise.id, steps: seat.view.steps }, "a start failed");
      this.#letHostGo(seat, error.toProblem());
      seat.failed(error.toProblem());
    }
  }

  #beginWork(seat: Seat): void {
    const stop = this.#options.whileReady?.(seat, seat.ready());
    if (stop !== undefined) seat.untilDetached(stop);
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
    const parked = seat.parked === undefined ? [] : [seat.parked];
    this.#letHostGo(seat, problem ?? { code: "seat_ended" });
    seat.ended(problem);
    const written = this.#write(async (store) => {
      await endSeat(store, seat.id, reason, new Date().toISOString());
      await removeSnapshotsOf(store, seat.id);
    });
    for (const { id } of [...seat.snapshots, ...parked]) this.#options.backend.forget(id);
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
