import type { Problem } from "../contract/problem.ts";
import { LabError } from "../errors.ts";
import { hasParameters } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { HostBackend } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import type { Seat, StartFrom } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import type { ClassRecord } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import {
  type HandRecord,
  handsOf,
  removeStartingPoint,
  type StartingPointRecord,
  setStartingPoint,
  startingPointsOf,
  type TwinRecord,
} from "../store/live-room.ts";
import type { KnownPerson } from "../store/people.ts";

/** Each takes about a gigabyte of the node's disk. */
const MOST_TWINS = 10;

export interface HostCopiesOptions {
  readonly store: Store;
  readonly backend: Pick<HostBackend, "save" | "forget" | "saved">;
  readonly seats: () => Seats;
  readonly log: Log;
}

/** Hosts that are saved as they run, for somebody else to go on from: a learner's for the instructor, the instructor's for everybody. */
export class HostCopies {
  readonly #options: HostCopiesOptions;

  constructor(options: HostCopiesOptions) {
    this.#options = options;
  }

  /** Every saved host that a class wants. */
  static async kept(store: Store): Promise<string[]> {
    return [...(await handsOf(store)).flatMap(({ twin }) => twin?.saved ?? []), ...(await startingPointsOf(store)).map(({ saved }) => saved)];
  }

  /** A copy of a learner's host as it runs now. Fails as `Seat.during` and `HostBackend.save`, and with `busy` while a class has too many. */
  async twinOf(seat: Seat, hands: readonly HandRecord[]): Promise<TwinRecord> {
    if (hands.filter(({ twin, learner }) => twin !== undefined && learner !== seat.learner).length >= MOST_TWINS)
      throw new LabError("busy", { params: { operation: "snapshot" }, log: `the class has ${MOST_TWINS} copies of hosts already` });
    return seat.during("snapshot", async () => {
      const { host, baseline } = seat.ready();
      const saved = await this.#options.backend.save(host);
      return { saved: saved.id, baseline, ...(hasParameters(seat.exercise) && { parameters: seat.parameters }) };
    });
  }

  forget(hand: Pick<HandRecord, "twin"> | undefined): void {
    if (hand?.twin !== undefined) this.#options.backend.forget(hand.twin.saved);
  }

  /** Opens a learner's copy as the instructor's own seat. Fails with `not_found`, and with `seat_taken` unless theirs may be replaced. */
  open(person: KnownPerson, hand: HandRecord | undefined, replace: boolean): Seat {
    if (hand?.twin === undefined || hand.exercise === undefined) throw new LabError("not_found", { log: "there is no copy of this host" });
    const { saved, baseline, parameters } = hand.twin;
    return this.#options.seats().startFrom(person.learner, hand.exercise, replace, { saved: { id: saved, baseline: baseline as Baseline }, parameters });
  }

  /** Makes the instructor's own host, as it runs now, the one from which its exercise starts in a class. */
  async give(person: KnownPerson, record: ClassRecord): Promise<StartingPointRecord> {
    const { store, backend, seats, log } = this.#options;
    const seat = seats().of(person.learner);
    if (seat === undefined) throw new LabError("host_not_ready", { log: `${person.id} has no host to give` });
    const exercise = seat.exercise.id;
    if (!record.exercises.some((one) => one.exercise === exercise))
      throw new LabError("unknown_exercise", { params: { exercise }, log: `class ${record.id} does not work on ${exercise}` });
    if (hasParameters(seat.exercise)) throw refused("this exercise draws other values for each learner");
    const before = (await startingPointsOf(store, record.id)).find((one) => one.exercise === exercise);
    const point = await seat.during("snapshot", async () => {
      const { host, baseline } = seat.ready();
      const saved = await backend.save(host);
      return { class: record.id, exercise, saved: saved.id, baseline, at: new Date().toISOString() };
    });
    await setStartingPoint(store, point);
    if (before !== undefined) backend.forget(before.saved);
    log.info({ class: record.id, exercise, saved: point.saved }, "an exercise of a class starts from its instructor's host");
    return point;
  }

  /** The exercise starts as it does for everybody again. */
  async takeBack(id: string, exercise: string): Promise<void> {
    const { store, backend } = this.#options;
    for (const point of await startingPointsOf(store, id)) {
      if (point.exercise !== exercise) continue;
      await removeStartingPoint(store, id, exercise);
      backend.forget(point.saved);
    }
  }

  /** Where a learner of these classes begins an exercise. */
  async startOf(classes: readonly ClassRecord[], exercise: string): Promise<StartFrom | undefined> {
    const { store, backend } = this.#options;
    for (const { id } of classes) {
      const point = (await startingPointsOf(store, id)).find((one) => one.exercise === exercise);
      if (point !== undefined && backend.saved().includes(point.saved)) return { id: point.saved, baseline: point.baseline as Baseline, anew: true };
    }
    return undefined;
  }
}

function refused(reason: string): LabError {
  const params: NonNullable<Problem["params"]> = { reason };
  return new LabError("bad_request", { params, log: reason });
}
