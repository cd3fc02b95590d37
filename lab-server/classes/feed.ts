import type { ClassEvent, Grades } from "../contract/classes.ts";
import type { Log } from "../log.ts";
import { type ClassRecord, classById, type MemberRecord, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOf } from "../store/people.ts";
import type { Standings } from "./standings.ts";

/** What comes close together is told once, ms. */
const GATHER_MS = 200;

export interface FeedOptions {
  readonly store: Store;
  readonly standings: Standings;
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
    const open: Open = this.#open.get(record.id) ?? { record, members: new Map(), viewers: new Set(), dirty: new Set(), timer: undefined };
    this.#open.set(record.id, open);
    open.viewers.add(send);
    await this.#readMembers(open);
    send({ type: "grades", grades: await this.grades(record) });
    return () => {
      open.viewers.delete(send);
      if (open.viewers.size > 0) return;
      clearTimeout(open.timer);
      this.#open.delete(record.id);
    };
  }

  /** Something about a learner's work has changed. */
  learnerChanged(learner: string): void {
    for (const open of this.#open.values()) {
      const member = open.members.get(learner);
      if (member === undefined) continue;
      open.dirty.add(member);
      open.timer ??= setTimeout(() => void this.#tell(open), GATHER_MS);
    }
  }

  /** Something about the exam or the appeals of a class has changed. */
  reviewChanged(id: string): void {
    for (const send of [...(this.#open.get(id)?.viewers ?? [])]) send({ type: "review" });
  }

  /** The same, for every class that this learner is in. */
  reviewOf(learner: string): void {
    for (const [id, { members }] of this.#open) if (members.has(learner)) this.reviewChanged(id);
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

  async #readMembers(open: Open): Promise<void> {
    const { store } = this.#options;
    const members = await membersOf(store, open.record.id);
    const ids = await Promise.all(members.map(async (member) => (await learnersOf(store, member.learner)).map((id) => [id, member] as const)));
    open.members = new Map(ids.flat());
  }

  async #tell(open: Open): Promise<void> {
    open.timer = undefined;
    const members = [...open.dirty];
    open.dirty.clear();
    try {
      for (const standing of await this.#options.standings.of(open.record, members)) for (const send of [...open.viewers]) send({ type: "standing", standing });
    } catch (thrown) {
      this.#options.log.error({ err: thrown, class: open.record.id }, "a class could not be told of a change");
    }
  }
}
