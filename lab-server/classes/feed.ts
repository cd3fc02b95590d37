import type { ClassEvent, Grades } from "../contract/classes.ts";
import type { LiveRoom, WorkState } from "../contract/classroom.ts";
import type { Log } from "../log.ts";
import { type ClassRecord, classById, type MemberRecord, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOf } from "../store/people.ts";
import type { Standings } from "./standings.ts";

/** What comes close together is told once, ms. */
const GATHER_MS = 200;
/** How somebody gets on is a matter of time, too: so often it is looked at anew, ms. */
const AGAIN_MS = 30_000;

export interface FeedOptions {
  readonly store: Store;
  readonly standings: Standings;
  /** What goes on in a class. */
  readonly room: (record: ClassRecord) => Promise<LiveRoom>;
  readonly log: Log;
}

/** A class that somebody looks at. */
interface Open {
  record: ClassRecord;
  /** Members by every id under which they have worked. */
  members: Map<string, MemberRecord>;
  readonly viewers: Set<(event: ClassEvent) => void>;
  readonly dirty: Set<MemberRecord>;
  timer: NodeJS.Timeout | undefined;
  /** How each member got on when it was last told. */
  readonly told: Map<string, WorkState>;
  readonly again: NodeJS.Timeout;
}

/**
 * Tells whoever looks at a class what changes in it, learner by learner. While nobody looks at a class nothing is read or computed for
 * it. Each event carries all of what it is about, so one that is missed is made good by the next.
 */
export class ClassFeed {
  readonly #options: FeedOptions;
  readonly #open = new Map<string, Open>();

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
    const open: Open = this.#open.get(record.id) ?? {
      record,
      members: new Map(),
      viewers: new Set(),
      dirty: new Set(),
      timer: undefined,
      told: new Map(),
      again: setInterval(() => void this.#tell(open, [...new Set(open.members.values())]), AGAIN_MS).unref(),
    };
    this.#open.set(record.id, open);
    open.viewers.add(send);
    await this.#readMembers(open);
    const grades = await this.grades(record);
    for (const { learner, state } of grades.learners) open.told.set(learner, state);
    send({ type: "grades", grades });
    send({ type: "room", room: await this.#options.room(record) });
    return () => {
      open.viewers.delete(send);
      if (open.viewers.size > 0) return;
      clearTimeout(open.timer);
      clearInterval(open.again);
      this.#open.delete(record.id);
    };
  }

  /** Something about a learner's work has changed. */
  learnerChanged(learner: string): void {
    for (const open of this.#open.values()) {
      const member = open.members.get(learner);
      if (member === undefined) continue;
      open.dirty.add(member);
      open.timer ??= setTimeout(() => void this.#tellDirty(open), GATHER_MS);
    }
  }

  /** Who is in a class has changed, or what it is about. */
  async classChanged(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) return;
    const record = await classById(this.#options.store, id);
    if (record === undefined) return;
    open.record = record;
    await this.#readMembers(open);
    const event: ClassEvent = { type: "grades", grades: await this.grades(record) };
    for (const send of [...open.viewers]) send(event);
  }

  /** What goes on in a class has changed. */
  async roomChanged(id: string): Promise<void> {
    const open = this.#open.get(id);
    const record = open && (await classById(this.#options.store, id));
    if (open === undefined || record === undefined) return;
    open.record = record;
    const event: ClassEvent = { type: "room", room: await this.#options.room(record) };
    for (const send of [...open.viewers]) send(event);
  }

  async #readMembers(open: Open): Promise<void> {
    const { store } = this.#options;
    const members = await membersOf(store, open.record.id);
    const ids = await Promise.all(members.map(async (member) => (await learnersOf(store, member.learner)).map((id) => [id, member] as const)));
    open.members = new Map(ids.flat());
  }

  async #tellDirty(open: Open): Promise<void> {
    open.timer = undefined;
    const members = [...open.dirty];
    open.dirty.clear();
    await this.#tell(open, members, true);
  }

  /** @param changed whether more than the time has; else only those are told of who get on otherwise than before */
  async #tell(open: Open, members: readonly MemberRecord[], changed = false): Promise<void> {
    try {
      for (const standing of await this.#options.standings.of(open.record, members)) {
        if (!changed && open.told.get(standing.learner) === standing.state) continue;
        open.told.set(standing.learner, standing.state);
        for (const send of [...open.viewers]) send({ type: "standing", standing });
      }
    } catch (thrown) {
      this.#options.log.error({ err: thrown, class: open.record.id }, "a class could not be told of a change");
    }
  }
}
