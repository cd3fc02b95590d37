import { type Classroom, MOST_NOTES, type RoomView } from "../contract/classroom.ts";
import type { Seat } from "../seats/seat.ts";
import { type ClassRecord, classesOfLearners } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { handsOf, messagesOf, startingPointsOf } from "../store/live-room.ts";
import { type KnownPerson, learnersOf, personById } from "../store/people.ts";
import type { Watchings } from "./watching.ts";

/** A terminal that an instructor shows to a class. */
export interface Show {
  readonly id: string;
  readonly person: KnownPerson;
  readonly terminal: string;
}

export interface ClassroomViewsOptions {
  readonly store: Store;
  readonly watchings: Watchings;
  readonly showOf: (id: string) => Show | undefined;
}

/** A learner's classes as the learner's page is told of them. */
export class ClassroomViews {
  readonly #options: ClassroomViewsOptions;

  constructor(options: ClassroomViewsOptions) {
    this.#options = options;
  }

  /** The classes, not yet over, in which the exercise of a seat has its place for its learner. */
  async roomsOf(seat: Seat): Promise<ClassRecord[]> {
    return this.#rooms(await learnersOf(this.#options.store, seat.learner), seat.exercise.id);
  }

  /** All that a learner's page has to know of their classes. @param rooms as `roomsOf`, where they are known */
  async of(seat: Seat, rooms?: readonly ClassRecord[]): Promise<Classroom> {
    const { store, watchings } = this.#options;
    const ids = await learnersOf(store, seat.learner);
    const records = rooms ?? (await this.#rooms(ids, seat.exercise.id));
    const views = await Promise.all(records.map((record) => this.#room(record, ids, seat.exercise.id)));
    const classes = records.map(({ id }) => id);
    const notes = (await messagesOf(store, classes, MOST_NOTES, ids)).map(({ learner, ...note }) => ({ ...note, all: learner === undefined }));
    return { rooms: views, notes, watchers: [...watchings.of(seat.id)] };
  }

  async #rooms(learners: readonly string[], wanted: string): Promise<ClassRecord[]> {
    const now = new Date().toISOString();
    const all = await classesOfLearners(this.#options.store, learners);
    return all
      .map(({ record }) => record)
      .filter(({ closesAt, exercises }) => (closesAt ?? now) >= now && exercises.some(({ exercise }) => exercise === wanted));
  }

  async #room(record: ClassRecord, learners: readonly string[], exercise: string): Promise<RoomView> {
    const { store, showOf } = this.#options;
    const owner = await personById(store, record.owner);
    const hand = (await handsOf(store, record.id)).find(({ learner }) => learners.includes(learner));
    const show = showOf(record.id);
    const point = (await startingPointsOf(store, record.id)).find((one) => one.exercise === exercise);
    return {
      id: record.id,
      name: record.name,
      instructor: owner?.name ?? "",
      paused: record.paused,
      ...(hand && { hand: { at: hand.raisedAt, twin: hand.twin !== undefined } }),
      ...(show && { shows: { id: show.id, by: show.person.name } }),
      ...(point && { startsFrom: point.at }),
    };
  }
}
