import type { Problem } from "../../lab-server/contract/problem.ts";
import { closingProblem, SCREEN_CLOSE } from "../../lab-server/contract/screen.ts";
import { refusalOf } from "./refusal.ts";
import { RetryTimer } from "./retry-timer.ts";

/** What speaks RFB over an open socket and draws: noVNC in the page, a plain object in tests. */
export interface ScreenPort {
  sendPassword(password: string): void;
  /** Ends the connection; nothing is told of it. */
  close(): void;
}

/** What a port tells, in this order: perhaps `onPassword` and `onRefusedPassword`, then `onOpen` once. */
export interface PortEvents {
  readonly onOpen: () => void;
  readonly onPassword: () => void;
  readonly onRefusedPassword: () => void;
}

/**
 * - `asleep`: nobody has looked for a while, and nothing is connected.
 * - `connecting`, `reconnecting`: the first or a lost connection is being made.
 * - `open`: the picture is here, and keys reach the screen.
 * - `password`: the screen wants one; see `sendPassword`.
 * - `off`: the guest does not run. It is connected to by itself when it does.
 * - `refused`: there is no picture, see the problem. `retry` asks again.
 */
export type ScreenState = "asleep" | "connecting" | "reconnecting" | "open" | "password" | "off" | "refused";

export interface ScreenStatus {
  readonly state: ScreenState;
  readonly problem?: Problem | undefined;
  /** The last password was not the right one. */
  readonly wrongPassword: boolean;
}

export interface ScreenConnectionOptions {
  /** `ws:` or `wss:` address of the screen. */
  readonly url: string;
  /** Makes the port for a socket that is being opened. */
  readonly openPort: (socket: WebSocket, events: PortEvents) => ScreenPort;
  readonly onStatus: (status: ScreenStatus) => void;
  readonly WebSocket?: new (url: string) => WebSocket;
  readonly fetch?: typeof fetch;
  /** Whether the screen may be looked at from the beginning. Default false. */
  readonly shown?: boolean;
}

/** A screen that nobody sees is let go after this long, so that its host can rest; short looks elsewhere cost nothing. In milliseconds. */
export const LET_GO_MS = 15_000;
/** Where nobody tells that a guest was started, it is asked for this often while somebody looks, in milliseconds. */
const ASK_AGAIN_MS = 5_000;

/**
 * A screen that is connected while somebody looks, and comes back by itself: when the line was cut, when the guest was started again,
 * when the learner looks again.
 */
export class ScreenConnection {
  readonly #options: ScreenConnectionOptions;
  readonly #retry = new RetryTimer(() => this.#connect());
  #state: ScreenState = "asleep";
  #socket: WebSocket | undefined;
  #port: ScreenPort | undefined;
  #shown = false;
  #guestRuns: boolean | undefined;
  #closed = false;
  #letGo: ReturnType<typeof setTimeout> | undefined;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  #password: string | undefined;
  #wrongPassword = false;
  #problem: Problem | undefined;

  constructor(options: ScreenConnectionOptions) {
    this.#options = options;
    if (options.shown === true) this.setShown(true);
  }

  /** Whether anybody can see the screen now. */
  setShown(shown: boolean): void {
    if (this.#shown === shown || this.#closed) return;
    this.#shown = shown;
    clearTimeout(this.#letGo);
    if (!shown) {
      this.#letGo = setTimeout(() => this.#drop("asleep"), LET_GO_MS);
      // A line that was cut is mended all the same: a short look elsewhere costs nothing. A guest that is off can wait.
      if (this.#state === "off") this.#stopWaiting();
    } else if (this.#state === "asleep") this.retry();
    else if (this.#state === "off") this.#waitForGuest();
    else this.#retry.hurry();
  }

  /** What is known of the guest from elsewhere, if anything: a guest that is known to be off is not asked for. */
  setGuestRuns(runs: boolean | undefined): void {
    if (this.#guestRuns === runs) return;
    this.#guestRuns = runs;
    if (this.#state === "off") this.#waitForGuest();
    // It may have been started with another definition.
    else if (runs === true && this.#state === "refused" && this.#shown) this.retry();
  }

  sendPassword(password: string): void {
    this.#password = password;
    this.#wrongPassword = false;
    this.#port?.sendPassword(password);
    this.#enter("connecting");
  }

  /** Asks for the screen now. */
  retry(): void {
    if (this.#closed || this.#socket !== undefined) return;
    this.#enter("connecting");
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#letGo);
    this.#drop("asleep");
  }

  #connect(): void {
    this.#stopWaiting();
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(this.#options.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    let reached = false;
    const current = (): boolean => socket === this.#socket;
    socket.addEventListener("open", () => {
      reached = true;
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (current()) this.#onClose(code, reason, reached);
    });
    this.#port = this.#options.openPort(socket, {
      onOpen: () => {
        if (!current()) return;
        this.#retry.reset();
        this.#enter("open");
      },
      onPassword: () => {
        if (!current()) return;
        if (this.#password !== undefined && !this.#wrongPassword) this.#port?.sendPassword(this.#password);
        else this.#enter("password");
      },
      onRefusedPassword: () => {
        this.#password = undefined;
        this.#wrongPassword = true;
      },
    });
  }

  #onClose(code: number, reason: string, reached: boolean): void {
    const wasOpen = this.#state === "open";
    this.#release();
    const problem = closingProblem(reason);
    const refused = code === SCREEN_CLOSE.refused && problem?.code !== "host_not_ready";
    if (refused && problem?.code === "guest_off") {
      this.#enter("off", problem);
      this.#waitForGuest();
    } else if (refused || code === SCREEN_CLOSE.hostGone || code === SCREEN_CLOSE.tooMany) {
      this.#enter("refused", problem);
    } else {
      this.#enter(wasOpen || this.#state === "reconnecting" ? "reconnecting" : "connecting");
      this.#retry.start();
      if (!reached) void this.#askWhyRefused();
    }
  }

  /** A refusal ends it; a server that says nothing is tried again. */
  async #askWhyRefused(): Promise<void> {
    const problem = await refusalOf(this.#options.url, this.#options.fetch);
    if (problem === undefined || this.#state === "open" || this.#state === "asleep") return;
    this.#drop("refused", problem);
  }

  #stopWaiting(): void {
    this.#retry.stop();
    clearTimeout(this.#askAgain);
  }

  #waitForGuest(): void {
    this.#stopWaiting();
    if (!this.#shown || this.#guestRuns === false) return;
    if (this.#guestRuns === true) this.#retry.start();
    else this.#askAgain = setTimeout(() => this.#connect(), ASK_AGAIN_MS);
  }

  #drop(state: ScreenState, problem?: Problem): void {
    const socket = this.#socket;
    this.#release();
    socket?.close();
    this.#enter(state, problem);
  }

  #release(): void {
    this.#stopWaiting();
    this.#socket = undefined;
    const port = this.#port;
    this.#port = undefined;
    port?.close();
  }

  #enter(state: ScreenState, problem?: Problem): void {
    if (state === this.#state && problem === this.#problem) return;
    this.#state = state;
    this.#problem = problem;
    if (!this.#closed) this.#options.onStatus({ state, problem, wrongPassword: this.#wrongPassword });
  }
}
