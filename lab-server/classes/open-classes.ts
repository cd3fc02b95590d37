import type { Exams } from "../exams/exams.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { HostBackend } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import type { ReadySeat, Seat, StartFrom } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { classById } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
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
  /** For `Seats` again: whether a seat may have a host at all; */
  readonly admit: (seat: Seat, signal: AbortSignal, onPlace: (place: number) => void) => Promise<void>;
  /** where a new host begins; */
  readonly startingPoint: (seat: Seat) => Promise<StartFrom | undefined>;
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
  const rooms: LiveRooms = new LiveRooms({ store, seats, feed, copies, watchings, log });
  return {
    classes: new Classes({
      store,
      catalogue,
      hostsFor,
      feed,
      onMember: (learner) => {
        const seat = seats().of(learner);
        if (seat !== undefined) void rooms.seatReady(seat);
      },
      onChanged: async (id) => {
        const record = await classById(store, id);
        if (record !== undefined) limits.changed(record);
        await exams().classChanged(id);
      },
      onArchive: async (record) => {
        limits.changed({ id: record.id });
        await rooms.archived(record);
        await exams().classArchived(record.id);
      },
      log,
    }),
    rooms,
    watchings,
    onChange: (learner) => feed.learnerChanged(learner),
    admit: async (seat, signal, onPlace) => limits.admit(seat, await rooms.roomsOf(seat), signal, onPlace),
    onReview: (learner) => {
      feed.learnerChanged(learner);
      feed.reviewOf(learner);
    },
    onExam: (id) => feed.reviewChanged(id),
    startingPoint: (seat) => rooms.startingPoint(seat),
    whileReady: (seat, { terminals }) => {
      void rooms.seatReady(seat);
      void rooms.roomsOf(seat).then(
        (records) => limits.hold(seat, records),
        (error: unknown) => log.error({ err: error, seat: seat.id }, "a host could not be counted for its class"),
      );
      return activities.follow({ id: seat.id, subscribe: (listener) => seat.subscribe(listener) }, terminals);
    },
  };
}
