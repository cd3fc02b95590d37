import { LabError } from "../errors.ts";
import type { Seat } from "../seats/seat.ts";
import type { ClassRecord } from "../store/classes.ts";

interface Waiting {
  readonly seat: Seat;
  readonly admit: () => void;
  readonly onPlace: (place: number) => void;
  /** What was told last. */
  place?: number;
}

interface Limited {
  most: number;
  /** Seats that have a host, or are about to. */
  readonly holding: Set<Seat>;
  readonly waiting: Waiting[];
}

/** Of the hosts of a class only so many run at once as its instructor has said; who comes later waits, in the order in which they came. */
export class HostLimits {
  readonly #classes = new Map<string, Limited>();
  readonly #park: (seats: readonly Seat[]) => void;

  /** @param park called when somebody waits: one of these hosts that nobody looks at may be saved to the disk */
  constructor(park: (seats: readonly Seat[]) => void) {
    this.#park = park;
  }

  /** Counts a host that is there already. */
  hold(seat: Seat, records: readonly ClassRecord[]): void {
    for (const record of records) if (record.hosts !== undefined) this.#take(this.#of(record.id, record.hosts), seat);
  }

  /**
   * Resolves when a seat may have a host in all of these classes. Fails with `seat_ended` when aborted.
   * @param onPlace called with the place in the queue, from 1, whenever it changes; not called for who need not wait
   */
  async admit(seat: Seat, records: readonly ClassRecord[], signal: AbortSignal, onPlace: (place: number) => void): Promise<void> {
    for (const { id, hosts } of records) {
      if (hosts === undefined) continue;
      const limited = this.#of(id, hosts);
      if (limited.holding.has(seat)) continue;
      if (limited.holding.size < limited.most && limited.waiting.length === 0) this.#take(limited, seat);
      else await this.#wait(limited, seat, signal, onPlace);
    }
  }

  /** The limit of a class is another one now, or is gone: whoever waits beyond need waits no longer. */
  changed({ id, hosts = Number.POSITIVE_INFINITY }: Pick<ClassRecord, "id"> & Partial<Pick<ClassRecord, "hosts">>): void {
    const limited = this.#classes.get(id);
    if (limited === undefined) return;
    limited.most = hosts;
    this.#next(limited);
  }

  #of(id: string, most: number): Limited {
    const limited = this.#classes.get(id) ?? { most, holding: new Set(), waiting: [] };
    limited.most = most;
    this.#classes.set(id, limited);
    return limited;
  }

  #wait(limited: Limited, seat: Seat, signal: AbortSignal, onPlace: (place: number) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        limited.waiting.splice(limited.waiting.indexOf(waiting), 1);
        this.#tellPlaces(limited);
        reject(new LabError("seat_ended", { log: "whoever waited for a host of the class went away" }));
      };
      const admit = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const waiting: Waiting = { seat, admit, onPlace };
      if (signal.aborted) return reject(new LabError("seat_ended", { log: "aborted before the class was asked" }));
      signal.addEventListener("abort", onAbort, { once: true });
      limited.waiting.push(waiting);
      this.#next(limited);
    });
  }

  #take(limited: Limited, seat: Seat): void {
    if (limited.holding.has(seat)) return;
    limited.holding.add(seat);
    const stop = seat.subscribe((event) => {
      if (event.type !== "seat" || !GONE.has(event.seat.phase)) {
        // Somebody stands still and somebody waits.
        if (event.type === "seat" && event.seat.host?.frozen === true && limited.waiting.length > 0) this.#park([...limited.holding]);
        return;
      }
      stop();
      limited.holding.delete(seat);
      this.#next(limited);
    });
  }

  #next(limited: Limited): void {
    while (limited.holding.size < limited.most) {
      const waiting = limited.waiting.shift();
      if (waiting === undefined) return;
      this.#take(limited, waiting.seat);
      waiting.admit();
    }
    this.#tellPlaces(limited);
    if (limited.waiting.length > 0) this.#park([...limited.holding]);
  }

  #tellPlaces({ waiting }: Limited): void {
    for (const [index, one] of waiting.entries()) {
      if (one.place === index + 1) continue;
      one.place = index + 1;
      one.onPlace(one.place);
    }
  }
}

/** Phases in which a seat has no host and is not about to get one. */
const GONE: ReadonlySet<string> = new Set(["parked", "lost", "failed", "ended"]);
