import type { SeatEvent } from "../contract/events.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";

/** What was seen of a learner's work on the host that they have. */
export interface Activity {
  /** When a command last ended, ms of the clock. */
  readonly workedAt: number | undefined;
  /** When the lab last saw a task done that had not been. */
  readonly progressAt: number | undefined;
  /** Tasks that are done on this host, as the lab last saw it. */
  readonly done: readonly string[];
}

/** A seat, as far as its work is followed. */
export interface WorkingSeat {
  readonly id: string;
  subscribe(listener: (event: SeatEvent) => void): () => void;
}

/** How often a change of nothing but the time of the last command is told, ms. */
const TELL_EVERY_MS = 30_000;

/** Follows learners' work, for as long as they have hosts. */
export class Activities {
  readonly #seats = new Map<string, { -readonly [K in keyof Activity]: Activity[K] }>();
  readonly #onChange: (seat: string) => void;

  /** @param onChange called when a seat's terminals or its work have changed */
  constructor(onChange: (seat: string) => void) {
    this.#onChange = onChange;
  }

  of(seat: string): Activity | undefined {
    return this.#seats.get(seat);
  }

  /** Follows a seat whose host is ready. Gives the way to stop. */
  follow({ id, subscribe }: WorkingSeat, terminals: Pick<HostTerminals, "onWork" | "onNames">): () => void {
    const activity: { -readonly [K in keyof Activity]: Activity[K] } = { workedAt: undefined, progressAt: undefined, done: [] };
    this.#seats.set(id, activity);
    let toldAt = 0;
    const stops = [
      terminals.onWork(() => {
        activity.workedAt = Date.now();
        if (activity.workedAt - toldAt < TELL_EVERY_MS) return;
        toldAt = activity.workedAt;
        this.#onChange(id);
      }),
      terminals.onNames(() => this.#onChange(id)),
      subscribe((event) => {
        if (event.type !== "verdict") return;
        const done = event.verdict.tasks.filter(({ outcome }) => outcome === "passed").map(({ task }) => task);
        if (done.some((task) => !activity.done.includes(task))) activity.progressAt = Date.now();
        activity.done = done;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      if (this.#seats.get(id) === activity) this.#seats.delete(id);
    };
  }
}
