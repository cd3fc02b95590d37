import type { Problem, ProblemCode } from "../../lab-server/contract/problem.ts";
import { ACK_EVERY_BYTES, CLOSE, type ClientMessage, MAX_INPUT_BYTES, serverMessageSchema } from "../../lab-server/contract/terminal.ts";
import { OrderedPort } from "./ordered-port.ts";
import { refusalOf } from "./refusal.ts";
import { RetryTimer } from "./retry-timer.ts";
import { utf8Pieces } from "./utf8-pieces.ts";

/** What draws the bytes: xterm in the page, a plain object in tests. Writes are drawn in order, later. */
export interface TerminalPort {
  /** Calls `done` when the data has been drawn, and not merely taken. */
  write(data: Uint8Array | string, done: () => void): void;
  /** Clears screen, scrollback and modes. Called only when nothing that was written waits to be drawn. */
  reset(): void;
  resize(cols: number, rows: number): void;
}

/**
 * - `connecting`: the first connection is being made; `reconnecting`: a lost one is being made again.
 * - `open`: the screen is here and keys reach the shell.
 * - `exited`: the shell ended. A new connection to the same address opens a new shell.
 * - `closed`: it will not come back, by `close()` or because the server said so: see the problem.
 */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "exited" | "closed";

export type StateListener = (state: ConnectionState, problem?: Problem) => void;

export interface TerminalConnection {
  readonly state: ConnectionState;
  /** The shell's exit status once the state is `exited`; null when a signal ended it. */
  readonly exitCode: number | null | undefined;
  /** Keys and pasted text. What is typed while the line is down is kept, up to 4 KiB, and sent on return. */
  sendInput(data: string | Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** A terminal that nobody sees does not keep its host awake. True at first. */
  setVisible(visible: boolean): void;
  close(): void;
  /**
   * Called on every change of state, and with a problem in an unchanged `open` state when the server refused
   * something. Returns the way to stop listening.
   */
  onState(listener: StateListener): () => void;
}

export interface ConnectOptions {
  /** `ws:` or `wss:` address of the terminal. */
  readonly url: string;
  readonly port: TerminalPort;
  readonly cols: number;
  readonly rows: number;
  readonly WebSocket?: new (url: string) => WebSocket;
  readonly fetch?: typeof fetch;
  /** Where `online` and `visibilitychange` are heard; the window if not given. */
  readonly wakeUps?: readonly EventTarget[];
}

/** More than this, typed while the line is down, is dropped: whole pieces, never the end of one. */
const MAX_KEPT_INPUT_BYTES = 4 * 1024;
/** A socket from before the network came back must answer within this time, in milliseconds. */
const PROBE_MS = 5_000;

/** What a close code means when the server could not say more. */
const CLOSE_PROBLEMS: ReadonlyMap<number, ProblemCode> = new Map([
  [CLOSE.badFrame, "bad_request"],
  [CLOSE.notAllowed, "not_yours"],
  [CLOSE.notFound, "not_found"],
  [CLOSE.hostGone, "host_lost"],
]);

interface Size {
  readonly cols: number;
  readonly rows: number;
}

function sameSize(a: Size, b: Size): boolean {
  return a.cols === b.cols && a.rows === b.rows;
}

/** Connects to a terminal and stays connected until the shell ends, the server refuses, or `close` is called. */
export function connectTerminal(options: ConnectOptions): TerminalConnection {
  return new Connection(options);
}

class Connection implements TerminalConnection {
  readonly #options: ConnectOptions;
  readonly #port: OrderedPort;
  readonly #listeners = new Set<StateListener>();
  readonly #retry = new RetryTimer(() => this.#connect());
  readonly #wakeUps: readonly EventTarget[];
  #state: ConnectionState = "connecting";
  #exitCode: number | null | undefined;
  #problem: Problem | undefined;
  #socket: WebSocket | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;
  #wanted: Size;
  /** The size the server has for us: what it last sent, or we last asked for. */
  #agreed: Size;
  #attachedWith: Size;
  #visible = true;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #unacknowledged = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#port = new OrderedPort(options.port);
    this.#wanted = this.#agreed = this.#attachedWith = { cols: options.cols, rows: options.rows };
    this.#wakeUps = options.wakeUps ?? [window];
    for (const target of this.#wakeUps) {
      target.addEventListener("online", this.#onOnline);
      target.addEventListener("visibilitychange", this.#onVisibility);
    }
    this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get exitCode(): number | null | undefined {
    return this.#exitCode;
  }

  sendInput(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (bytes.length === 0) return;
    if (this.#state === "open") this.#sendBytes(bytes);
    else if (this.#waits() && this.#keptBytes + bytes.length <= MAX_KEPT_INPUT_BYTES) {
      this.#kept.push(bytes);
      this.#keptBytes += bytes.length;
    }
  }

  resize(cols: number, rows: number): void {
    this.#wanted = { cols, rows };
    // Before the first screen has come the size travels with it, so that the two cannot cross on the way.
    if (this.#state === "open") this.#sendWantedSize();
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (this.#state === "open") this.#send({ type: "visible", visible });
  }

  close(): void {
    this.#end("closed");
  }

  onState(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #connect(): void {
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(this.#options.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#unacknowledged = 0;
    let opened = false;
    let redraws = false;
    socket.onopen = () => {
      opened = true;
      this.#sendAttach();
      if (!this.#visible) this.#send({ type: "visible", visible: false });
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.#socket) return;
      if (typeof data === "string") {
        redraws = this.#onControl(data) || redraws;
        return;
      }
      const bytes = new Uint8Array(data);
      if (redraws) this.#drawScreen(bytes, socket);
      else this.#drawLive(bytes, socket);
      redraws = false;
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#onClose(code, opened);
    };
    // A close event always follows and says what there is to say.
    socket.onerror = () => {};
  }

  /** Handles a control message; true when the next binary frame redraws the screen. */
  #onControl(text: string): boolean {
    const { data: message } = serverMessageSchema.safeParse(JSON.parse(text));
    switch (message?.type) {
      case "snapshot": {
        const { cols, rows } = message;
        this.#port.clear(cols, rows);
        this.#agreed = { cols, rows };
        return true;
      }
      case "exit":
        this.#exitCode = message.code;
        return false;
      case "problem":
        this.#problem = message.problem;
        if (this.#state === "open") this.#tell(message.problem);
        return false;
      case undefined:
        // A newer server may say more than this page knows.
        return false;
    }
  }

  #drawScreen(screen: Uint8Array, socket: WebSocket): void {
    this.#port.write(screen, () => {
      if (socket !== this.#socket) return;
      this.#stopProbe();
      this.#retry.reset();
      this.#problem = undefined;
      if (this.#state === "open") return;
      this.#setState("open");
      if (!sameSize(this.#wanted, this.#attachedWith)) {
        this.#options.port.resize(this.#wanted.cols, this.#wanted.rows);
        this.#sendWantedSize();
      }
      const kept = this.#kept;
      this.#kept = [];
      this.#keptBytes = 0;
      for (const bytes of kept) this.#sendBytes(bytes);
    });
  }

  #drawLive(data: Uint8Array, socket: WebSocket): void {
    this.#port.write(data, () => {
      if (socket !== this.#socket) return;
      this.#unacknowledged += data.length;
      if (this.#unacknowledged < ACK_EVERY_BYTES) return;
      this.#send({ type: "ack", bytes: this.#unacknowledged });
      this.#unacknowledged = 0;
    });
  }

  #onClose(code: number, opened: boolean): void {
    this.#stopProbe();
    this.#socket = undefined;
    const final = CLOSE_PROBLEMS.get(code);
    if (code === CLOSE.exited) this.#end("exited");
    else if (final !== undefined) this.#end("closed", this.#problem ?? { code: final });
    if (!this.#waits() && this.#state !== "open") return;
    this.#setState(this.#state === "connecting" ? "connecting" : "reconnecting");
    if (opened) this.#retry.start();
    else void this.#askWhyRefused();
  }

  /** A refusal ends it; a server that says nothing is tried again. */
  async #askWhyRefused(): Promise<void> {
    this.#retry.start();
    const problem = await refusalOf(this.#options.url, this.#options.fetch);
    if (problem !== undefined && this.#socket?.readyState !== 1) this.#end("closed", problem);
  }

  #waits(): boolean {
    return this.#state === "connecting" || this.#state === "reconnecting";
  }

  #sendAttach(): void {
    this.#agreed = this.#attachedWith = this.#wanted;
    this.#send({ type: "attach", ...this.#wanted });
  }

  #sendWantedSize(): void {
    if (sameSize(this.#wanted, this.#agreed)) return;
    this.#agreed = this.#wanted;
    this.#send({ type: "resize", ...this.#wanted });
  }

  #sendBytes(bytes: Uint8Array): void {
    for (const piece of utf8Pieces(bytes, MAX_INPUT_BYTES)) this.#socket?.send(piece as Uint8Array<ArrayBuffer>);
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  readonly #onVisibility = (): void => {
    if (typeof document === "undefined" || document.visibilityState === "visible") this.#retry.hurry();
  };

  /** The network is back: a waiting retry goes now; a socket that seems open must prove it by a new screen. */
  readonly #onOnline = (): void => {
    this.#retry.hurry();
    if (this.#state !== "open" || this.#probe !== undefined) return;
    this.#sendAttach();
    this.#probe = setTimeout(() => {
      this.#probe = undefined;
      const silent = this.#socket;
      this.#socket = undefined;
      silent?.close();
      this.#setState("reconnecting");
      this.#connect();
    }, PROBE_MS);
  };

  #stopProbe(): void {
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #end(state: "exited" | "closed", problem?: Problem): void {
    if (this.#state === "exited" || this.#state === "closed") return;
    const socket = this.#socket;
    this.#socket = undefined;
    this.#stopProbe();
    this.#retry.stop();
    for (const target of this.#wakeUps) {
      target.removeEventListener("online", this.#onOnline);
      target.removeEventListener("visibilitychange", this.#onVisibility);
    }
    socket?.close();
    this.#setState(state, problem);
  }

  #setState(state: ConnectionState, problem?: Problem): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell(problem);
  }

  #tell(problem?: Problem): void {
    for (const listener of this.#listeners) listener(this.#state, problem);
  }
}
