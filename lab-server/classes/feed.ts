import type { ClassEvent, Grades } from "../contract/classes.ts";
import type { LiveRoom, WorkState } from "../contract/classroom.ts";
import type { Log } from "../log.ts";
import { membersById } from "../people/membership.ts";
import { type ClassRecord, classById, type MemberRecord, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import type { Standings } from "./standings.ts";

/** What comes close together is told once, ms. */
const GATHER_MS = 200;
/** How somebody gets on is a matter of time, too: so often it is looked at anew, ms. */
const AGAIN_MS = 30_000;

/** Whoever hears of a review asks for all of it: not for each of a class's checks, ms. */
const REVIEW_MS = 1_000;

export interface FeedOptions {
  readonly store: Store;
  readonly standings: Standings;
  /** What goes on in a class. */
  readonly room: (record: ClassRecord) => Promise<LiveRoom>;
  readonly log: Log;
}

interface Viewer {
  readonly send: (event: ClassEvent) => void;
  /** Has been sent everything: what changes means something to it. */
  begun: boolean;
}

/** A class that somebody looks at. */
interface Open {
  record: ClassRecord;
  /** Members by every id under which they have worked. */
  members: ReadonlyMap<string, MemberRecord>;
  readonly viewers: Set<Viewer>;
  /** What is to be told next: of these learners; of whoever came; or everything. */
  readonly dirty: Set<string>;
  came: boolean;
  whole: boolean;
  /** What goes on in the room has changed. */
  room: boolean;
  /** Time has passed: those are told of who get on otherwise than before. */
  again: boolean;
  readonly states: Map<string, WorkState>;
  readonly clock: NodeJS.Timeout;
  timer: NodeJS.Timeout | undefined;
  /** What is told is told one after the other, so that nothing older comes after something newer. */
  telling: Promise<void>;
}

/**
 * Tells whoever looks at a class what changes in it, learner by learner. While nobody looks at a class nothing is read or computed for
 * it. Each event carries all of what it is about, so one that is missed is made good by the next.
 */
export class ClassFeed {
  readonly #options: FeedOptions;
  readonly #open = new Map<string, Open>();
  readonly #reviews = new Map<string, NodeJS.Timeout>();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Everything as it is now. */
  async grades(record: ClassRecord): Promise<Grades> {
    const members = await membersOf(this.#options.store, record.id);
    return {
      class: record.id,
      name: record.name,
      at: new Date().toISOString(),
      most: record.exercises.reduce((sum, { points }) => sum + points, 0),
      learners: await this.#options.standings.of(record, members),
    };
  }

  /** Sends everything, and then what changes, until the returned function is called. */
  async look(record: ClassRecord, send: (event: ClassEvent) => void): Promise<() => void> {
    const open = this.#open.get(record.id) ?? this.#fresh(record);
    this.#open.set(record.id, open);
    const viewer: Viewer = { send, begun: false };
    open.viewers.add(viewer);
    const stop = (): void => {
      open.viewers.delete(viewer);
      if (open.viewers.size > 0) return;
      clearTimeout(open.timer);
      clearInterval(open.clock);
      if (this.#open.get(record.id) === open) this.#open.delete(record.id);
    };
    try {
      await this.#inOrder(open, async () => {
        await this.#readMembers(open);
        send({ type: "grades", grades: remembered(open, await this.grades(open.record)) });
        send({ type: "room", room: await this.#options.room(open.record) });
        viewer.begun = true;
      });
      return stop;
    } catch (thrown) {
      stop();
      throw thrown;
    }
  }

  /** Something about a learner's work has changed. */
  learnerChanged(learner: string): void {
    for (const open of this.#open.values()) {
      const member = open.members.get(learner);
      if (member === undefined) continue;
      open.dirty.add(member.learner);
      this.#soon(open);
    }
  }

  /** Something about the exam or the appeals of a class has changed. */
  reviewChanged(id: string): void {
    if (!this.#open.has(id) || this.#reviews.has(id)) return;
    const timer = setTimeout(() => {
      this.#reviews.delete(id);
      const open = this.#open.get(id);
      if (open !== undefined) sendAll(open, { type: "review" });
    }, REVIEW_MS);
    this.#reviews.set(id, timer.unref());
  }

  /** The same, for every class that this learner is in. */
  reviewOf(learner: string): void {
    for (const [id, { members }] of this.#open) if (members.has(learner)) this.reviewChanged(id);
  }

  /** Somebody came into a class, or has another name in it. The others are as they were: of a large class they are not told again. */
  memberCame(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.came = true;
    this.#soon(open);
  }

  /** Somebody is no longer in a class, or it is about something else. */
  classChanged(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.whole = true;
    this.#soon(open);
  }

  /** What goes on in a class has changed. */
  roomChanged(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.room = true;
    this.#soon(open);
  }

  #soon(open: Open): void {
    open.timer ??= setTimeout(() => {
      open.timer = undefined;
      this.#inOrder(open, () => this.#tell(open)).catch((thrown: unknown) =>
        this.#options.log.error({ err: thrown, class: open.record.id }, "a class could not be told of a change"),
      );
    }, GATHER_MS);
  }

  #inOrder(open: Open, tell: () => Promise<void>): Promise<void> {
    const told = open.telling.then(tell);
    open.telling = told.catch(() => {});
    return told;
  }

  async #readMembers(open: Open): Promise<void> {
    open.members = await membersById(this.#options.store, open.record.id);
  }

  async #tell(open: Open): Promise<void> {
    const { whole, came, room, again } = open;
    const dirty = new Set(open.dirty);
    open.dirty.clear();
    open.whole = false;
    open.came = false;
    open.room = false;
    open.again = false;
    if (whole || room) open.record = (await classById(this.#options.store, open.record.id)) ?? open.record;
    const before = open.members;
    if (whole || came) await this.#readMembers(open);
    const send = (event: ClassEvent): void => sendAll(open, event);
    if (room) send({ type: "room", room: await this.#options.room(open.record) });
    if (whole) {
      send({ type: "grades", grades: remembered(open, await this.grades(open.record)) });
      return;
    }
    const changed = ({ learner, name }: MemberRecord): boolean => dirty.has(learner) || before.get(learner)?.name !== name;
    const members = [...new Set(open.members.values())];
    const wanted = again ? members : members.filter(changed);
    for (const standing of await this.#options.standings.of(open.record, wanted)) {
      const was = open.states.get(standing.learner);
      open.states.set(standing.learner, standing.state);
      const member = open.members.get(standing.learner);
      if (was !== standing.state || member === undefined || changed(member)) send({ type: "standing", standing });
    }
  }

  #fresh(record: ClassRecord): Open {
    const clock = setInterval(() => {
      open.again = true;
      this.#soon(open);
    }, AGAIN_MS).unref();
    const nothing = { came: false, whole: false, room: false, again: false, timer: undefined };
    const open: Open = { record, members: new Map(), viewers: new Set(), dirty: new Set(), states: new Map(), ...nothing, clock, telling: Promise.resolve() };
    return open;
  }
}

function sendAll(open: Open, event: ClassEvent): void {
  for (const { send, begun } of [...open.viewers]) if (begun) send(event);
}

/** Notes how everybody gets on, so that only what changes is told. */
function remembered(open: Open, grades: Grades): Grades {
  for (const { learner, state } of grades.learners) open.states.set(learner, state);
  return grades;
}
