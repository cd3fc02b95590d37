import { PAUSE_ABOVE_BYTES, RESUME_BELOW_BYTES } from "../contract/terminal.ts";

/**
 * Counts what was sent and not yet acknowledged. `full` turns true above the upper mark and false again only
 * below the lower one, so that a sender does not flutter between the two. Bytes, no clock, no socket.
 */
export class AckWindow {
  #unacknowledged = 0;
  #full = false;

  get full(): boolean {
    return this.#full;
  }

  sent(bytes: number): void {
    this.#unacknowledged += bytes;
    if (this.#unacknowledged > PAUSE_ABOVE_BYTES) this.#full = true;
  }

  /** A receiver that acknowledges more than it was sent gains nothing by it. */
  acknowledged(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    if (this.#unacknowledged < RESUME_BELOW_BYTES) this.#full = false;
  }
}
