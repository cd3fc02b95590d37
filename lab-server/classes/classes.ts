import { randomBytes } from "node:crypto";
import type { Capacity, ClassEvent, ClassesView, ClassView, ClassWish, Grades, JoinedClass, JoinView } from "../contract/classes.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Log } from "../log.ts";
import { WrongTries } from "../people/wrong-tries.ts";
import {
  addClass,
  addMember,
  type ClassRecord,
  changeClass,
  classByCode,
  classById,
  classesOfLearners,
  classesOfOwner,
  memberAmong,
  membersOf,
  removeMember,
  setClass,
} from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { type KnownPerson, learnersOf, personById } from "../store/people.ts";
import type { ClassFeed } from "./feed.ts";
import { newJoinCode, shownCode } from "./join-code.ts";

export interface ClassesOptions {
  readonly store: Store;
  readonly catalogue: Catalogue;
  /** Hosts in these starting states that run side by side on this machine. */
  readonly hostsFor: (templates: readonly string[]) => number;
  readonly feed: ClassFeed;
  /** The dates or the exam of a class have changed. */
  readonly onChanged: (id: string) => Promise<void>;
  /** Called when a learner has come into a class or gone: what holds there holds for them. */
  readonly onMember: (learner: string) => void;
  /** Called when a class is over for good. */
  readonly onArchive: (record: ClassRecord) => Promise<void>;
  readonly log: Log;
}

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : ({ [key]: value } as Record<K, V>));

/** Classes: made by an instructor, joined with a code, and what has been reached in them. Whoever asks says for whom. */
export class Classes {
  readonly #options: ClassesOptions;
  readonly #tries = new WrongTries();
  readonly #addresses = new WrongTries({ free: 60 });

  constructor(options: ClassesOptions) {
    this.#options = options;
  }

  /** Fails with `unknown_exercise`. */
  async make(owner: KnownPerson, wish: ClassWish): Promise<ClassView> {
    this.#assertExercises(wish);
    const id = randomBytes(9).toString("base64url");
    await addClass(this.#options.store, { id, owner: owner.id, code: newJoinCode(), at: new Date().toISOString(), wish });
    this.#options.log.info({ class: id, owner: owner.id }, "a class was made");
    return this.view(owner, id);
  }

  /** Fails with `unknown_exercise`, and as `find` does. */
  async change(person: KnownPerson, id: string, wish: ClassWish): Promise<ClassView> {
    await this.find(person, id);
    this.#assertExercises(wish);
    await changeClass(this.#options.store, id, wish);
    await this.#options.onChanged(id);
    this.#options.feed.classChanged(id);
    return this.view(person, id);
  }

  async newCode(person: KnownPerson, id: string): Promise<ClassView> {
    await this.find(person, id);
    await setClass(this.#options.store, id, { code: newJoinCode() });
    return this.view(person, id);
  }

  async archive(person: KnownPerson, id: string): Promise<void> {
    const found = await this.find(person, id);
    await setClass(this.#options.store, id, { archivedAt: new Date().toISOString() });
    await this.#options.onArchive(found);
  }

  /** A class of this instructor; admins have all. Another instructor's is `not_found`: who guesses learns nothing. */
  async find(person: KnownPerson, id: string): Promise<ClassRecord> {
    const found = await classById(this.#options.store, id);
    if (found === undefined || (found.owner !== person.id && person.role !== "admin"))
      throw new LabError("not_found", { log: `${person.id} has no class ${id}` });
    return found;
  }

  async view(person: KnownPerson, id: string): Promise<ClassView> {
    return this.#view(await this.find(person, id));
  }

  /** What a person teaches, and what the learner is in. */
  async of(person: KnownPerson | undefined, learner: string): Promise<ClassesView> {
    const { store } = this.#options;
    const taught = person === undefined || person.role === "learner" ? [] : await classesOfOwner(store, person.id);
    const joined = await classesOfLearners(store, await learnersOf(store, learner));
    return { teaching: await Promise.all(taught.map((record) => this.#view(record))), joined: joined.map(({ record, as }) => joinedView(record, as)) };
  }

  /** Whether the machine can hold a class as it is wished. */
  capacity({ exercises, seats, hosts }: Pick<ClassWish, "exercises" | "seats" | "hosts">): Capacity {
    const templates = exercises.map(({ exercise }) => this.#options.catalogue.get(exercise).definition.template);
    const fit = this.#options.hostsFor(templates);
    const wanted = Math.min(seats, hosts ?? seats);
    return { hosts: fit, wanted, enough: wanted <= fit };
  }

  /** What a code leads to. Fails with `no_such_class`, and with `too_many` after wrong tries. `who` and `address` are counted apart. */
  async byCode(code: string, who: string, address: string): Promise<ClassRecord> {
    this.#tries.check(who);
    this.#addresses.check(address);
    const found = await classByCode(this.#options.store, code);
    if (found === undefined || !found.codeOn) {
      this.#tries.wrong(who);
      this.#addresses.wrong(address);
      throw new LabError("no_such_class", { log: "a code that leads nowhere" });
    }
    this.#tries.right(who);
    return found;
  }

  async joinView(found: ClassRecord): Promise<JoinView> {
    const owner = await personById(this.#options.store, found.owner);
    return { name: found.name, instructor: owner?.name ?? "", exercises: found.exercises.length };
  }

  /** Fails with `class_full`, or `class_over` where its time has passed. */
  async join(found: ClassRecord, learner: string, name: string): Promise<JoinedClass> {
    const joinedAt = new Date().toISOString();
    if (found.closesAt !== undefined && found.closesAt < joinedAt) throw new LabError("class_over", { log: `class ${found.id} closed at ${found.closesAt}` });
    const { store } = this.#options;
    // Who joined before they had an account is in it already.
    const member = await memberAmong(store, found.id, await learnersOf(store, learner));
    if (!(await addMember(store, { class: found.id, learner: member?.learner ?? learner, name, joinedAt }, found.seats)))
      throw new LabError("class_full", { params: { seats: found.seats }, log: `class ${found.id} has ${found.seats} members` });
    this.#options.feed.memberCame(found.id);
    this.#options.onMember(learner);
    return joinedView(found, name);
  }

  /** Takes somebody out; what they have done stays theirs. Fails with `not_found`. */
  async remove(person: KnownPerson, id: string, learner: string): Promise<void> {
    await this.find(person, id);
    if (!(await removeMember(this.#options.store, id, learner, new Date().toISOString())))
      throw new LabError("not_found", { log: `${learner} is not in class ${id}` });
    this.#options.feed.classChanged(id);
    this.#options.onMember(learner);
  }

  /** What everybody in a class has reached. */
  async grades(person: KnownPerson, id: string): Promise<Grades> {
    return this.#options.feed.grades(await this.find(person, id));
  }

  /** The same, and then what changes. Gives the way to stop. */
  async look(person: KnownPerson, id: string, send: (event: ClassEvent) => void): Promise<() => void> {
    return this.#options.feed.look(await this.find(person, id), send);
  }

  #assertExercises({ exercises }: Pick<ClassWish, "exercises">): void {
    for (const { exercise } of exercises) this.#options.catalogue.get(exercise);
  }

  async #view(record: ClassRecord): Promise<ClassView> {
    const { id, name, exercises, seats, hosts, opensAt, closesAt, code, codeOn, paused, createdAt, exam } = record;
    const members = (await membersOf(this.#options.store, id)).length;
    return {
      ...{ id, name, seats, code: shownCode(code), codeOn, paused, members, createdAt, exercises: [...exercises] },
      ...optional("hosts", hosts),
      ...optional("opensAt", opensAt),
      ...optional("closesAt", closesAt),
      ...optional("exam", exam),
      capacity: this.capacity({ exercises: [...exercises], seats, hosts }),
    };
  }
}

function joinedView({ id, name, exercises, opensAt, closesAt, paused }: ClassRecord, as: string): JoinedClass {
  return { id, name, as, exercises: [...exercises], paused, ...optional("opensAt", opensAt), ...optional("closesAt", closesAt) };
}
