import type { Exams } from "../exams/exams.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { HostBackend } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import type { ReadySeat, Seat } from "../seats/seat.ts";
import type { SeatHostsOptions } from "../seats/seat-hosts.ts";
import type { Seats } from "../seats/seats.ts";
import { classById, classesOfLearners } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOf } from "../store/people.ts";
import { Activities } from "./activity.ts";
import { Classes } from "./classes.ts";
import { ClassFeed } from "./feed.ts";
import { HostCopies } from "./host-copies.ts";
import { HostLimits } from "./host-limits.ts";
import { LiveRooms } from "./live-room.ts";
import { type LiveSeat, Standings } from "./standings.ts";
import { Watchings } from "./watching.ts";

export interface OpenClassesOptions {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly backend: Pick<HostBackend, "save" | "forget" | "saved">;
  /** The seats, which are made with what is given here. */
  readonly seats: () => Seats;
  /** The exams, which are made with what is given here. */
  readonly exams: () => Pick<Exams, "classChanged" | "classArchived">;
  readonly hostsFor: (templates: readonly string[]) => number;
  readonly log: Log;
}

/** Everything about classes, and what seats have to tell it. */
export interface OpenedClasses {
  readonly classes: Classes;
  readonly rooms: LiveRooms;
  readonly watchings: Watchings;
  /** For `Seats`: something about a learner's seat has changed; */
  readonly onChange: (learner: string) => void;
  /** Something that counts for a learner was decided or said; */
  readonly onReview: (learner: string) => void;
  /** something about the exam of a class has changed. */
  readonly onExam: (id: string) => void;
  /** For `People`: what was done without an account is this learner's now. */
  readonly onTaken: (learner: string) => void;
  /** For `Seats` again: when a seat may have a host, and where a new one begins; */
  readonly enter: NonNullable<SeatHostsOptions["enter"]>;
  /** and that its host is ready. Gives the way to stop. */
  readonly whileReady: (seat: Seat, ready: ReadySeat) => () => void;
}

export function openClasses({ store, catalogue, backend, seats, exams, hostsFor, log }: OpenClassesOptions): OpenedClasses {
  const seatChanged = (id: string): void => {
    const seat = seats().byId(id);
    if (seat === undefined) return;
    feed.learnerChanged(seat.learner);
  };
  const activities = new Activities(seatChanged);
  const watchings = new Watchings((id) => {
    seatChanged(id);
    const seat = seats().byId(id);
    if (seat !== undefined) void rooms.tell(seat).catch((error: unknown) => log.error({ err: error, seat: id }, "a learner could not be told who watches"));
  });
  const seatOf = (learner: string): LiveSeat | undefined => {
    const seat = seats().of(learner);
    return (
      seat && {
        exercise: seat.exercise.id,
        phase: seat.phase,
        startedAt: seat.startedAt,
        frozen: seat.frozenSince !== undefined,
        terminals: seat.terminalNames,
        watchers: watchings.of(seat.id),
        ...activities.of(seat.id),
      }
    );
  };
  const standings = new Standings({ store, catalogue, seatOf });
  const feed: ClassFeed = new ClassFeed({ store, standings, room: (record) => rooms.view(record), log });
  const copies = new HostCopies({ store, backend, seats, log });
  const limits = new HostLimits((holding) => seats().parkOne(holding));
  const rooms: LiveRooms = new LiveRooms({ store, seats, feed, copies, watchings });
  /** Behind this call. */
  const settle = (seat: Seat): void => {
    const work = async (): Promise<void> => {
      const records = await rooms.roomsOf(seat);
      if (seat.phase === "ready") limits.hold(seat, records);
      await rooms.settle(seat, records);
    };
    work().catch((error: unknown) => log.error({ err: error, seat: seat.id }, "a seat could not be told of its class"));
  };
  /** What held a seat may hold no longer. */
  const settleHeld = (): void => {
    for (const seat of seats().all()) if (seat.held !== undefined) settle(seat);
  };
  return {
    classes: new Classes({
      store,
      catalogue,
      hostsFor,
      feed,
      onMember: (learner) => {
        const seat = seats().of(learner);
        if (seat !== undefined) settle(seat);
      },
      onChanged: async (id) => {
        const record = await classById(store, id);
        if (record !== undefined) limits.changed(record);
        settleHeld();
        await exams().classChanged(id);
      },
      onArchive: async (record) => {
        limits.changed({ id: record.id });
        await rooms.archived(record);
        settleHeld();
        await exams().classArchived(record.id);
      },
      log,
    }),
    rooms,
    watchings,
    onChange: (learner) => feed.learnerChanged(learner),
    enter: async (seat, signal, onPlace) => {
      const records = await rooms.roomsOf(seat);
      await limits.admit(seat, records, signal, onPlace);
      return copies.startOf(records, seat.exercise.id);
    },
    onReview: (learner) => {
      feed.learnerChanged(learner);
      feed.reviewOf(learner);
    },
    onExam: (id) => feed.reviewChanged(id),
    onTaken: (learner) => {
      const tell = async (): Promise<void> => {
        for (const { record } of await classesOfLearners(store, await learnersOf(store, learner))) feed.classChanged(record.id);
      };
      tell().catch((error: unknown) => log.error({ err: error, learner }, "classes could not be told that a learner has an account now"));
    },
    whileReady: (seat, { terminals }) => {
      settle(seat);
      return activities.follow({ id: seat.id, subscribe: (listener) => seat.subscribe(listener) }, terminals);
    },
  };
}
