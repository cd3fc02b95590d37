import type { GuestOfSeat } from "../contract/events.ts";
import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import { HostWatch } from "../xray/host-watch.ts";
import { Xray } from "../xray/xray.ts";
import type { ReadySeat, Seat } from "./seat.ts";

/** The first look after the start may wait: what else is started then matters more, ms. */
const BEGIN_AFTER_MS = 2_000;

/** What is begun with a watched host; gives the way to end it. */
export type WhileWatched = (seat: Seat, ready: ReadySeat, watch: HostWatch) => () => void;

/** The watches of all learners' hosts, one for each seat that is ready. */
export class Watches {
  readonly #xrays = new Map<string, Xray>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The X-ray of the host of a seat. Fails as `Seat.ready` while there is none. */
  xray(seat: Seat): Xray {
    seat.ready();
    const xray = this.#xrays.get(seat.id);
    if (xray === undefined) throw new LabError("host_not_ready", { log: `the host of seat ${seat.id} is not watched` });
    return xray;
  }

  /** Watches the host of a seat that has become ready, tells the seat's viewers of its guests, and does what else is wanted. Gives the way to stop. */
  whileReady(more: WhileWatched): (seat: Seat, ready: ReadySeat) => () => void {
    return (seat, ready) => {
      const watch = new HostWatch(ready.host, this.#log);
      const xray = new Xray(ready.host, watch, this.#log);
      this.#xrays.set(seat.id, xray);
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
      beginning.unref();
      return () => {
        clearTimeout(beginning);
        stopMore();
        xray.stop();
        watch.stop();
        if (this.#xrays.get(seat.id) === xray) this.#xrays.delete(seat.id);
      };
    };
  }
}
