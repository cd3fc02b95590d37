import unicode11 from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import type { TerminalSize } from "../hosts/backend.ts";
import { redrawSequence } from "./redraw.ts";
import { ScreenModes } from "./screen-modes.ts";
import { UnfinishedSequence } from "./unfinished-sequence.ts";

/** A screen at one moment. */
export interface ScreenSnapshot {
  readonly size: TerminalSize;
  /** Written into an empty terminal of that size, it brings screen, scrollback and modes back. */
  readonly redraw: Uint8Array;
  /** A full-screen program has drawn it. */
  readonly alternate: boolean;
}

export interface ScreenOptions {
  readonly size: TerminalSize;
  /** Lines kept above the screen. They are most of its memory: about 2 MB for 1,000 lines of 80 columns. */
  readonly scrollback: number;
  /** What the terminal answers when a program asks it something. */
  readonly onReply: (answer: string) => void;
  /** Called when a lagging screen has caught up: `lagging` turned false. */
  readonly onCaughtUp: () => void;
}

/** How far the screen may fall behind the live output before the shell has to wait for it. */
const LAGS_ABOVE_BYTES = 4 * 1024 * 1024;
const CAUGHT_UP_BELOW_BYTES = 1024 * 1024;
/** Parsed in one go: some 3 ms in which nothing else runs. */
const STEP_BYTES = 128 * 1024;
/** A larger redraw loses its scrollback first. */
const MAX_REDRAW_BYTES = 1024 * 1024;

type Job = Uint8Array | { readonly resize: TerminalSize } | { readonly snapshot: (snapshot: ScreenSnapshot) => void };

/**
 * A terminal that nobody looks at. It parses what a shell writes, behind the live output and never in its way,
 * and can say at any point of the output how the screen looked there.
 *
 * Writes, resizes and snapshots take effect in the order of the calls.
 */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #terminal: headless.Terminal;
  readonly #modes: ScreenModes;
  readonly #unfinished = new UnfinishedSequence();
  readonly #jobs: Job[] = [];
  #waitingBytes = 0;
  #lagging = false;
  #working = false;
  #disposed = false;
  #size: TerminalSize;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#terminal = new headless.Terminal({ ...options.size, scrollback: options.scrollback, allowProposedApi: true, logLevel: "off" });
    this.#modes = new ScreenModes(this.#terminal);
    // The addon's type names the browser's terminal; it uses only what both have.
    this.#terminal.loadAddon(new unicode11.Unicode11Addon() as unknown as headless.ITerminalAddon);
    this.#terminal.unicode.activeVersion = "11";
    this.#terminal.onData(options.onReply);
  }

  /** The size after all calls so far. */
  get size(): TerminalSize {
    return this.#size;
  }

  /** True while the screen is too far behind; the shell should wait. */
  get lagging(): boolean {
    return this.#lagging;
  }

  write(data: Uint8Array): void {
    this.#waitingBytes += data.length;
    if (this.#waitingBytes > LAGS_ABOVE_BYTES) this.#lagging = true;
    this.#add(data);
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#add({ resize: size });
  }

  /** Calls `taken` with the screen as it is after everything written before this call. */
  snapshot(taken: (snapshot: ScreenSnapshot) => void): void {
    this.#add({ snapshot: taken });
  }

  dispose(): void {
    this.#disposed = true;
    this.#jobs.length = 0;
    this.#terminal.dispose();
  }

  #add(job: Job): void {
    if (this.#disposed) return;
    this.#jobs.push(job);
    if (!this.#working) this.#work();
  }

  #work(): void {
    this.#working = true;
    while (!this.#disposed) {
      const job = this.#jobs[0];
      if (job === undefined) break;
      if (job instanceof Uint8Array) return this.#parse();
      this.#jobs.shift();
      if ("resize" in job) this.#terminal.resize(job.resize.cols, job.resize.rows);
      else job.snapshot(this.#take());
    }
    this.#working = false;
  }

  #parse(): void {
    let bytes = 0;
    let count = 0;
    for (const job of this.#jobs) {
      if (!(job instanceof Uint8Array) || bytes >= STEP_BYTES) break;
      bytes += job.length;
      count += 1;
    }
    const chunks = this.#jobs.splice(0, count) as Uint8Array[];
    const parsed = (): void => {
      this.#waitingBytes -= bytes;
      if (this.#lagging && this.#waitingBytes < CAUGHT_UP_BELOW_BYTES) {
        this.#lagging = false;
        this.#options.onCaughtUp();
      }
      // Sockets come first; the next step follows after them.
      setImmediate(() => this.#work());
    };
    for (const [index, chunk] of chunks.entries()) {
      this.#unfinished.push(chunk);
      this.#terminal.write(chunk, index === count - 1 ? parsed : undefined);
    }
  }

  #take(): ScreenSnapshot {
    let text = redrawSequence(this.#terminal, this.#modes, this.#options.scrollback);
    if (text.length > MAX_REDRAW_BYTES) text = redrawSequence(this.#terminal, this.#modes, 0);
    const { cols, rows } = this.#terminal;
    return {
      size: { cols, rows },
      // CAN first: the terminal that is drawn on may stand in the middle of a sequence of its own.
      redraw: Buffer.concat([Buffer.from(`\x18${text}`), this.#unfinished.bytes]),
      alternate: this.#terminal.buffer.active.type === "alternate",
    };
  }
}
