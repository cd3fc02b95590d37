import type { Problem } from "../contract/problem.ts";
import { AckWindow } from "./flow-control.ts";
import type { ScreenSnapshot } from "./screen.ts";

/** How a terminal ended. */
export type TerminalEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** The host, or the way to it, is gone. */
  | { readonly kind: "gone"; readonly problem: Problem };

/** Where a viewer's bytes go: a socket, or a test. `sent` is called when the bytes have left this process. */
export interface ViewerSink {
  /** Replaces all that was shown. Not acknowledged. */
  screen(snapshot: ScreenSnapshot, sent: () => void): void;
  output(data: Uint8Array, sent: () => void): void;
  problem(problem: Problem): void;
  /** The last call. */
  end(end: TerminalEnd): void;
}

/** What a viewer needs of its terminal. */
export interface ViewerOwner {
  /** `slows` or `visible` may have changed. */
  onFlow(): void;
  /** The viewer has missed output and is ready again: take a snapshot for `beginScreen`. */
  onNeedsScreen(): void;
}

/** `works`: its eyes are those of who works in the terminal. `watches`: somebody looks over their shoulder, and slows nobody. */
export type ViewerKind = "works" | "watches";

/** A viewer that is full and acknowledges nothing for this long no longer slows the shell down. */
export const STUCK_AFTER_MS = 10_000;

/**
 * One pair of eyes on a terminal: decides what of the output it is sent, and whether the shell must wait for it.
 *
 * - `drawing`: its screen is being made; output since then is held, and follows the screen.
 * - `live`: it gets everything. When it is full, the shell waits for it.
 * - `behind`: it gets nothing and slows nobody, because it was full while hidden or while it only watches, or full without a
 *   sign of life for 10 s. Once it has drawn what it was sent, it gets a new screen. It is not disconnected: a throttled tab or
 *   a slow line loses scrollback and not the terminal, and a dead one is found by the socket's own ping.
 *
 * What waits in this process for one socket is bounded without looking at the socket: it is a part of what is not
 * acknowledged, and a second screen is not sent before the first has left.
 */
export class Viewer {
  readonly #sink: ViewerSink;
  readonly #owner: ViewerOwner;
  readonly #window = new AckWindow();
  readonly #kind: ViewerKind;
  readonly #stuckAfterMs: number;
  #state: "drawing" | "live" | "behind" = "behind";
  #held: Uint8Array[] = [];
  /** Counts the screens begun, so that one that was overtaken is not shown. */
  #screens = 0;
  #unsentFrames = 0;
  #visible = true;
  /** It was asked for a screen, and so gets one even while hidden. */
  #asked = false;
  #ended = false;
  #stuckTimer: NodeJS.Timeout | undefined;

  constructor(sink: ViewerSink, owner: ViewerOwner, kind: ViewerKind = "works", stuckAfterMs = STUCK_AFTER_MS) {
    this.#kind = kind;
    this.#sink = sink;
    this.#owner = owner;
    this.#stuckAfterMs = stuckAfterMs;
  }

  /** The shell must wait for this viewer. */
  get slows(): boolean {
    return this.#kind === "works" && !this.#ended && this.#state !== "behind" && this.#window.full;
  }

  get visible(): boolean {
    return this.#visible;
  }

  set visible(visible: boolean) {
    this.#visible = visible;
    this.#settle();
  }

  /** Asks for a new screen, as soon as the viewer can take one. */
  refresh(): void {
    this.#asked = true;
    this.#fallBehind();
    this.#settle();
  }

  /** Output from here on is held; it follows the screen that the returned function is given. */
  beginScreen(): (snapshot: ScreenSnapshot) => void {
    this.#asked = false;
    this.#state = "drawing";
    this.#screens += 1;
    const screen = this.#screens;
    return (snapshot) => {
      if (!this.#ended && this.#state === "drawing" && screen === this.#screens) this.#showScreen(snapshot);
    };
  }

  output(data: Uint8Array): void {
    if (this.#ended || this.#state === "behind") return;
    // Held output counts as sent, so that a shell cannot run away from a screen in the making.
    this.#window.sent(data.length);
    if (this.#state === "drawing") this.#held.push(data);
    else this.#sink.output(data, this.#frame());
    this.#settle();
  }

  acknowledge(bytes: number): void {
    this.#window.acknowledged(bytes);
    this.#stopClock();
    this.#settle();
  }

  problem(problem: Problem): void {
    if (!this.#ended) this.#sink.problem(problem);
  }

  end(end: TerminalEnd): void {
    if (this.#ended) return;
    this.detach();
    this.#sink.end(end);
  }

  /** Nothing is sent any more. */
  detach(): void {
    this.#ended = true;
    this.#held = [];
    this.#stopClock();
  }

  #showScreen(snapshot: ScreenSnapshot): void {
    this.#state = "live";
    this.#sink.screen(snapshot, this.#frame());
    const held = this.#held;
    this.#held = [];
    for (const data of held) this.#sink.output(data, this.#frame());
    this.#settle();
  }

  #frame(): () => void {
    this.#unsentFrames += 1;
    return () => {
      this.#unsentFrames -= 1;
      if (this.#state === "behind") this.#settle();
    };
  }

  /** Draws the consequences of the counts: falls behind, comes back, starts or stops the clock. */
  #settle(): void {
    if (this.#ended) return;
    if (this.#state !== "behind" && this.#window.full) {
      if (!this.#visible || this.#kind === "watches") this.#fallBehind();
      else this.#stuckTimer ??= setTimeout(() => this.#fallBehind(), this.#stuckAfterMs);
    }
    if (!this.#window.full) this.#stopClock();
    this.#owner.onFlow();
    if (this.#state !== "behind" || this.#window.full || this.#unsentFrames > 0) return;
    if (this.#visible || this.#asked) this.#owner.onNeedsScreen();
  }

  #fallBehind(): void {
    this.#stopClock();
    this.#state = "behind";
    // What was held is never sent, so nobody will acknowledge it.
    for (const data of this.#held) this.#window.acknowledged(data.length);
    this.#held = [];
    this.#owner.onFlow();
  }

  #stopClock(): void {
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = undefined;
  }
}
