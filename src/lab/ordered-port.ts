import type { TerminalPort } from "./terminal-connection.ts";

/**
 * Keeps what is done to a port in order. Writing is taken now and drawn later, clearing happens at once: so clearing, and
 * all that comes after it, waits until everything written before has been drawn.
 */
export class OrderedPort {
  readonly #port: TerminalPort;
  readonly #waiting: { readonly clears: boolean; readonly run: () => void }[] = [];
  #undrawn = 0;

  constructor(port: TerminalPort) {
    this.#port = port;
  }

  /** Empties the terminal and gives it this size. */
  clear(cols: number, rows: number): void {
    const run = (): void => {
      this.#port.reset();
      this.#port.resize(cols, rows);
    };
    this.#waiting.push({ clears: true, run });
    this.#proceed();
  }

  write(data: Uint8Array, drawn: () => void): void {
    const run = (): void => {
      this.#undrawn += 1;
      this.#port.write(data, () => {
        this.#undrawn -= 1;
        drawn();
        this.#proceed();
      });
    };
    this.#waiting.push({ clears: false, run });
    this.#proceed();
  }

  #proceed(): void {
    for (let next = this.#waiting[0]; next !== undefined && !(next.clears && this.#undrawn > 0); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.run();
    }
  }
}
