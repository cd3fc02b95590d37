import { hashOf, newSecret } from "./secret.ts";

/** An afternoon's course is over by then; the activity can be opened again. In milliseconds. */
const TICKET_LIVES_MS = 4 * 3_600_000;
const MOST_TICKETS = 10_000;

/**
 * Who is in a frame: a browser that came by a launch holds a ticket there, which is good for carrying them into a tab of its own and for
 * nothing else. Kept in memory, so a restart forgets them.
 */
export class FrameTickets {
  readonly #now: () => number;
  /** By hash, oldest first. */
  readonly #tickets = new Map<string, { readonly who: string; readonly until: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(who: string): string {
    for (const [hash, { until }] of this.#tickets) {
      if (until > this.#now() && this.#tickets.size < MOST_TICKETS) break;
      this.#tickets.delete(hash);
    }
    const secret = newSecret();
    this.#tickets.set(hashOf(secret), { who, until: this.#now() + TICKET_LIVES_MS });
    return secret;
  }

  /** Whose ticket it is; undefined for one that is unknown or too old. */
  who(secret: string): string | undefined {
    const ticket = this.#tickets.get(hashOf(secret));
    return ticket !== undefined && ticket.until > this.#now() ? ticket.who : undefined;
  }
}
