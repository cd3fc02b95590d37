import { randomBytes } from "node:crypto";
import type { Classroom, LiveRoom } from "../contract/classroom.ts";
import type { Problem } from "../contract/problem.ts";
import { LabError } from "../errors.ts";
import { memberOf, membersById, membershipOf } from "../people/membership.ts";
import type { Seat } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { type ClassRecord, classById, type MemberRecord, setClass } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { addMessage, type HandRecord, handsOf, messagesOf, removeHand, setHand, startingPointsOf } from "../store/live-room.ts";
import { type KnownPerson, learnersOf } from "../store/people.ts";
import type { PersistentTerminal } from "../terminals/persistent-terminal.ts";
import { ClassroomViews, type Show } from "./classroom-view.ts";
import type { ClassFeed } from "./feed.ts";
import type { HostCopies } from "./host-copies.ts";
import type { Watchings } from "./watching.ts";

/** An instructor's page is told of so many messages. */
const MOST_SENT = 100;
const PAUSED: Problem = { code: "class_paused" };

export interface LiveRoomsOptions {
  readonly store: Store;
  readonly seats: () => Seats;
  readonly feed: ClassFeed;
  readonly copies: HostCopies;
  readonly watchings: Watchings;
}

/**
 * What goes on in classes while they work: hands, messages, who looks at whose terminals, what is shown to all, pauses.
 * Who may, is the caller's to know: an instructor's calls come with a class that is theirs.
 */
export class LiveRooms {
  readonly #options: LiveRoomsOptions;
  readonly #shows = new Map<string, Show>();
  readonly #views: ClassroomViews;

  constructor(options: LiveRoomsOptions) {
    this.#options = options;
    const { store, watchings } = options;
    this.#views = new ClassroomViews({ store, watchings, showOf: (id) => this.#shows.get(id) });
  }

  // ---- The learner's side

  /** All that a learner's page has to know of their classes. @param rooms as `roomsOf`, where they are known */
  classroomOf(seat: Seat, rooms?: readonly ClassRecord[]): Promise<Classroom> {
    return this.#views.of(seat, rooms);
  }

  /** What holds in its learner's classes holds for a seat from now on, and its page is told. @param rooms as `roomsOf`, where they are known */
  async settle(seat: Seat, rooms?: readonly ClassRecord[]): Promise<void> {
    const records = rooms ?? (await this.roomsOf(seat));
    seat.hold(records.some(({ paused }) => paused) ? PAUSED : undefined);
    if (records.length > 0) await this.tell(seat, records);
  }

  /** The classes in which the exercise of a seat has its place for its learner. */
  roomsOf(seat: Seat): Promise<ClassRecord[]> {
    return this.#views.roomsOf(seat);
  }

  async raiseHand(learner: string, id: string, { text, twin }: { readonly text: string; readonly twin: boolean }): Promise<void> {
    const { store, copies, seats } = this.#options;
    const { member, learners } = await membershipOf(store, learner, id);
    const seat = learners.map((one) => seats().of(one)).find((one) => one !== undefined);
    const hands = await handsOf(store, id);
    const before = hands.find((hand) => hand.learner === member.learner);
    const copied = twin && seat !== undefined ? await copies.twinOf(seat, hands) : undefined;
    const raisedAt = new Date().toISOString();
    await setHand(store, { class: id, learner: member.learner, raisedAt, text, exercise: seat?.exercise.id, twin: copied });
    copies.forget(before);
    await this.#changed(id, member);
  }

  /** Down again, by the learner or by whoever helped. Nothing happens to a hand that is not up. */
  async lowerHand(learner: string, id: string): Promise<void> {
    const { member } = await membershipOf(this.#options.store, learner, id);
    await this.handled(id, member);
  }

  /** The learner says whether somebody who watches may type. Fails with `not_found`. */
  answer(seat: Seat, watcher: string, may: boolean): void {
    if (!this.#options.watchings.answer(seat.id, watcher, may)) throw new LabError("not_found", { log: `nobody ${watcher} watches seat ${seat.id}` });
  }

  /** The terminal that an instructor shows to a class of the learner's. Fails with `not_found` and as `Seat.ready`. */
  async shown(learner: string, id: string): Promise<PersistentTerminal> {
    await membershipOf(this.#options.store, learner, id);
    const show = this.#shows.get(id);
    if (show === undefined) throw new LabError("not_found", { log: `nothing is shown to class ${id}` });
    return this.#terminalOf(show.person, show.terminal);
  }

  // ---- The instructor's side

  async view(record: ClassRecord): Promise<LiveRoom> {
    const { store } = this.#options;
    const show = this.#shows.get(record.id);
    return {
      paused: record.paused,
      ...(show && { shows: { by: show.person.name, terminal: show.terminal } }),
      startingPoints: (await startingPointsOf(store, record.id)).map(({ exercise, at }) => ({ exercise, at })),
      messages: (await messagesOf(store, [record.id], MOST_SENT)).map(({ class: _, learner, ...message }) => ({ ...message, ...(learner && { learner }) })),
    };
  }

  /** Fails with `not_found` where the learner is not in the class. */
  async message(record: ClassRecord, person: KnownPerson, { text, learner }: { readonly text: string; readonly learner?: string | undefined }): Promise<void> {
    const member = learner === undefined ? undefined : await memberOf(this.#options.store, record, learner);
    const message = { id: randomBytes(9).toString("base64url"), class: record.id, sender: person.id, text, at: new Date().toISOString() };
    await addMessage(this.#options.store, { ...message, ...(member && { learner: member.learner }) });
    await this.#changed(record.id, member);
  }

  /** Shows a terminal of the instructor's host to the class. Fails with `host_not_ready` and `not_found`. */
  async show(record: ClassRecord, person: KnownPerson, terminal: string): Promise<void> {
    const shown = await this.#terminalOf(person, terminal);
    const show = { id: randomBytes(9).toString("base64url"), person, terminal };
    this.#shows.set(record.id, show);
    shown.onEnd(() => {
      if (this.#shows.get(record.id) === show) void this.hide(record.id);
    });
    await this.#changed(record.id);
  }

  async hide(id: string): Promise<void> {
    if (this.#shows.delete(id)) await this.#changed(id);
  }

  /** Holds the hosts of everybody who is at an exercise of the class, or lets them go on. */
  async pause(record: ClassRecord, paused: boolean): Promise<void> {
    await setClass(this.#options.store, record.id, { paused });
    for (const seat of await this.#seatsOf(record)) await this.settle(seat);
    await this.#changed(record.id);
  }

  /**
   * A member's seat at an exercise of the class. Fails with `not_found` where they are not in it, and with `host_not_ready` where they have
   * no seat, or one at something else: that is theirs alone.
   */
  async seatOf(record: ClassRecord, learner: string): Promise<Seat> {
    const [seat] = await this.#seatsOf(record, await memberOf(this.#options.store, record, learner));
    if (seat === undefined) throw new LabError("host_not_ready", { log: `${learner} is at nothing of class ${record.id}` });
    return seat;
  }

  /** A terminal of a member's, for eyes alone unless the learner lets them type. Fails as `seatOf`, and with `not_found`. */
  async watched(record: ClassRecord, learner: string, terminal: string): Promise<{ readonly seat: Seat; readonly terminal: PersistentTerminal }> {
    const seat = await this.seatOf(record, learner);
    const found = await seat.readyOrHeld().terminals.existing(terminal);
    if (found === undefined) throw new LabError("not_found", { log: `seat ${seat.id} has no terminal ${terminal}` });
    return { seat, terminal: found };
  }

  async reset(record: ClassRecord, learner: string): Promise<void> {
    const seat = await this.seatOf(record, learner);
    await this.#options.seats().reset(seat.learner, seat.id);
  }

  async grant(record: ClassRecord, learner: string): Promise<void> {
    const seat = await this.seatOf(record, learner);
    await this.#options.seats().grant(seat.learner, seat.id);
  }

  async join(record: ClassRecord, person: KnownPerson, learner: string, wanted: boolean): Promise<void> {
    const seat = await this.seatOf(record, learner);
    if (!this.#options.watchings.ask(seat.id, person.id, wanted)) throw new LabError("not_found", { log: `${person.id} does not watch seat ${seat.id}` });
  }

  /** The copy that a learner gave with their hand becomes the instructor's own host. Fails as `HostCopies.open`. */
  async openTwin(record: ClassRecord, person: KnownPerson, learner: string, replace: boolean): Promise<Seat> {
    const { copies, store } = this.#options;
    const member = await memberOf(this.#options.store, record, learner);
    return copies.open(
      person,
      (await handsOf(store, record.id)).find((hand) => hand.learner === member.learner),
      replace,
    );
  }

  /** Somebody has been helped. */
  async handled(id: string, { learner }: Pick<MemberRecord, "learner">): Promise<void> {
    const { store, copies } = this.#options;
    const hand = (await handsOf(store, id)).find((one: HandRecord) => one.learner === learner);
    if (hand === undefined) return;
    await removeHand(store, id, learner);
    copies.forget(hand);
    await this.#changed(id, hand);
  }

  async giveHost(record: ClassRecord, person: KnownPerson): Promise<void> {
    await this.#options.copies.give(person, record);
    await this.#changed(record.id);
  }

  async takeHostBack(record: ClassRecord, exercise: string): Promise<void> {
    await this.#options.copies.takeBack(record.id, exercise);
    await this.#changed(record.id);
  }

  /** Nothing is left to a class that is archived. */
  async archived(record: ClassRecord): Promise<void> {
    for (const hand of await handsOf(this.#options.store, record.id)) await this.handled(record.id, hand);
    for (const { exercise } of record.exercises) await this.#options.copies.takeBack(record.id, exercise);
    await this.hide(record.id);
  }

  /** Tells a learner's page how it stands. */
  async tell(seat: Seat, rooms?: readonly ClassRecord[]): Promise<void> {
    seat.publish({ type: "classroom", classroom: await this.classroomOf(seat, rooms) });
  }

  async #terminalOf(person: KnownPerson, name: string): Promise<PersistentTerminal> {
    const seat = this.#options.seats().of(person.learner);
    if (seat === undefined) throw new LabError("host_not_ready", { log: `${person.id} has no host` });
    const terminal = await seat.ready().terminals.existing(name);
    if (terminal === undefined) throw new LabError("not_found", { log: `seat ${seat.id} has no terminal ${name}` });
    return terminal;
  }

  /** Seats at exercises of the class, of all of its members or of one. */
  async #seatsOf({ id, exercises }: ClassRecord, only?: Pick<MemberRecord, "learner">): Promise<Seat[]> {
    const { store, seats } = this.#options;
    const learners = only === undefined ? [...(await membersById(store, id)).keys()] : await learnersOf(store, only.learner);
    return learners
      .map((learner) => seats().of(learner))
      .filter((seat): seat is Seat => seat !== undefined && exercises.some(({ exercise }) => exercise === seat.exercise.id));
  }

  /** Tells who has to know: the class's instructors, and one member or all of them. */
  async #changed(id: string, only?: Pick<MemberRecord, "learner">): Promise<void> {
    const { store, feed } = this.#options;
    const record = await classById(store, id);
    if (record === undefined) return;
    if (only !== undefined) feed.learnerChanged(only.learner);
    feed.roomChanged(id);
    for (const seat of await this.#seatsOf(record, only)) await this.tell(seat);
  }
}
