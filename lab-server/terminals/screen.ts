import unicode11 from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import type { ScreenPicture, TerminalSize } from "../hosts/backend.ts";
import { type CommandEvent, readCommandLines } from "./command-lines.ts";
import { redrawSequence } from "./redraw.ts";
import { ScreenModes } from "./screen-modes.ts";
import { isPlain, lastLines } from "./scrolled-away.ts";
import { UnfinishedSequence } from "./unfinished-sequence.ts";

/** A screen at one moment. */
export interface ScreenSnapshot extends ScreenPicture {
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
  /** Called when a command begins or ends, as the shell's marks tell; see `readCommandLines`. Not for what was seen before. */
  readonly onCommand?: (event: CommandEvent) => void;
}

/** How far the screen may fall behind the live output before the shell has to wait for it, */
const LAGS_ABOVE_BYTES = 8 * 1024 * 1024;
/** and where it reads on. */
const CAUGHT_UP_BELOW_BYTES = 4 * 1024 * 1024;
/** While output streams in, parsing it waits until this much has come together: most of a flood scrolls away unparsed. */
const PATIENT_UP_TO_BYTES = 4 * 1024 * 1024;
/** Output streams as long as something has come within this time. */
const STREAM_MS = 8;
/** Parsed in one go: a few milliseconds in which nothing else runs. */
const STEP_BYTES = 64 * 1024;
/** Looking for what has scrolled away is worth it from here on. */
const LONG_RUN_BYTES = 256 * 1024;
/** A larger redraw loses its scrollback first. */
const MAX_REDRAW_BYTES = 1024 * 1024;

type Job =
  | { readonly data: Uint8Array; readonly plain: boolean; readonly again: boolean }
  | { readonly resize: TerminalSize }
  | { readonly snapshot: (snapshot: ScreenSnapshot) => void; readonly scrollback: number };

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
  /** The terminal is at work on a step. */
  #parsing = false;
  /** Output has come lately; `#came`: since the last look. */
  #streaming = false;
  #came = false;
  #look: NodeJS.Timeout | undefined;
  #snapshotsWanted = 0;
  #disposed = false;
  /** What is being parsed was seen before. */
  #again = false;
  #size: TerminalSize;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#terminal = new headless.Terminal({ ...options.size, scrollback: options.scrollback, allowProposedApi: true, logLevel: "off" });
    this.#modes = new ScreenModes(this.#terminal);
    // The addon's type names the browser's terminal; it uses only what both have.
    this.#terminal.loadAddon(new unicode11.Unicode11Addon() as unknown as headless.ITerminalAddon);
    this.#terminal.unicode.activeVersion = "11";
    const { onCommand } = options;
    if (onCommand !== undefined) readCommandLines(this.#terminal, (event) => !this.#again && onCommand(event));
    this.#terminal.onData((answer) => {
      if (!this.#again) options.onReply(answer);
    });
  }

  /** The size after all calls so far. */
  get size(): TerminalSize {
    return this.#size;
  }

  /** True while the screen is too far behind; the shell should wait. */
  get lagging(): boolean {
    return this.#lagging;
  }

  /** @param again the output was seen by an earlier terminal: what programs asked there has had its answer. */
  write(data: Uint8Array, again = false): void {
    this.#waitingBytes += data.length;
    if (this.#waitingBytes > LAGS_ABOVE_BYTES) this.#lagging = true;
    this.#streaming = this.#came = true;
    this.#add({ data, plain: isPlain(data), again });
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#add({ resize: size });
  }

  /** Calls `taken` with the screen as it is after everything written before this call. @param scrollback lines above it; by default all */
  snapshot(taken: (snapshot: ScreenSnapshot) => void, scrollback = this.#options.scrollback): void {
    this.#snapshotsWanted += 1;
    this.#add({ snapshot: taken, scrollback });
  }

  dispose(): void {
    this.#disposed = true;
    this.#jobs.length = 0;
    clearTimeout(this.#look);
    this.#terminal.dispose();
  }

  #add(job: Job): void {
    if (this.#disposed) return;
    this.#jobs.push(job);
    this.#proceed();
  }

  #proceed(): void {
    if (this.#parsing || this.#disposed || this.#jobs.length === 0) return;
    if (this.#streaming && this.#snapshotsWanted === 0 && this.#waitingBytes < PATIENT_UP_TO_BYTES) {
      // The live output needs the processor more.
      this.#look ??= setTimeout(() => {
        this.#look = undefined;
        this.#streaming = this.#came;
        this.#came = false;
        this.#proceed();
      }, STREAM_MS);
      return;
    }
    clearTimeout(this.#look);
    this.#look = undefined;
    this.#step();
  }

  #step(): void {
    // Whoever is given a snapshot may call in again, and a step may then be under way.
    while (!this.#parsing && !this.#disposed) {
      const job = this.#jobs[0];
      if (job === undefined) break;
      if ("data" in job) this.#parse();
      else {
        this.#jobs.shift();
        if ("resize" in job) this.#terminal.resize(job.resize.cols, job.resize.rows);
        else {
          this.#snapshotsWanted -= 1;
          job.snapshot(this.#take(job.scrollback));
        }
      }
    }
  }

  #parse(): void {
    this.#parsing = true;
    this.#dropScrolledAway();
    let bytes = 0;
    let count = 0;
    const [first] = this.#jobs;
    this.#again = first !== undefined && "data" in first && first.again;
    for (const job of this.#jobs) {
      if (!("data" in job) || bytes >= STEP_BYTES || job.again !== this.#again) break;
      bytes += job.data.length;
      count += 1;
    }
    const parsed = (): void => {
      this.#caughtUp(bytes);
      // Sockets come first; the next step follows after them.
      setImmediate(() => {
        this.#parsing = false;
        this.#proceed();
      });
    };
    for (const [index, job] of this.#jobs.splice(0, count).entries()) {
      if (!("data" in job)) continue;
      this.#unfinished.push(job.data);
      this.#terminal.write(job.data, index === count - 1 ? parsed : undefined);
    }
  }

  /**
   * Lines that would scroll out of the scrollback before anybody can see them are not parsed at all. That is exact
   * only for plain text, outside of any sequence, on a screen that scrolls as a whole.
   */
  #dropScrolledAway(): void {
    if (this.#unfinished.bytes.length > 0 || this.#modes.region(this.#terminal.buffer.active.type) !== "") return;
    const run: Uint8Array[] = [];
    let bytes = 0;
    for (const job of this.#jobs) {
      if (!("data" in job) || !job.plain) break;
      run.push(job.data);
      bytes += job.data.length;
    }
    if (bytes < LONG_RUN_BYTES) return;
    const kept = lastLines(run, this.#options.scrollback + 2 * this.#terminal.rows);
    if (kept === undefined) return;
    this.#jobs.splice(0, run.length, ...kept.map((data) => ({ data, plain: true, again: false })));
    this.#caughtUp(bytes - kept.reduce((sum, data) => sum + data.length, 0));
  }

  #caughtUp(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (!this.#lagging || this.#waitingBytes >= CAUGHT_UP_BELOW_BYTES) return;
    this.#lagging = false;
    this.#options.onCaughtUp();
  }

  #take(scrollback: number): ScreenSnapshot {
    let text = redrawSequence(this.#terminal, this.#modes, scrollback);
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
