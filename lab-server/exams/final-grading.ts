import type { Problem } from "../contract/problem.ts";
import type { Verdict } from "../contract/verdict.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { grade } from "../grading/grade.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import type { Prepared } from "../seats/prepare.ts";
import type { Seat } from "../seats/seat.ts";
import { recordCheck } from "../store/attempts.ts";
import type { Store } from "../store/database.ts";
import { addDecision } from "../store/decisions.ts";
import type { EvidenceRecord } from "../store/evidence.ts";
import type { FinalGrade } from "../store/exam-schema.ts";
import { type SittingRecord, type SittingTaskRecord, setGraded, sittingById, tasksOfSitting } from "../store/exams.ts";
import type { SeatEndReason } from "../store/schema.ts";
import { checksLeft } from "./checks-left.ts";
import type { FrozenHosts } from "./frozen-hosts.ts";
import { gradeFrozen } from "./grade-frozen.ts";

/** Frozen hosts that are graded side by side. Learners' own hosts matter more, and two that come up at once take longer than one after the other. */
const SIDE_BY_SIDE = 1;

/** What was saved of a seat. */
export interface SetAside {
  readonly id: string;
  readonly baseline: unknown;
  /** On the disk; undefined where it was saved by an earlier server. */
  readonly bytes: number | undefined;
}

export interface FinalGradingOptions {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly pool: Pick<HostPool<Prepared>, "take">;
  readonly grade: typeof grade;
  readonly frozen: FrozenHosts;
  readonly seats: {
    /** Saves a seat's host, gives it to `keep`, and ends the seat. Gives whether there was something to keep. Fails where it could not be saved; the seat is then as it was. */
    setAside(seat: Seat, reason: SeatEndReason, problem: Problem | undefined, keep: (saved: SetAside) => Promise<void>): Promise<boolean>;
    end(learner: string, id: string, reason?: SeatEndReason, problem?: Problem): Promise<unknown>;
  };
  /** Checks a seat as if its learner had asked. */
  readonly check: (seat: Seat) => Promise<Verdict>;
  /** An attempt has been kept. */
  readonly onKept: (learner: string, exercise: string) => void;
  readonly onGraded: (sitting: SittingRecord) => void;
  readonly log: Log;
}

/** What a frozen host takes of which nobody counted it, bytes. */
const UNCOUNTED_BYTES = 1024 ** 3;

/** How hosts of an exam are frozen, and how what is in them is graded: one clone after another, behind everything else. */
export class FinalGrading {
  readonly #options: FinalGradingOptions;
  readonly #closing = new AbortController();
  /** By sitting. */
  readonly #running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  /** Attempts whose verdict is being read anew. */
  readonly #regrading = new Set<number>();
  readonly #work = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(options: FinalGradingOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#work);
  }

  /** Freezes what a seat of an exam has, and ends the seat. Where it cannot be frozen, its state is graded now, while it is there. */
  async setAside(seat: Seat, reason: SeatEndReason, problem: Problem | undefined): Promise<void> {
    const { seats, frozen, log } = this.#options;
    const { exam, learner, id, exercise } = seat;
    if (exam === undefined) return;
    try {
      if (seat.phase === "ready") await frozen.makeRoom();
      await seats.setAside(seat, reason, problem, async (saved) => {
        const at = new Date().toISOString();
        const { baseline, bytes = UNCOUNTED_BYTES } = saved;
        await frozen.keep({ id: saved.id, sitting: exam.sitting, learner, exercise: exercise.id, seat: id, at, baseline, bytes });
      });
    } catch (thrown) {
      log.warn({ err: thrown, seat: id }, "the host of an exam could not be frozen; it is graded as it stands");
      if (exam.checksLeft > 0 && seat.phase === "ready")
        await this.#options.check(seat).catch((error: unknown) => log.error({ err: error, seat: id }, "nor could it be graded"));
      await seats.end(seat.learner, id, reason, problem).catch(() => {});
    }
  }

  /** Grades, behind this call, everything of an exam that is over and not graded. */
  begin(sitting: SittingRecord): void {
    if (this.#running.has(sitting.id)) return;
    const stop = new AbortController();
    const done = this.#track(
      (async () => {
        for (const task of await tasksOfSitting(this.#options.store, sitting.id))
          if (task.graded === undefined) await this.#gradeTask(sitting, task, stop.signal);
      })().finally(() => this.#running.delete(sitting.id)),
    );
    this.#running.set(sitting.id, { stop, done });
  }

  /** Nothing more of this exam is graded. */
  async stop(sitting: string): Promise<void> {
    const running = this.#running.get(sitting);
    running?.stop.abort();
    await running?.done;
  }

  isGrading(attempt: number): boolean {
    return this.#regrading.has(attempt);
  }

  /** Reads a verdict anew, behind this call; it comes into the history. Fails with `evidence_gone`. */
  async regrade(attempt: EvidenceRecord, by: { readonly person: string; readonly class: string }): Promise<void> {
    const { store, catalogue, frozen, onKept } = this.#options;
    const host = attempt.sitting === undefined ? undefined : await frozen.of(attempt.sitting, attempt.exercise);
    const exercise = catalogue.list().find(({ id }) => id === attempt.exercise);
    if (host === undefined || exercise === undefined) throw new LabError("evidence_gone", { log: `attempt ${attempt.attempt} has no host or no exercise` });
    if (this.#regrading.has(attempt.attempt)) return;
    this.#regrading.add(attempt.attempt);
    const decision = { kind: "host", ...by, learner: attempt.learner, exercise: exercise.id, attempt: attempt.attempt } as const;
    this.#track(
      this.#inTurn(this.#closing.signal, async () => {
        try {
          const { outcome, tasks, disagreements } = await gradeFrozen({
            ...this.#options,
            exercise,
            parameters: attempt.parameters,
            frozen: host,
            signal: this.#closing.signal,
          });
          const found = { outcome, tasks, version: exercise.version, ...(disagreements && { disagreements }) };
          await addDecision(store, { ...decision, at: new Date().toISOString(), ...found });
        } catch (thrown) {
          if (this.#closing.signal.aborted) return;
          await addDecision(store, { ...decision, at: new Date().toISOString(), outcome: "errored", text: asLabError(thrown).code });
          throw thrown;
        }
      }).finally(() => {
        this.#regrading.delete(attempt.attempt);
        onKept(attempt.learner, attempt.exercise);
      }),
    );
  }

  async #gradeTask(sitting: SittingRecord, { exercise: id, parameters }: SittingTaskRecord, stop: AbortSignal): Promise<void> {
    const { store, catalogue, frozen, onKept, onGraded, log } = this.#options;
    const signal = AbortSignal.any([stop, this.#closing.signal]);
    await this.#inTurn(signal, async () => {
      const graded = await (async (): Promise<FinalGrade> => {
        if ((await checksLeft(store, sitting, id)) === 0) return "used";
        const exercise = catalogue.list().find((one) => one.id === id);
        const host = await frozen.of(sitting.id, id);
        if (host === undefined || exercise === undefined) return "no-host";
        const { answers, ...verdict } = await gradeFrozen({ ...this.#options, exercise, parameters, frozen: host, signal });
        const { disagreements } = verdict;
        const kept = { ...verdict, learner: sitting.learner, seat: host.seat, at: host.at };
        const baseline = (host.baseline ?? {}) as typeof answers;
        const evidence = { sitting: sitting.id, version: exercise.version, parameters, baseline, facts: answers, ...(disagreements && { disagreements }) };
        await recordCheck(store, verdict.outcome === "errored" ? kept : { ...kept, evidence });
        if (verdict.outcome !== "errored") onKept(sitting.learner, id);
        return verdict.outcome;
      })().catch((thrown: unknown): FinalGrade | undefined => {
        if (signal.aborted) return undefined;
        log.error({ err: thrown, sitting: sitting.id, exercise: id }, "the end of an exam could not be graded");
        return "errored";
      });
      if (graded === undefined || (await sittingById(store, sitting.id))?.endedAt === undefined) return;
      await setGraded(store, sitting.id, id, graded, new Date().toISOString());
      onGraded(sitting);
    });
  }

  async #inTurn(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (this.#busy >= SIDE_BY_SIDE && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
    }
    // Whoever is called and does not want to any more lets the next one go.
    if (signal.aborted) return this.#waiting.shift()?.();
    this.#busy += 1;
    try {
      await work();
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => this.#options.log.error({ err: error }, "a frozen host could not be graded"))
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
    return tracked;
  }
}
