import type { Catalogue } from "../exercises/catalogue.ts";
import type { Log } from "../log.ts";
import { type ClassRecord, classesAround, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";

/** Hosts are made from so long before a class opens until so long after it, ms. */
const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 15 * 60_000;
const LOOK_EVERY_MS = 60_000;

export interface WarmUpOptions {
  readonly store: Store;
  readonly catalogue: Catalogue;
  /** See `HostPool.expect`. */
  readonly expect: (templates: ReadonlyMap<string, number>) => () => void;
  /** ms of the clock */
  readonly now?: () => number;
  readonly log: Log;
}

/** Has hosts ready when a class begins: as many as it will want at once, in the state in which its first exercise begins. */
export class WarmUp {
  readonly #options: WarmUpOptions;
  readonly #expected = new Map<string, { readonly text: string; readonly stop: () => void }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WarmUpOptions) {
    this.#options = options;
  }

  start(): void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { stop } of this.#expected.values()) stop();
    this.#expected.clear();
  }

  /** Sees which classes begin now, and what they want. Never fails. */
  async look(): Promise<void> {
    const { store, log, now = Date.now } = this.#options;
    try {
      const at = (ms: number): string => new Date(now() + ms).toISOString();
      const records = await classesAround(store, { from: at(-AFTER_MS), to: at(BEFORE_MS) });
      const wanted = new Map<string, ReadonlyMap<string, number>>();
      for (const record of records) wanted.set(record.id, await this.#wantedBy(record));
      for (const [id, { stop }] of [...this.#expected]) {
        if (wanted.has(id)) continue;
        this.#expected.delete(id);
        stop();
      }
      for (const [id, templates] of wanted) this.#expect(id, templates);
    } catch (thrown) {
      log.error({ err: thrown }, "it could not be seen which classes begin");
    }
  }

  /** Who has joined will come; before anybody has, as many as there are seats. */
  async #wantedBy({ id, exercises, seats, hosts }: ClassRecord): Promise<ReadonlyMap<string, number>> {
    const { store, catalogue } = this.#options;
    const members = (await membersOf(store, id)).length;
    const first = exercises[0] && catalogue.list().find((one) => one.id === exercises[0]?.exercise);
    const count = Math.min(members || seats, hosts ?? seats);
    return new Map(first === undefined ? [] : [[first.definition.template, count]]);
  }

  #expect(id: string, templates: ReadonlyMap<string, number>): void {
    const text = JSON.stringify([...templates]);
    const before = this.#expected.get(id);
    if (before?.text === text) return;
    this.#expected.set(id, { text, stop: this.#options.expect(templates) });
    before?.stop();
    this.#options.log.info({ class: id, hosts: [...templates] }, "hosts are made for a class that begins");
  }
}
