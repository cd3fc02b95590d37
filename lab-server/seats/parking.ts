import type { Problem } from "../contract/problem.ts";
import type { HostBackend } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import { setSeatHost, setSeatParked } from "../store/seats.ts";
import type { OrderedWrites } from "./ordered-writes.ts";
import type { Seat } from "./seat.ts";
import type { SeatHosts } from "./seat-hosts.ts";

export interface ParkingOptions {
  readonly backend: Pick<HostBackend, "save" | "forget">;
  readonly hosts: SeatHosts;
  readonly writes: OrderedWrites;
  readonly log: Log;
}

export interface ParkOptions {
  readonly stillDue?: () => boolean;
  readonly problem?: Problem;
}

/** Hosts that are saved to the disk and taken away, to be brought back where they stood. */
export class Parking {
  readonly #options: ParkingOptions;
  #making = false;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** The memory is short: of the hosts that stand still, the one that has done so longest is parked. */
  parkOne(seats: Iterable<Seat>): void {
    if (this.#making) return;
    const idle = [...seats].filter((seat) => seat.frozenSince !== undefined && seat.operation === undefined && seat.readyOrHeld().host.savable);
    const seat = idle.sort((a, b) => (a.frozenSince ?? 0) - (b.frozenSince ?? 0))[0];
    if (seat === undefined) return;
    this.#making = true;
    this.park(seat)
      .catch((error: unknown) => this.#options.log.warn({ err: error, seat: seat.id }, "a host could not be parked"))
      .finally(() => {
        this.#making = false;
      });
  }

  /**
   * Parks the host of a seat, unless it is not to be parked any more when that is done.
   * @param stillDue asked when the host is saved; default: nobody has come back to it
   * @param problem what the learner is told, where it was not for want of anybody who looks
   * Fails with `busy`, `no_disk`, or as `Seat.ready`; the host is then as it was.
   */
  async park(seat: Seat, { stillDue, problem }: ParkOptions = {}): Promise<void> {
    const { backend, hosts, writes } = this.#options;
    await seat.during("park", async () => {
      const { host, baseline } = seat.readyOrHeld();
      const saved = await backend.save(host);
      /** Nobody came back meanwhile, and the seat is not over. */
      const unwanted = (): boolean => seat.phase === "ready" && (stillDue?.() ?? host.state === "frozen");
      if (!unwanted()) return backend.forget(saved.id);
      await writes.write((store) => setSeatParked(store, seat.id, saved.id));
      if (!unwanted()) {
        if (seat.phase === "ready") await writes.write((store) => setSeatHost(store, seat.id, { id: host.id, baseline }));
        return backend.forget(saved.id);
      }
      hosts.letGo(seat, problem ?? { code: "host_parked" });
      seat.park({ id: saved.id, baseline, bytes: saved.bytes }, problem);
    });
  }
}
