import { randomBytes } from "node:crypto";
import type { ExamList, ExamRoomView, ExamView } from "../contract/exams.ts";
import { LabError } from "../errors.ts";
import type { FrozenEvidence } from "../evidence/evidence.ts";
import { drawParameters, examSeed } from "../exercises/draw-parameters.ts";
import type { Baseline } from "../grading/baseline.ts";
import { memberOf, membershipOf } from "../people/membership.ts";
import type { Parked, Seat, SeatExam, StartPlan } from "../seats/seat.ts";
import { type ClassRecord, classById, classesOfLearners } from "../store/classes.ts";
import type { SittingEnd } from "../store/exam-schema.ts";
import {
  addExtra,
  alive,
  endSitting,
  extrasOf,
  insertOutage,
  insertSitting,
  openSittings,
  reopenSitting,
  type SittingRecord,
  setGraded,
  sittingById,
  sittingsOfClass,
  sittingsOfLearners,
  tasksOfSitting,
  ungradedSittings,
} from "../store/exams.ts";
import { type KnownPerson, learnersOf } from "../store/people.ts";
import { checksLeft } from "./checks-left.ts";
import { endOf, stateOf } from "./clock.ts";
import { ExamViews } from "./exam-views.ts";
import { FinalGrading, type FinalGradingOptions } from "./final-grading.ts";

/** While an exam runs a server says so often that it is there; silence for longer was an outage. */
const ALIVE_EVERY_MS = 15_000;
const OUTAGE_MS = 60_000;
/** More than a timer can hold is asked again. */
const LONGEST_TIMER_MS = 24 * 3600 * 1000;
const MINUTE_MS = 60_000;

type ExamPlan = StartPlan & { readonly exam: SeatExam };

/** The part of `Seats` that exams work with. */
export interface ExamSeats {
  of(learner: string): Seat | undefined;
  all(): Iterable<Seat>;
  find(learner: string, id: string): Promise<Seat>;
  start(learner: string, exercise: string, replace: boolean, plan?: StartPlan): { seat: Seat; created: boolean };
  end(learner: string, id: string): Promise<unknown>;
  reset(learner: string, id: string): Promise<Seat>;
  goOnFrom(learner: string, id: string, saved: Parked): Promise<Seat>;
  setAside: FinalGradingOptions["seats"]["setAside"];
}

export interface ExamsOptions extends Omit<FinalGradingOptions, "seats" | "onGraded"> {
  readonly seats: ExamSeats;
  readonly parameterKey: Buffer;
  /** Something about the exam of a class has changed. */
  readonly onChange: (room: string) => void;
}

/**
 * Exams: who may begin, what holds meanwhile, and how they end. The clock of an exam goes on by the time of day, whether or not a server
 * is there. At the end the host is frozen first, as it is, and the state in it is graded afterwards, on a clone.
 */
export class Exams {
  readonly #options: ExamsOptions;
  readonly #final: FinalGrading;
  readonly #views: ExamViews;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What a learner asks for, one after another: two pages that start at once must not begin twice. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #alive: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: ExamsOptions) {
    this.#options = options;
    this.#views = new ExamViews(options);
    this.#final = new FinalGrading({ ...options, onGraded: (sitting) => options.onChange(sitting.class) });
  }

  /** After a start of the server, when its seats are there: goes on with what runs, ends what is overdue, grades what was not graded. */
  async recover(): Promise<void> {
    const { store, seats, log } = this.#options;
    const open = await openSittings(store);
    const at = new Date();
    const before = await alive(store, at.toISOString());
    if (open.length > 0 && before !== undefined && at.getTime() - Date.parse(before) > OUTAGE_MS) {
      await insertOutage(store, before, at.toISOString());
      log.warn({ from: before, exams: open.length }, "there was no server while exams ran");
    }
    for (const sitting of open) await this.#arm(sitting);
    const running = new Set(open.map(({ id }) => id));
    // An earlier server came as far as ending the exam, and no further.
    for (const seat of [...seats.all()])
      if (seat.exam !== undefined && !running.has(seat.exam.sitting)) await this.#final.setAside(seat, "exam-over", { code: "exam_over" });
    for (const sitting of await ungradedSittings(store)) this.#final.begin(sitting);
    this.#tellAlive();
  }

  /** Frozen hosts, as far as evidence needs them. */
  get frozenEvidence(): FrozenEvidence {
    return {
      shown: (sitting, exercise) => this.#options.frozen.shown(sitting, exercise),
      isGrading: (attempt) => this.#final.isGrading(attempt),
      regrade: (attempt, by) => this.#final.regrade(attempt, by),
    };
  }

  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#alive);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#final.close();
  }

  /** As `Seats.start`, with what holds in an exam. Fails with `exam_not_begun`, `exam_running`, `exam_over`, and as `Seats.start`. */
  start(learner: string, exercise: string, replace: boolean): Promise<{ seat: Seat; created: boolean }> {
    return this.#inTurn(learner, async () => {
      const { seats } = this.#options;
      const plan = await this.#planFor(learner, exercise);
      if (plan === undefined) return seats.start(learner, exercise, replace);
      const present = seats.of(learner);
      if (present !== undefined && present.exercise.id !== exercise && present.exam?.sitting === plan.exam.sitting) {
        if (!replace) throw new LabError("seat_taken", { params: { exercise: present.exercise.id }, log: `the learner has seat ${present.id}` });
        await this.#final.setAside(present, "exam-left", undefined);
        // What has just been set aside may be what is wanted next.
        return seats.start(learner, exercise, replace, await this.#planFor(learner, exercise));
      }
      return seats.start(learner, exercise, replace, plan);
    });
  }

  /** As `Seats.end`; in an exam the host is kept, and the learner may come back to it. */
  async end(learner: string, id: string): Promise<void> {
    const { seats } = this.#options;
    const seat = await seats.find(learner, id);
    if (seat.exam === undefined) await seats.end(learner, id);
    else await this.#inTurn(learner, () => this.#final.setAside(seat, "exam-left", undefined));
  }

  /** As `Seats.reset`; but what was kept of an exam and could not be brought back this time is tried again, and not thrown away. */
  async reset(learner: string, id: string): Promise<Seat> {
    const { seats, frozen } = this.#options;
    const { exam, phase, exercise } = await seats.find(learner, id);
    const saved = exam !== undefined && phase === "failed" ? await frozen.of(exam.sitting, exercise.id) : undefined;
    return saved === undefined ? seats.reset(learner, id) : seats.goOnFrom(learner, id, { id: saved.id, baseline: saved.baseline as Baseline });
  }

  /** Before a check that the learner wants. Fails with `exam_over` or `exam_used`. */
  async mayCheck({ exam, exercise }: Seat): Promise<void> {
    if (exam === undefined) return;
    if (Date.now() >= exam.endsAt) throw new LabError("exam_over", { log: "its time is up" });
    if (exam.checksLeft <= 0) throw new LabError("exam_used", { log: `every attempt at ${exercise.id} has been made` });
  }

  /** After a check. */
  async checked(seat: Seat): Promise<void> {
    const { exam } = seat;
    const sitting = exam && (await sittingById(this.#options.store, exam.sitting));
    if (sitting === undefined || exam === undefined || seat.phase === "ended") return;
    seat.exam = { ...exam, checksLeft: await checksLeft(this.#options.store, sitting, seat.exercise.id) };
    this.#options.onChange(exam.class);
  }

  /** What a seat of an earlier server has to know of the exam that it is part of. */
  async examOf(sittingId: string, exercise: string): Promise<SeatExam | undefined> {
    const sitting = await sittingById(this.#options.store, sittingId);
    return sitting && this.#seatExam(sitting, exercise);
  }

  /** A learner's own exams. */
  own(learner: string): Promise<ExamList> {
    return this.#views.ofLearner(learner);
  }

  /** Everything about the exam of a class. Fails with `not_found` where there is none. */
  room(room: ClassRecord): Promise<ExamRoomView> {
    return this.#views.room(room);
  }

  /** The learner begins. Asking again changes nothing. Fails with `not_found`, `exam_early`, `exam_running` for another one, `class_over`. */
  begin(learner: string, id: string): Promise<ExamView> {
    return this.#inTurn(learner, async () => {
      const { store, seats, catalogue, parameterKey, onChange } = this.#options;
      const { room, member, learners } = await membershipOf(store, learner, id);
      const { exam } = room;
      const present = (await sittingsOfLearners(store, learners)).find((one) => one.endedAt === undefined);
      if (present !== undefined && present.class !== id) throw new LabError("exam_running", { log: `the learner sits the exam of ${present.class}` });
      if (exam === undefined) throw new LabError("not_found", { log: `class ${id} has no exam` });
      const state = stateOf(room, undefined);
      if (state === "early") throw new LabError("exam_early", { log: `class ${id} opens at ${room.opensAt}` });
      if (state === "missed") throw new LabError("class_over", { log: `class ${id} closed at ${room.closesAt}` });
      const tasks = exam.exercises.map((exercise) => {
        const { parameters } = catalogue.get(exercise).definition;
        return { exercise, parameters: drawParameters(parameters, examSeed(parameterKey, { class: id, learner: member.learner, exercise })) };
      });
      const at = new Date().toISOString();
      const sitting = { id: randomBytes(9).toString("base64url"), class: id, learner: member.learner, startedAt: at };
      const { minutes, attempts, snapshots } = exam;
      if (await insertSitting(store, { ...sitting, minutes, attempts, snapshots, tasks })) {
        // What was tried out before is not the exam's.
        const seat = seats.of(learner);
        if (seat !== undefined && exam.exercises.includes(seat.exercise.id)) await seats.end(learner, seat.id);
        await alive(store, at);
        this.#tellAlive();
        const kept = await sittingById(store, sitting.id);
        if (kept !== undefined) await this.#arm(kept);
        onChange(id);
      }
      return this.#views.own(room, learners);
    });
  }

  /** The learner is done. Fails with `not_found`. */
  async handIn(learner: string, id: string): Promise<ExamView> {
    const { room, learners } = await membershipOf(this.#options.store, learner, id);
    const sitting = (await sittingsOfLearners(this.#options.store, learners)).find((one) => one.class === id);
    if (sitting === undefined) throw new LabError("not_found", { log: `the learner has not begun the exam of ${id}` });
    await this.#finish(sitting, "handed-in");
    return this.#views.own(room, learners);
  }

  /** More time, or less of what was given, for one learner or for all. Fails with `not_found`. */
  async extra(person: KnownPerson, room: ClassRecord, minutes: number, learner: string | undefined): Promise<ExamRoomView> {
    const { store, onChange } = this.#options;
    if (learner !== undefined) await memberOf(store, room, learner);
    await addExtra(store, { class: room.id, learner, minutes, person: person.id, at: new Date().toISOString() });
    await this.classChanged(room.id);
    onChange(room.id);
    return this.#views.room(room);
  }

  /** An exam that is over goes on, on the hosts that were kept, with one attempt more. Fails with `not_found`, or `class_over` where the class has closed. */
  async reopen(person: KnownPerson, room: ClassRecord, learner: string, minutes: number): Promise<ExamRoomView> {
    const { store, onChange } = this.#options;
    await memberOf(store, room, learner);
    const sitting = (await sittingsOfClass(store, room.id)).find((one) => one.learner === learner);
    if (sitting?.endedAt === undefined) throw new LabError("not_found", { log: `${learner} has no exam that is over` });
    const until = Date.now() + minutes * MINUTE_MS;
    if (room.closesAt !== undefined && Date.parse(room.closesAt) < until)
      throw new LabError("class_over", { log: `class ${room.id} closes at ${room.closesAt}` });
    await this.#final.stop(sitting.id);
    const missing = Math.ceil((until - endOf({ ...room, closesAt: undefined }, sitting, await extrasOf(store, room.id))) / MINUTE_MS);
    await addExtra(store, { class: room.id, learner, minutes: missing, person: person.id, at: new Date().toISOString() });
    await reopenSitting(store, sitting.id);
    const open = await sittingById(store, sitting.id);
    if (open !== undefined) await this.#arm(open);
    this.#tellAlive();
    onChange(room.id);
    return this.#views.room(room);
  }

  /** Tries once more to grade what could not be graded at the end. Fails with `not_found`. */
  async gradeAgain(room: ClassRecord, learner: string): Promise<ExamRoomView> {
    const { store } = this.#options;
    const sitting = (await sittingsOfClass(store, room.id)).find((one) => one.learner === learner);
    if (sitting?.endedAt === undefined) throw new LabError("not_found", { log: `${learner} has no exam that is over` });
    const at = new Date().toISOString();
    for (const { exercise, graded } of await tasksOfSitting(store, sitting.id))
      if (graded === "errored") await setGraded(store, sitting.id, exercise, undefined, at);
    this.#final.begin(sitting);
    return this.#views.room(room);
  }

  /** The dates of a class, or what was given in it, have changed. */
  async classChanged(id: string): Promise<void> {
    for (const sitting of await openSittings(this.#options.store)) if (sitting.class === id) await this.#arm(sitting);
  }

  /** The class is over for good: so are its exams, and its hosts go. */
  async classArchived(id: string): Promise<void> {
    const { store, frozen } = this.#options;
    for (const sitting of await sittingsOfClass(store, id)) {
      if (sitting.endedAt === undefined) await this.#finish(sitting, "class-closed");
      await this.#final.stop(sitting.id);
    }
    await frozen.forgetClass(id);
  }

  async #planFor(learner: string, exercise: string): Promise<ExamPlan | undefined> {
    const { store, frozen } = this.#options;
    const learners = await learnersOf(store, learner);
    const running = (await sittingsOfLearners(store, learners)).find((one) => one.endedAt === undefined);
    if (running === undefined) {
      const classes = await classesOfLearners(store, learners);
      const sat = new Set((await sittingsOfLearners(store, learners)).map((one) => one.class));
      const waiting = classes.find(({ record }) => record.exam?.exercises.includes(exercise) && !sat.has(record.id) && stateOf(record, undefined) !== "missed");
      if (waiting !== undefined)
        throw new LabError("exam_not_begun", { params: { class: waiting.record.name }, log: `${exercise} is in the exam of ${waiting.record.id}` });
      return undefined;
    }
    const task = (await tasksOfSitting(store, running.id)).find((one) => one.exercise === exercise);
    if (task === undefined) throw new LabError("exam_running", { log: `the learner sits exam ${running.id}, and ${exercise} is not in it` });
    const exam = await this.#seatExam(running, exercise);
    if (Date.now() >= exam.endsAt) throw new LabError("exam_over", { log: `the time of exam ${running.id} is up` });
    const saved = await frozen.of(running.id, exercise);
    return { exam, parameters: task.parameters, ...(saved && { saved: { id: saved.id, baseline: saved.baseline as Baseline } }) };
  }

  async #seatExam(sitting: SittingRecord, exercise: string): Promise<SeatExam> {
    const room = await classById(this.#options.store, sitting.class);
    const endsAt = endOf(room, sitting, await extrasOf(this.#options.store, sitting.class));
    const { class: id, snapshots } = sitting;
    return { class: id, sitting: sitting.id, endsAt, checksLeft: await checksLeft(this.#options.store, sitting, exercise), snapshots };
  }

  /** Sets the clock of an exam, and tells whoever looks at it. */
  async #arm(sitting: SittingRecord): Promise<void> {
    const { store, seats, log } = this.#options;
    clearTimeout(this.#timers.get(sitting.id));
    if (this.#stopping) return;
    const room = await classById(store, sitting.class);
    const endsAt = endOf(room, sitting, await extrasOf(store, sitting.class));
    for (const seat of seats.all()) if (seat.exam?.sitting === sitting.id && seat.exam.endsAt !== endsAt) seat.exam = { ...seat.exam, endsAt };
    const closed = room === undefined || (room.closesAt !== undefined && Date.parse(room.closesAt) <= endsAt);
    const ring = (): void => {
      if (Date.now() < endsAt) void this.#arm(sitting);
      else
        void this.#finish(sitting, closed ? "class-closed" : "time-up").catch((error: unknown) =>
          log.error({ err: error, sitting: sitting.id }, "an exam could not be ended"),
        );
    };
    this.#timers.set(sitting.id, setTimeout(ring, Math.min(LONGEST_TIMER_MS, Math.max(0, endsAt - Date.now()))).unref());
  }

  /** Ends an exam once: first that nothing more may be begun, then its host is frozen, then it is graded. */
  async #finish(sitting: SittingRecord, reason: SittingEnd): Promise<void> {
    const { store, seats, onChange, log } = this.#options;
    clearTimeout(this.#timers.get(sitting.id));
    this.#timers.delete(sitting.id);
    if (!(await endSitting(store, sitting.id, reason, new Date().toISOString()))) return;
    log.info({ sitting: sitting.id, class: sitting.class, reason }, "an exam is over");
    onChange(sitting.class);
    for (const seat of [...seats.all()]) if (seat.exam?.sitting === sitting.id) await this.#final.setAside(seat, "exam-over", { code: "exam_over" });
    this.#final.begin(sitting);
  }

  async #inTurn<T>(learner: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(learner) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => {});
    this.#turns.set(learner, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(learner) === settled) this.#turns.delete(learner);
    }
  }

  /** Only while an exam runs. */
  #tellAlive(): void {
    const { store, log } = this.#options;
    this.#alive ??= setInterval(() => {
      if (this.#timers.size === 0) {
        clearInterval(this.#alive);
        this.#alive = undefined;
        return;
      }
      alive(store, new Date().toISOString()).catch((error: unknown) => log.error({ err: error }, "it could not be noted that a server is there"));
    }, ALIVE_EVERY_MS).unref();
  }
}
