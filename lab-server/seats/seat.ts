import type { SeatEvent } from "../contract/events.ts";
import { hasDesktop } from "../contract/exercise.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Problem } from "../contract/problem.ts";
import type { ExpiryView, SeatView, SnapshotView, StepId } from "../contract/seat.ts";
import { LabError } from "../errors.ts";
import { type Exercise, hasParameters } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { Host, HostState } from "../hosts/backend.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { StartSteps } from "./start-steps.ts";

type Phase = SeatView["phase"];

/** `look`: the lab checks by itself; it gives way to everything else. */
export type SeatOperation = "check" | "snapshot" | "park" | "look";

type VerdictEvent = Extract<SeatEvent, { type: "verdict" }>;
type GuestsEvent = Extract<SeatEvent, { type: "guests" }>;

interface Running {
  readonly operation: SeatOperation;
  readonly abort: AbortController;
  readonly over: Promise<void>;
}

/** What a learner has while the seat is ready. */
export interface ReadySeat {
  readonly host: Host;
  readonly terminals: HostTerminals;
  readonly baseline: Baseline;
}

/** A host that was saved to the disk, and what was read before the learner began. */
export interface Parked {
  readonly id: string;
  readonly baseline: Baseline;
  /** On the disk; undefined where it was saved by an earlier server. */
  readonly bytes?: number | undefined;
}

/** Where a start begins: at a saved host. `anew`: it becomes a machine of its own, with new shells. */
export interface StartFrom extends Parked {
  readonly anew?: boolean;
}

/** The host as it once was. */
export interface Snapshot extends SnapshotView {
  readonly baseline: Baseline;
}

/** What a seat begins with that does not begin as any other. */
export interface StartPlan {
  readonly exam?: SeatExam;
  /** In place of what would be drawn. */
  readonly parameters?: ParameterValues | undefined;
  /** The host goes on from this one. */
  readonly saved?: Parked;
}

/** The exam that a seat is part of. */
export interface SeatExam {
  readonly class: string;
  readonly sitting: string;
  /** By `Date.now`. */
  readonly endsAt: number;
  readonly checksLeft: number;
  readonly snapshots: boolean;
}

export interface SeatOptions {
  readonly id: string;
  readonly learner: string;
  readonly exercise: Exercise;
  readonly startedAt: string;
  readonly snapshots?: readonly Snapshot[];
  /** What was drawn for the learner, if it is known already; see `drawn`. */
  readonly parameters?: ParameterValues;
  readonly exam?: SeatExam;
  /** What the learner has to know of the seat's time. */
  readonly expires?: () => ExpiryView | undefined;
  /** Called once when the host goes away without having been asked to. */
  readonly onLost: (host: Host) => void;
}

/**
 * One learner at one exercise: what is true now, and who is told when it changes. It decides nothing; see `Seats`.
 *
 *     queued <-> starting -> ready -> lost
 *        \___________\-> failed  \-> parked
 *
 * `begin` leads back to `starting` from anywhere but `ended`, with a new host.
 */
export class Seat {
  readonly id: string;
  readonly exercise: Exercise;
  readonly startedAt: string;
  #learner: string;
  readonly #onLost: (host: Host) => void;
  readonly #expires: () => ExpiryView | undefined;
  readonly #listeners = new Set<(event: SeatEvent) => void>();
  #phase: Phase = "starting";
  #place: number | undefined;
  #steps = new StartSteps();
  #problem: Problem | undefined;
  #run = new AbortController();
  #host: Host | undefined;
  #terminals: HostTerminals | undefined;
  #baseline: Baseline | undefined;
  #forgetHost: (() => void) | undefined;
  #snapshots: readonly Snapshot[];
  #parameters: ParameterValues | undefined;
  #exam: SeatExam | undefined;
  #running: Running | undefined;
  #frozenSince: number | undefined;
  #parked: Parked | undefined;
  #verdict: VerdictEvent | undefined;
  #guests: GuestsEvent | undefined;
  #held: Problem | undefined;
  /** Run when the host goes. */
  readonly #onDetach: (() => void)[] = [];

  constructor(options: SeatOptions) {
    this.id = options.id;
    this.#learner = options.learner;
    this.exercise = options.exercise;
    this.startedAt = options.startedAt;
    this.#onLost = options.onLost;
    this.#expires = options.expires ?? (() => undefined);
    this.#snapshots = options.snapshots ?? [];
    this.#parameters = options.parameters;
    this.#exam = options.exam;
  }

  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  set snapshots(snapshots: readonly Snapshot[]) {
    this.#snapshots = snapshots;
    this.publish({ type: "seat", seat: this.view });
  }

  /** What was drawn for the learner. It stays the same as long as there is the seat. Fails with `internal` before it was drawn. */
  get parameters(): ParameterValues {
    if (this.#parameters !== undefined) return this.#parameters;
    if (!hasParameters(this.exercise)) return {};
    throw new LabError("internal", { log: `the parameters of seat ${this.id} were not drawn` });
  }

  drawn(parameters: ParameterValues): void {
    this.#parameters = parameters;
    this.publish({ type: "seat", seat: this.view });
  }

  /** What holds in the exam that it is part of; undefined where it is none. */
  get exam(): SeatExam | undefined {
    return this.#exam;
  }

  set exam(exam: SeatExam | undefined) {
    this.#exam = exam;
    this.publish({ type: "seat", seat: this.view });
  }

  get phase(): Phase {
    return this.#phase;
  }

  get view(): SeatView {
    const host = this.#host;
    const expires = this.#expires();
    return {
      id: this.id,
      exercise: this.exercise.id,
      phase: this.#phase,
      ...(this.#place !== undefined && { place: this.#place }),
      steps: this.#steps.view,
      ...(host !== undefined && {
        host: {
          id: host.id,
          name: host.name,
          accelerator: host.accelerator,
          vcpus: host.vcpus,
          memoryMiB: host.memoryMiB,
          desktop: hasDesktop(host.template),
          frozen: host.state === "frozen",
          savable: host.savable,
        },
      }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...(this.#held !== undefined && { held: this.#held }),
      ...(this.#parameters !== undefined && { parameters: this.#parameters }),
      ...(expires !== undefined && { expires }),
      ...(this.#exam !== undefined && {
        exam: {
          class: this.#exam.class,
          endsInMs: Math.max(0, Math.round(this.#exam.endsAt - Date.now())),
          checksLeft: this.#exam.checksLeft,
          snapshots: this.#exam.snapshots,
        },
      }),
      snapshots: this.#snapshots.map(({ id, name, at, bytes }) => ({ id, name, at, ...(bytes !== undefined && { bytes }) })),
      startedAt: this.startedAt,
    };
  }

  /** Whose it is. */
  get learner(): string {
    return this.#learner;
  }

  /** The same learner, under the account that they have now. */
  handOver(learner: string): void {
    this.#learner = learner;
  }

  /** Why nobody works here just now, though there may be a host. */
  get held(): Problem | undefined {
    return this.#held;
  }

  /** From now on nobody works here, or somebody may again. Whoever looks at a terminal is sent away, and the host stands still. */
  hold(problem: Problem | undefined): void {
    if (problem?.code === this.#held?.code) return;
    this.#held = problem;
    if (problem !== undefined) {
      this.#terminals?.dismiss(problem);
      if (this.#phase === "ready") void this.#host?.freeze().catch(() => {});
    }
    this.publish({ type: "seat", seat: this.view });
  }

  /** Fails while the seat is held. */
  assertFree(): void {
    if (this.#held !== undefined) throw new LabError(this.#held.code, { params: this.#held.params ?? {}, log: `seat ${this.id} is held` });
  }

  /** The terminals of the host that have a shell. */
  get terminalNames(): readonly string[] {
    return this.#terminals?.names ?? [];
  }

  /** Fails with what the learner has to know while there is no host to work on. */
  ready(): ReadySeat {
    this.assertFree();
    return this.readyOrHeld();
  }

  /** The same, also while the seat is held. */
  readyOrHeld(): ReadySeat {
    const [host, terminals] = [this.#host, this.#terminals];
    if (this.#phase === "ready" && host !== undefined && terminals !== undefined) {
      return { host, terminals, baseline: this.#baseline ?? {} };
    }
    const log = `seat ${this.id} is ${this.#phase}`;
    if (this.#phase === "lost") throw new LabError(this.#problem?.code ?? "host_lost", { log });
    if (this.#phase === "parked") throw new LabError("host_parked", { log });
    if (this.#phase === "ended") throw new LabError("seat_ended", { log });
    throw new LabError("host_not_ready", { log });
  }

  /** The one operation that is running on the host. */
  get operation(): SeatOperation | undefined {
    return this.#running?.operation;
  }

  /** Runs the one operation that may run on the host; fails with `busy` while there is another. A look is given up for it. */
  async during<T>(operation: SeatOperation, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    while (this.#running?.operation === "look" && operation !== "look") {
      this.#running.abort.abort();
      await this.#running.over;
    }
    if (this.#running !== undefined) {
      const { operation: other } = this.#running;
      throw new LabError("busy", { params: { operation: other }, log: `seat ${this.id} is busy with ${other}` });
    }
    const abort = new AbortController();
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#running = { operation, abort, over };
    try {
      return await work(abort.signal);
    } finally {
      this.#running = undefined;
      resolve();
    }
  }

  /** Calls `stop` once when the host that is there now goes away, however it does. */
  untilDetached(stop: () => void): void {
    this.#onDetach.push(stop);
  }

  /** Every change from now on. Gives the way to stop. */
  subscribe(listener: (event: SeatEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The latest verdict on the host that is there, as it was published. */
  get verdict(): VerdictEvent | undefined {
    return this.#verdict;
  }

  /** The guests of the host that is there, as they were published. */
  get guests(): GuestsEvent | undefined {
    return this.#guests;
  }

  publish(event: SeatEvent): void {
    if (event.type === "verdict") this.#verdict = event;
    if (event.type === "guests") this.#guests = event;
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** A start begins. The signal is aborted when the next one does, and at every end. */
  begin(): AbortSignal {
    this.#run.abort();
    this.#run = new AbortController();
    this.#steps = new StartSteps();
    this.#steps.begin("queue");
    this.#enter("starting");
    return this.#run.signal;
  }

  queuedAt(place: number): void {
    this.#enter("queued", { place });
  }

  step(id: StepId, state: "running" | "skipped"): void {
    if (state === "skipped") this.#steps.skip(id);
    else this.#steps.begin(id);
    this.#enter("starting");
  }

  attach(host: Host, terminals: HostTerminals): void {
    this.#host = host;
    this.#terminals = terminals;
    this.#forgetHost = host.onState((state) => this.#hostIs(host, state));
    this.#hostIs(host, host.state);
  }

  nowReady(baseline: Baseline): void {
    this.#steps.finish();
    this.#parked = undefined;
    this.#baseline = baseline;
    this.#enter("ready");
  }

  /** A host that was ready under an earlier server is attached. */
  resumed(baseline: Baseline): void {
    this.#steps = StartSteps.done();
    this.nowReady(baseline);
  }

  /** The host was saved to the disk, and is taken away. @param problem why, where it was not for want of anybody who looks */
  park(parked: Parked, problem?: Problem): void {
    this.#run.abort();
    this.#parked = parked;
    this.#enter("parked", problem === undefined ? {} : { problem });
  }

  /** What was parked is not wanted any more. Gives it to the caller. */
  unpark(): Parked | undefined {
    const parked = this.#parked;
    this.#parked = undefined;
    return parked;
  }

  /** What the seat goes on from, until its host is there again. */
  get parked(): Parked | undefined {
    return this.#parked;
  }

  /** Since when nobody has looked at the host, by `performance.now`; undefined while it runs. */
  get frozenSince(): number | undefined {
    return this.#phase === "ready" ? this.#frozenSince : undefined;
  }

  failed(problem: Problem): void {
    const step = problem.params?.step;
    this.#steps.fail(this.#steps.view.find(({ id }) => id === step)?.id);
    this.#run.abort();
    this.#enter("failed", { problem });
  }

  lost(problem: Problem): void {
    this.#run.abort();
    this.#steps.fail(undefined);
    this.#enter("lost", { problem });
  }

  ended(problem: Problem | undefined): void {
    this.#run.abort();
    this.#enter("ended", problem === undefined ? {} : { problem });
  }

  /** Takes the host away and gives it to the caller. Its terminals are closed with the problem. */
  detach(problem: Problem): Host | undefined {
    const host = this.#host;
    for (const stop of this.#onDetach.splice(0)) stop();
    this.#forgetHost?.();
    this.#terminals?.close(problem);
    this.#host = undefined;
    this.#terminals = undefined;
    this.#baseline = undefined;
    this.#verdict = undefined;
    this.#guests = undefined;
    return host;
  }

  #hostIs(host: Host, state: HostState): void {
    this.#frozenSince = state === "frozen" ? performance.now() : undefined;
    if (state === "lost" || state === "ending" || state === "ended") this.#onLost(host);
    else if (state === "running" || state === "frozen") this.publish({ type: "seat", seat: this.view });
  }

  #enter(phase: Phase, { place, problem }: { place?: number; problem?: Problem } = {}): void {
    this.#phase = phase;
    this.#place = place;
    this.#problem = problem;
    this.publish({ type: "seat", seat: this.view });
  }
}
