import type { RecordingEnd } from "../contract/recording.ts";
import type { PersistentTerminal } from "../terminals/persistent-terminal.ts";
import { CastEvents, headerLine } from "./asciicast.ts";
import type { CastFile } from "./cast-file.ts";

/** A hostile host may end a command with every byte; a player has to draw each marker. */
const MOST_MARKERS = 1_000;
const MAX_LABEL_CHARACTERS = 200;
/** The exit status and a last marker always find room. */
const SPARE_BYTES = 1024;

export interface RecorderOptions {
  readonly terminal: PersistentTerminal;
  readonly file: CastFile;
  readonly title: string;
  readonly at: Date;
  readonly maxBytes: number;
  /** Whether the lab's disk takes so many bytes more; asked before each line. */
  readonly takeRoom: (bytes: number) => boolean;
  /** Called once, when nothing more will be written. */
  readonly onEnd: (why: RecordingEnd) => void;
}

/**
 * Writes down what one terminal shows from now on: first a picture of its screen, without what has scrolled away, because the
 * learner's word is for what follows; then every byte of output, every change of size, the ends of commands. Keys are not
 * written down: passwords are typed and never shown.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #events = new CastEvents();
  readonly #began = performance.now();
  /** What came while the picture was being made; it follows the picture. */
  #held: (() => void)[] | undefined = [];
  #markers = 0;
  #ended = false;
  readonly #begun = Promise.withResolvers<void>();
  #untap = (): void => {};

  constructor(options: RecorderOptions) {
    this.#options = options;
    const untap = options.terminal.tap({
      begin: ({ size, redraw }) => {
        const held = this.#held ?? [];
        this.#held = undefined;
        this.#append(headerLine({ size, at: options.at, title: options.title }));
        this.#append(this.#events.output(0, redraw));
        for (const write of held) write();
        this.#begun.resolve();
      },
      output: (data) => this.#inOrder((ms) => this.#append(this.#events.output(ms, data))),
      resize: (size) => this.#inOrder((ms) => this.#append(this.#events.resize(ms, size))),
      commandEnded: (status) => this.mark(status === undefined ? "exit" : `exit ${status}`),
      end: (end) => {
        if (end.kind === "exited") this.#inOrder((ms) => this.#write(this.#events.exit(ms, end.code)));
        this.end(end.kind === "exited" ? "shell" : end.problem.code === "shutting_down" ? "server" : "host");
      },
    });
    // The end may have come before the way to stop.
    if (this.#ended) untap();
    else this.#untap = untap;
  }

  /** Resolves when the picture is written, or when it never will be. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Milliseconds from the beginning to the last event. */
  get ms(): number {
    return this.#events.lastMs;
  }

  /** A marker, for a player to jump to. */
  mark(label: string): void {
    this.#inOrder((ms) => {
      this.#markers += 1;
      if (this.#markers <= MOST_MARKERS) this.#append(this.#events.marker(ms, label.slice(0, MAX_LABEL_CHARACTERS)));
    });
  }

  /** Nothing more is written. The first reason stays. */
  end(why: RecordingEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#untap();
    this.#begun.resolve();
    this.#options.onEnd(why);
  }

  #inOrder(write: (ms: number) => void): void {
    const ms = performance.now() - this.#began;
    if (this.#held === undefined) write(ms);
    else this.#held.push(() => write(ms));
  }

  #append(line: string): void {
    if (this.#ended || line === "") return;
    const bytes = Buffer.byteLength(line);
    if (this.#options.file.bytes + bytes > this.#options.maxBytes - SPARE_BYTES) this.end("size");
    else if (this.#options.takeRoom(bytes)) this.#write(line);
    else this.end("room");
  }

  #write(line: string): void {
    if (!this.#ended) this.#options.file.append(line);
  }
}
