import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Problem } from "../contract/problem.ts";
import type { SeatView } from "../contract/seat.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import { type Exercise, hasParameters } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { HostBackend } from "../hosts/backend.ts";
import type { Recovered } from "../hosts/recover.ts";
import type { Store } from "../store/database.ts";
import { rememberLearner } from "../store/learners.ts";
import type { SeatEndReason } from "../store/schema.ts";
import { endSeat, findSeat, insertSeat, lastEnd, type SeatLifeRecord, type SeatRecord, setSeatHost, setSeatLearner, setSeatLife } from "../store/seats.ts";
import { removeSnapshotsOf, type SnapshotRecord } from "../store/snapshots.ts";
import { drawFor, drawnBefore } from "./draw.ts";
import { farewellOf } from "./farewell.ts";
import { OrderedWrites } from "./ordered-writes.ts";
import { Parking } from "./parking.ts";
import { type Parked, Seat, type SeatExam, type Snapshot, type StartPlan } from "./seat.ts";
import { SeatHosts, type SeatHostsOptions } from "./seat-hosts.ts";
import { type LifeLimits, NO_LIMITS, SeatLife } from "./seat-life.ts";
import { Snapshots } from "./snapshots.ts";

export interface SeatsOptions extends Omit<SeatHostsOptions, "writes"> {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly backend: Pick<HostBackend, "save" | "forget" | "saved">;
  /** Under it learners' values are drawn. */
  readonly parameterKey: Buffer;
  /** How long hosts may do what. Default: without end. */
  readonly limits?: LifeLimits;
  /** As `SeatLifeOptions.steady`. */
  readonly steady?: () => number;
  /** What a seat of an earlier server has to know of the exam that it is part of. */
  readonly examOf?: (sitting: string, exercise: string) => Promise<SeatExam | undefined>;
  /** Called with the learner whenever something about a seat is told. */
  readonly onChange?: (learner: string) => void;
}

/** What runs on a host that is to be set aside may come to its end, ms. */
const ASIDE_WITHIN_MS = 90_000;
const ASIDE_AGAIN_MS = 250;
const TIME_UP: Problem = { code: "time_up" };

/**
 * Learners at work. A learner has at most one seat; a seat has at most one host.
 * Whoever asks for a seat says for whom: another learner's seat is `not_yours`.
 */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #byLearner = new Map<string, Seat>();
  readonly #byId = new Map<string, Seat>();
  readonly #writes: OrderedWrites;
  readonly #hosts: SeatHosts;
  readonly #snapshots: Snapshots;
  readonly #parking: Parking;
  readonly #lives = new Map<Seat, SeatLife>();
  #stopping = false;

  constructor(options: SeatsOptions) {
    const { store, backend, log } = options;
    this.#options = options;
    this.#writes = new OrderedWrites(store, log);
    this.#hosts = new SeatHosts({ ...options, writes: this.#writes });
    this.#snapshots = new Snapshots({ backend, writes: this.#writes });
    this.#parking = new Parking({ backend, hosts: this.#hosts, writes: this.#writes, log });
  }

  /** The learner's seat, if there is one. */
  of(learner: string): Seat | undefined {
    return this.#byLearner.get(learner);
  }

  /** Every seat that has not ended. */
  all(): Iterable<Seat> {
    return this.#byId.values();
  }

  /** A seat that is not over, whoever has it: for who has the right to know. */
  byId(id: string): Seat | undefined {
    return this.#byId.get(id);
  }

  /** Gives a learner's seat to the one that they are with an account, unless that one has a seat. */
  handOver(from: string, to: string): void {
    const seat = this.#byLearner.get(from);
    if (seat === undefined || this.#byLearner.has(to)) return;
    this.#byLearner.delete(from);
    this.#byLearner.set(to, seat);
    seat.handOver(to);
    void this.#writes.write((store) => setSeatLearner(store, seat.id, to));
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
   * @param plan what holds where it is part of an exam
   */
  start(learner: string, exerciseId: string, replace: boolean, plan?: StartPlan): { seat: Seat; created: boolean } {
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new seats while stopping" });
    const exercise = this.#options.catalogue.get(exerciseId);
    const present = this.#byLearner.get(learner);
    if (present?.exercise.id === exerciseId) return { seat: present, created: false };
    this.#options.pool.assertTemplate(exercise.definition.template);
    this.#makeWay(learner, replace);
    return { seat: this.#begin(learner, exercise, plan), created: true };
  }

  /**
   * Gives somebody a seat at an exercise that goes on from a saved host, which stays the caller's to forget. Fails as `start` does; the seat
   * that they have is in the way, also one at the same exercise.
   */
  startFrom(learner: string, exerciseId: string, replace: boolean, plan: StartPlan & { readonly saved: Parked }): Seat {
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new seats while stopping" });
    const exercise = this.#options.catalogue.get(exerciseId);
    this.#makeWay(learner, replace);
    return this.#begin(learner, exercise, plan);
  }

  /** The learner has no seat afterwards. Fails with `seat_taken` unless it may be replaced. */
  #makeWay(learner: string, replace: boolean): void {
    const present = this.#byLearner.get(learner);
    if (present === undefined) return;
    const log = `the learner has seat ${present.id} at ${present.exercise.id}`;
    if (!replace) throw new LabError("seat_taken", { params: { exercise: present.exercise.id }, log });
    present.assertFree();
    this.#end(present, "replaced", undefined);
  }

  #begin(learner: string, exercise: Exercise, { exam, parameters: planned, saved }: StartPlan = {}): Seat {
    const id = randomBytes(12).toString("hex");
    const seat = this.#keep({ id, learner, startedAt: new Date().toISOString(), ...(exam && { exam }) }, exercise);
    const written = this.#writes.write(async (store) => {
      await rememberLearner(store, learner, seat.startedAt);
      const draws = hasParameters(exercise);
      const parameters = draws ? (planned ?? (await drawFor(store, this.#options.parameterKey, seat))) : undefined;
      if (parameters !== undefined) seat.drawn(parameters);
      const sitting = exam && { sitting: exam.sitting };
      await insertSeat(store, { id, learner, exercise: exercise.id, startedAt: seat.startedAt, ...(parameters && { parameters }), ...sitting });
    });
    void this.#hosts.bringUp(seat, written, saved);
    return seat;
  }

  /** A new host in the starting state; the old one goes behind it. While one is on its way already, nothing new begins. */
  async reset(learner: string, id: string): Promise<Seat> {
    return this.#renew(await this.find(learner, id), undefined);
  }

  /** What `reset` does, but the new host goes on from a saved one, which stays the caller's to forget. */
  async goOnFrom(learner: string, id: string, saved: Parked): Promise<Seat> {
    return this.#renew(await this.find(learner, id), saved);
  }

  /** Saves the host as it is now; it runs on. Fails as `Snapshots.take`. */
  async takeSnapshot(learner: string, id: string, name: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    if (seat.exam?.snapshots === false) throw new LabError("exam_refused", { log: `no snapshots in exam ${seat.exam.sitting}` });
    await this.#snapshots.take(seat, name);
    return seat;
  }

  /** A host that goes on from a snapshot; the one there is goes behind it. Also when that one was lost. Fails with `not_found`. */
  async returnTo(learner: string, id: string, snapshotId: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    return this.#renew(seat, this.#snapshots.find(seat, snapshotId));
  }

  async removeSnapshot(learner: string, id: string, snapshotId: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    await this.#snapshots.remove(seat, snapshotId);
    return seat;
  }

  /** Brings a parked host back, where it stood. A seat that is not parked is left as it is. */
  async wake(learner: string, id: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    if (this.#stopping) throw new LabError("shutting_down", { log: "no hosts are woken while stopping" });
    const { parked } = seat;
    seat.assertFree();
    // What is written only when it is there again: until then a later server finds it parked.
    if (seat.phase === "parked" && parked !== undefined) {
      this.#lives.get(seat)?.wake();
      void this.#hosts.bringUp(seat, Promise.resolve(), parked).then(() => seat.phase === "ready" && this.#options.backend.forget(parked.id));
    }
    return seat;
  }

  /** More time for the host, as far as there is more to be had; see `SeatLife.more`. */
  async more(learner: string, id: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    this.#lives.get(seat)?.more();
    return seat;
  }

  /** More time for the host by somebody's word who may give it, whether or not it was asked for; see `SeatLife.grant`. */
  async grant(learner: string, id: string): Promise<Seat> {
    const seat = await this.find(learner, id);
    this.#lives.get(seat)?.grant();
    return seat;
  }

  /** What a learner has to know who had a seat and finds none. */
  async farewell(learner: string): Promise<Problem | undefined> {
    const last = await lastEnd(this.#options.store, learner);
    return last && farewellOf(last.reason, last.exercise);
  }

  /** There is no room: a host that nobody looks at is saved to the disk. @param of one of these; all of them if not given */
  parkOne(of: Iterable<Seat> = this.#byId.values()): void {
    if (!this.#stopping) this.#parking.parkOne(of);
  }

  /** A new host for a seat, from a saved one if it is given; the old one goes behind it. While one is on its way already, nothing new begins. */
  #renew(seat: Seat, saved: Parked | undefined): Seat {
    seat.assertFree();
    if (this.#stopping) throw new LabError("shutting_down", { log: "no new hosts while stopping" });
    if (seat.phase === "queued" || seat.phase === "starting") return seat;
    const parked = seat.unpark();
    if (parked !== undefined) this.#options.backend.forget(parked.id);
    this.#lives.get(seat)?.begin();
    this.#hosts.letGo(seat, { code: "host_not_ready" });
    const written = this.#writes.write((store) => setSeatHost(store, seat.id, undefined));
    void this.#hosts.bringUp(seat, written, saved);
    return seat;
  }

  /** Ends the seat and its host. Resolves when that is written down; the host goes behind it. */
  async end(learner: string, id: string, reason: SeatEndReason = "learner", problem?: Problem): Promise<SeatView> {
    const seat = await this.find(learner, id);
    await this.#end(seat, reason, problem);
    return seat.view;
  }

  /**
   * Saves the host of a seat, or takes what it was parked as, gives that to `keep`, and ends the seat: what was saved is then not the
   * seat's any more. Waits for what runs on the host. Gives false where there is no host to keep; the seat ends then too.
   * Fails as `HostBackend.save` and `keep`; the seat is then as it was.
   */
  async setAside(
    seat: Seat,
    reason: SeatEndReason,
    problem: Problem | undefined,
    keep: (saved: Parked & { readonly bytes: number | undefined }) => Promise<void>,
  ): Promise<boolean> {
    const { parked } = seat;
    const saved = parked === undefined && seat.phase === "ready";
    if (saved) await this.#saveAside(seat, keep);
    if (parked !== undefined) {
      await keep({ bytes: undefined, ...parked });
      seat.unpark();
    }
    if (this.#byId.has(seat.id)) await this.#end(seat, reason, problem);
    return parked !== undefined || saved;
  }

  async #saveAside(seat: Seat, keep: (saved: Parked & { readonly bytes: number | undefined }) => Promise<void>): Promise<void> {
    const { backend } = this.#options;
    for (const until = performance.now() + ASIDE_WITHIN_MS; ; await delay(ASIDE_AGAIN_MS)) {
      if (seat.operation !== undefined && seat.operation !== "look" && performance.now() < until) continue;
      return seat.during("park", async () => {
        const { host, baseline } = seat.readyOrHeld();
        const { id, bytes } = await backend.save(host);
        await keep({ id, bytes, baseline }).catch((thrown: unknown) => {
          backend.forget(id);
          throw thrown;
        });
      });
    }
  }

  /**
   * After a start of the server: takes up the seats that had not ended. `recovered` is what became of their
   * hosts, by id; a seat without one is `lost`, and its learner gets a new host with one click. Saved hosts that are nobody's go.
   * @param others saved hosts that are wanted for something else than a seat
   */
  async recover(
    records: readonly SeatRecord[],
    recovered: ReadonlyMap<string, Recovered>,
    snapshots: readonly SnapshotRecord[],
    others: Iterable<string> = [],
  ): Promise<void> {
    const { backend } = this.#options;
    const there = new Set(backend.saved());
    for (const id of others) there.delete(id);
    const kept = snapshots.filter(({ id }) => there.delete(id));
    const parked = new Set(records.flatMap((record) => (record.parked !== undefined && there.delete(record.parked) ? record.parked : [])));
    for (const id of there) backend.forget(id);
    for (const record of records) {
      const exercise = this.#options.catalogue.list().find(({ id }) => id === record.exercise);
      const host = record.hostId === undefined ? undefined : recovered.get(record.hostId);
      if (exercise === undefined) {
        if (host !== undefined && !(host instanceof LabError)) void host.end();
        await this.#writes.write((store) => endSeat(store, record.id, "exercise-gone", new Date().toISOString()));
        continue;
      }
      const own = kept.filter((snapshot) => snapshot.seat === record.id).map((snapshot) => ({ ...snapshot, baseline: snapshot.baseline as Baseline }));
      const { parameters: _, ...rest } = record;
      const drawn = hasParameters(exercise) ? { parameters: drawnBefore(this.#options.parameterKey, record, exercise) } : {};
      const exam = record.sitting === undefined ? undefined : await this.#options.examOf?.(record.sitting, exercise.id);
      const seat = this.#keep({ ...rest, ...drawn, ...(exam && { exam }) }, exercise, own);
      if (record.parked !== undefined && parked.has(record.parked)) this.#parkAgain(seat, { id: record.parked, baseline: record.baseline as Baseline });
      else if (host === undefined) this.#hosts.lose(seat);
      else if (host instanceof LabError) this.#hosts.lose(seat, host.toProblem());
      else this.#hosts.resume(seat, host, record.baseline as Baseline);
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
      // It is on its way back, or could not be brought back this time: it waits on.
      if (seat.parked !== undefined && seat.phase !== "parked") {
        this.#hosts.letGo(seat, { code: "shutting_down" });
        this.#parkAgain(seat, seat.parked);
      } else if (seat.phase === "queued" || seat.phase === "starting" || seat.phase === "failed")
        void this.#end(seat, "server-stopped", { code: "shutting_down" });
    }
    for (const seat of [...this.#byId.values()].filter(({ phase }) => phase === "ready")) {
      if (performance.now() < deadline) {
        await this.#parking
          .park(seat, { stillDue: () => true })
          .catch((error: unknown) => this.#options.log.warn({ err: error, seat: seat.id }, "a host could not be parked; it is left standing"));
      }
      if (seat.phase === "ready") await seat.detach({ code: "shutting_down" })?.leave();
    }
    for (const life of this.#lives.values()) life.stop();
    await Promise.all([this.#hosts.gone(), this.#writes.settled()]);
  }

  #keep(
    {
      id,
      learner,
      startedAt,
      life,
      parameters,
      exam,
    }: Pick<SeatRecord, "id" | "learner" | "startedAt"> & Partial<Pick<SeatRecord, "life" | "parameters">> & { readonly exam?: SeatExam },
    exercise: Exercise,
    snapshots: readonly Snapshot[] = [],
  ): Seat {
    const onLost = (): void => this.#hosts.lose(seat);
    const seat: Seat = new Seat({
      id,
      learner,
      exercise,
      startedAt,
      snapshots,
      onLost,
      ...(parameters && { parameters }),
      ...(exam && { exam }),
      expires: () => this.#lives.get(seat)?.expires,
    });
    const { onChange } = this.#options;
    if (onChange !== undefined) seat.subscribe(() => onChange(seat.learner));
    this.#lives.set(seat, this.#lifeOf(seat, life));
    this.#byId.set(id, seat);
    this.#byLearner.set(learner, seat);
    return seat;
  }

  /** What is saved already is what the seat goes on from. */
  #parkAgain(seat: Seat, parked: Parked): void {
    seat.park(parked, this.#lives.get(seat)?.isUp === true ? TIME_UP : undefined);
  }

  #lifeOf(seat: Seat, record: SeatLifeRecord | undefined): SeatLife {
    const { limits = NO_LIMITS, steady, log } = this.#options;
    return new SeatLife({
      seat,
      limits,
      record,
      log,
      ...(steady && { steady }),
      keep: (kept) => void this.#writes.write((store) => setSeatLife(store, seat.id, kept)).catch(() => {}),
      park: ({ stillDue, timeUp }) => this.#parking.park(seat, { stillDue, ...(timeUp && { problem: TIME_UP }) }),
      end: (reason) => void this.#end(seat, reason, farewellOf(reason, seat.exercise.id)),
    });
  }

  #end(seat: Seat, reason: SeatEndReason, problem: Problem | undefined): Promise<void> {
    this.#byId.delete(seat.id);
    this.#byLearner.delete(seat.learner);
    const parked = seat.parked === undefined ? [] : [seat.parked];
    this.#hosts.letGo(seat, problem ?? { code: "seat_ended" });
    seat.ended(problem);
    this.#lives.delete(seat);
    const written = this.#writes.write(async (store) => {
      await endSeat(store, seat.id, reason, new Date().toISOString());
      await removeSnapshotsOf(store, seat.id);
    });
    for (const { id } of [...seat.snapshots, ...parked]) this.#options.backend.forget(id);
    written.catch(() => {});
    return written;
  }
}
