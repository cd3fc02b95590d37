import { MOST_SNAPSHOTS } from "../contract/seat.ts";
import { LabError } from "../errors.ts";
import type { HostBackend } from "../hosts/backend.ts";
import { insertSnapshot, removeSnapshot } from "../store/snapshots.ts";
import type { OrderedWrites } from "./ordered-writes.ts";
import type { Seat, Snapshot } from "./seat.ts";

export interface SnapshotsOptions {
  readonly backend: Pick<HostBackend, "save" | "forget">;
  readonly writes: OrderedWrites;
}

/** What learners save of their hosts. */
export class Snapshots {
  readonly #options: SnapshotsOptions;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /**
   * Saves the host as it is now; it runs on. Fails with `snapshots_full`, `no_disk`, `busy`, or as `Seat.ready` where there is
   * no host.
   */
  async take(seat: Seat, name: string): Promise<void> {
    const { backend, writes } = this.#options;
    await seat.during("snapshot", async () => {
      const { host, baseline } = seat.ready();
      if (seat.snapshots.length >= MOST_SNAPSHOTS) {
        throw new LabError("snapshots_full", { params: { limit: MOST_SNAPSHOTS }, log: `seat ${seat.id} has ${seat.snapshots.length} snapshots` });
      }
      const saved = await backend.save(host);
      const snapshot = { id: saved.id, name, at: new Date().toISOString(), baseline, bytes: saved.bytes };
      if (seat.phase === "ended") {
        backend.forget(saved.id);
        throw new LabError("seat_ended", { log: `seat ${seat.id} ended while its host was saved` });
      }
      seat.snapshots = [...seat.snapshots, snapshot];
      await writes.write((store) => insertSnapshot(store, { ...snapshot, seat: seat.id }));
    });
  }

  /** Fails with `not_found`. */
  find(seat: Seat, id: string): Snapshot {
    const snapshot = seat.snapshots.find((candidate) => candidate.id === id);
    if (snapshot === undefined) throw new LabError("not_found", { log: `seat ${seat.id} has no snapshot ${id}` });
    return snapshot;
  }

  /** Fails with `not_found`. */
  async remove(seat: Seat, id: string): Promise<void> {
    const snapshot = this.find(seat, id);
    seat.snapshots = seat.snapshots.filter((other) => other !== snapshot);
    await this.#options.writes.write((store) => removeSnapshot(store, id));
    this.#options.backend.forget(id);
  }
}
