import type { ExamRoomView } from "../contract/exams.ts";
import { LabError } from "../errors.ts";
import type { FrozenEvidence } from "../evidence/evidence.ts";
import type { HostBackend, SavedHost } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import type { FrozenGone } from "../store/exam-schema.ts";
import {
  type FrozenHostRecord,
  frozenHosts,
  frozenOfClass,
  insertFrozen,
  newestFrozen,
  openSittings,
  setFrozenGone,
  ungradedSittings,
} from "../store/exams.ts";

const DAY_MS = 24 * 3600 * 1000;
const EXPIRE_EVERY_MS = 3600 * 1000;
/** What one more is thought to take: a host with a guest that has booted in it, bytes. */
const ONE_MORE_BYTES = 1024 ** 3;
/** From here on the instructor is told that there is little room. */
const TIGHT_AT = 0.8;

export interface FrozenHostsOptions {
  readonly store: Store;
  readonly backend: Pick<HostBackend, "forget" | "saved">;
  /** All of them together, bytes. */
  readonly maxBytes: number;
  readonly keptDays: number;
  readonly log: Log;
}

/** Hosts that are kept as they were when a learner left a task of an exam, or when the exam ended: evidence, and where the learner goes on. */
export class FrozenHosts {
  readonly #options: FrozenHostsOptions;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: FrozenHostsOptions) {
    this.#options = options;
    this.#timer = setInterval(
      () => void this.expire().catch((error: unknown) => options.log.error({ err: error }, "old frozen hosts were not removed")),
      EXPIRE_EVERY_MS,
    );
    this.#timer.unref();
  }

  /** Takes over what an earlier server kept. What is no longer on the disk is noted. */
  static async open(options: FrozenHostsOptions): Promise<FrozenHosts> {
    const frozen = new FrozenHosts(options);
    const there = new Set(options.backend.saved());
    for (const { id } of await frozenHosts(options.store)) {
      if (there.has(id)) continue;
      options.log.warn({ frozen: id }, "a host that was kept as evidence is not there any more");
      await setFrozenGone(options.store, id, "broken", now());
    }
    await frozen.expire();
    return frozen;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Those that nobody else may forget. */
  async ids(): Promise<ReadonlySet<string>> {
    return new Set((await frozenHosts(this.#options.store)).map(({ id }) => id));
  }

  /** Makes room for one more: the oldest go, but never one that is still to be graded. Fails with `no_disk`. */
  async makeRoom(): Promise<void> {
    const { store, maxBytes } = this.#options;
    const wanted = new Set([...(await openSittings(store)), ...(await ungradedSittings(store))].map(({ id }) => id));
    const there = await frozenHosts(store);
    let bytes = there.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of there) {
      if (bytes + ONE_MORE_BYTES <= maxBytes) return;
      if (wanted.has(one.sitting)) continue;
      await this.#letGo(one, "room");
      bytes -= one.bytes;
    }
    if (bytes + ONE_MORE_BYTES > maxBytes) throw new LabError("no_disk", { log: `frozen hosts take ${bytes} of ${maxBytes} bytes` });
  }

  /** Keeps a saved host for a task; the one before it of the same task goes. */
  async keep(host: Omit<FrozenHostRecord, "gone" | "bytes"> & { readonly bytes: SavedHost["bytes"] }): Promise<void> {
    const before = (await frozenHosts(this.#options.store)).filter(
      ({ sitting, exercise, id }) => sitting === host.sitting && exercise === host.exercise && id !== host.id,
    );
    await insertFrozen(this.#options.store, host);
    for (const one of before) await this.#letGo(one, "replaced");
    this.#options.log.info({ frozen: host.id, exercise: host.exercise, sitting: host.sitting, bytes: host.bytes }, "a host is kept as evidence");
  }

  /** The host of a task, if it is there. */
  async of(sitting: string, exercise: string): Promise<FrozenHostRecord | undefined> {
    const newest = await newestFrozen(this.#options.store, sitting, exercise);
    return newest?.gone === undefined ? newest : undefined;
  }

  /** Tasks of a class whose host is there: `<sitting> <exercise>`. */
  async keptOf(room: string): Promise<string[]> {
    return (await frozenOfClass(this.#options.store, room)).flatMap(({ sitting, exercise, gone }) => (gone === undefined ? [`${sitting} ${exercise}`] : []));
  }

  async shown(sitting: string, exercise: string): ReturnType<FrozenEvidence["shown"]> {
    const newest = await newestFrozen(this.#options.store, sitting, exercise);
    if (newest === undefined) return undefined;
    const { at, bytes, gone } = newest;
    return { at, bytes, keptUntil: this.#goneAt(at), ...(gone && { gone }) };
  }

  /** What an instructor has to know of them. */
  async summary(room: string): Promise<ExamRoomView["hosts"]> {
    const { store, maxBytes, keptDays } = this.#options;
    const bytes = (await frozenHosts(store)).reduce((sum, one) => sum + one.bytes, 0);
    const ofClass = await frozenOfClass(store, room);
    const there = ofClass.filter(({ gone }) => gone === undefined);
    const first = there.map(({ at }) => at).sort()[0];
    return {
      ...{ bytes, mostBytes: maxBytes, kept: there.length, keptDays },
      ...(first !== undefined && { nextGoneAt: this.#goneAt(first) }),
      tight: bytes > maxBytes * TIGHT_AT,
      goneForRoom: ofClass.filter(({ gone }) => gone === "room").length,
    };
  }

  /** A class is over: its hosts go. */
  async forgetClass(room: string): Promise<void> {
    for (const one of await frozenOfClass(this.#options.store, room)) if (one.gone === undefined) await this.#letGo(one, "class");
  }

  async expire(): Promise<void> {
    const oldest = new Date(Date.now() - this.#options.keptDays * DAY_MS).toISOString();
    for (const one of await frozenHosts(this.#options.store)) if (one.at < oldest) await this.#letGo(one, "age");
  }

  #goneAt(at: string): string {
    return new Date(Date.parse(at) + this.#options.keptDays * DAY_MS).toISOString();
  }

  async #letGo({ id }: FrozenHostRecord, why: FrozenGone): Promise<void> {
    await setFrozenGone(this.#options.store, id, why, now());
    this.#options.backend.forget(id);
    this.#options.log.info({ frozen: id, why }, "a host that was kept as evidence is let go");
  }
}

const now = (): string => new Date().toISOString();
