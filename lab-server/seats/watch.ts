import type { GuestOfSeat } from "../contract/events.ts";
import type { Log } from "../log.ts";
import { HostWatch } from "../xray/host-watch.ts";
import type { ReadySeat, Seat } from "./seat.ts";

/** The first look after the start may wait: what else is started then matters more, ms. */
const BEGIN_AFTER_MS = 2_000;

/** What is begun with a watched host; gives the way to end it. */
export type WhileWatched = (seat: Seat, ready: ReadySeat, watch: HostWatch) => () => void;

/** The watches of all learners' hosts, one for each seat that is ready. */
export class Watches {
  readonly #bySeat = new Map<string, HostWatch>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Of a seat that is ready; undefined while it is not. */
  of(seat: Seat): HostWatch | undefined {
    return this.#bySeat.get(seat.id);
  }

  /** Watches the host of a seat that has become ready, tells the seat's viewers of its guests, and does what else is wanted. Gives the way to stop. */
  whileReady(more: WhileWatched): (seat: Seat, ready: ReadySeat) => () => void {
    return (seat, ready) => {
      const watch = new HostWatch(ready.host, this.#log);
      this.#bySeat.set(seat.id, watch);
      let told: string | undefined;
      watch.onChange(() => {
        const guests: GuestOfSeat[] = watch.guests;
        const text = JSON.stringify(guests);
        if (text === told) return;
        told = text;
        seat.publish({ type: "guests", guests });
      });
      const stopMore = more(seat, ready, watch);
      const beginning = setTimeout(() => watch.begin(), BEGIN_AFTER_MS);
      return () => {
        clearTimeout(beginning);
        stopMore();
        watch.stop();
        if (this.#bySeat.get(seat.id) === watch) this.#bySeat.delete(seat.id);
      };
    };
  }
}
