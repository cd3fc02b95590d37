import type { WebSocket } from "@fastify/websocket";
import type { Problem } from "../contract/problem.ts";
import { CLOSE, type ClientMessage, clientMessageSchema, MAX_INPUT_BYTES, type ServerMessage } from "../contract/terminal.ts";
import { asLabError } from "../errors.ts";
import type { TerminalSize } from "../hosts/backend.ts";
import type { AttachedViewer } from "../terminals/persistent-terminal.ts";
import type { ViewerSink } from "../terminals/viewer.ts";
import { FrameBudget } from "./frame-budget.ts";

export interface TerminalSocketOptions {
  /** Shows the terminal to the socket, opened in this size if it has no shell yet and this viewer may open one. */
  readonly attach: (sink: ViewerSink, size: TerminalSize) => Promise<AttachedViewer>;
  /** What went wrong on our side, for the log. */
  readonly onError: (error: unknown) => void;
  /** How long a page may take to attach. Default 10 s. */
  readonly attachWithinMs?: number;
  /** Between two pings; a socket that did not answer the last one is dropped. Default 25 s. */
  readonly pingEveryMs?: number;
}

const ATTACH_WITHIN_MS = 10_000;
const PING_EVERY_MS = 25_000;
/** Input that may wait while a shell is being opened. */
const MAX_EARLY_BYTES = 64 * 1024;
/** What a frame costs of the budget. A new screen is expensive to draw, a resize reflows the scrollback. */
const COST = { input: 1, attach: 50, resize: 5, ack: 1, visible: 5 } as const;
const BUDGET = 3_000;
const BUDGET_PER_SECOND = 1_000;
const POLICY_VIOLATION = 1008;
const TOO_LARGE = 1009;

/** Speaks the terminal protocol of `contract/terminal.ts` on one open socket, until either side closes it. */
export function serveTerminal(socket: WebSocket, options: TerminalSocketOptions): void {
  new TerminalSocket(socket, options);
}

class TerminalSocket {
  readonly #socket: WebSocket;
  readonly #options: TerminalSocketOptions;
  readonly #budget = new FrameBudget(BUDGET, BUDGET_PER_SECOND);
  readonly #attachTimer: NodeJS.Timeout;
  readonly #pingTimer: NodeJS.Timeout;
  #viewer: AttachedViewer | undefined;
  /** What came while the shell was being opened, in order; undefined before the first `attach` and after the opening. */
  #early: ((viewer: AttachedViewer) => void)[] | undefined;
  #earlyBytes = 0;
  #answered = true;

  constructor(socket: WebSocket, options: TerminalSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#attachTimer = setTimeout(() => this.#refuse("no attach message came"), options.attachWithinMs ?? ATTACH_WITHIN_MS);
    this.#pingTimer = setInterval(() => this.#ping(), options.pingEveryMs ?? PING_EVERY_MS);
    socket.on("pong", () => {
      this.#answered = true;
    });
    socket.on("message", (data, isBinary) => {
      // ws gives one Buffer per message unless told otherwise.
      if (socket.readyState === socket.OPEN) this.#onFrame(data as Buffer, isBinary);
    });
    socket.on("close", () => {
      clearTimeout(this.#attachTimer);
      clearInterval(this.#pingTimer);
      this.#viewer?.detach();
    });
  }

  #onFrame(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? undefined : this.#parse(data);
    if (isBinary) this.#onInput(data);
    else if (message !== undefined && this.#afford(COST[message.type])) this.#onMessage(message);
  }

  #onMessage(message: ClientMessage): void {
    const attached = this.#viewer !== undefined || this.#early !== undefined;
    if (message.type === "attach" && !attached) {
      clearTimeout(this.#attachTimer);
      void this.#attach({ cols: message.cols, rows: message.rows });
    } else if (!attached) this.#refuse("the first message must be attach");
    else this.#do((viewer) => obey(viewer, message));
  }

  #onInput(data: Buffer): void {
    if (this.#viewer === undefined && this.#early === undefined) this.#refuse("the first message must be attach");
    else if (data.length > MAX_INPUT_BYTES) {
      this.#tell(tooLarge(MAX_INPUT_BYTES));
      this.#socket.close(TOO_LARGE);
    } else if (this.#afford(COST.input)) {
      if (this.#early !== undefined) this.#earlyBytes += data.length;
      if (this.#earlyBytes > MAX_EARLY_BYTES) this.#tell(tooLarge(MAX_EARLY_BYTES));
      else this.#do((viewer) => viewer.input(data));
    }
  }

  /**
   * A message of the protocol, or undefined after it was answered: a known message with wrong values is refused
   * and the socket goes on, anything else is not our page and ends it.
   */
  #parse(data: Buffer): ClientMessage | undefined {
    let json: unknown;
    try {
      json = JSON.parse(data.toString("utf8"));
    } catch {
      this.#refuse("a text frame must be JSON");
      return undefined;
    }
    const { data: message, error } = clientMessageSchema.safeParse(json);
    if (message !== undefined) return message;
    const type = typeof json === "object" && json !== null && "type" in json ? String(json.type) : "";
    if (!Object.hasOwn(COST, type) || type === "input") {
      this.#refuse("unknown message type");
      return undefined;
    }
    const issue = error.issues[0];
    if (this.#afford(COST.visible)) this.#tell(badRequest(`${type}: ${[...(issue?.path ?? []), issue?.message].join(" ")}`));
    return undefined;
  }

  #afford(cost: number): boolean {
    if (this.#budget.take(cost)) return true;
    this.#tell({ code: "too_many", params: { seconds: 1 } });
    this.#socket.close(POLICY_VIOLATION, "too many frames");
    return false;
  }

  async #attach(size: TerminalSize): Promise<void> {
    this.#early = [];
    try {
      const viewer = await this.#options.attach(this.#sink(), size);
      if (this.#socket.readyState !== this.#socket.OPEN) return viewer.detach();
      this.#viewer = viewer;
      const early = this.#early;
      this.#early = undefined;
      this.#earlyBytes = 0;
      for (const step of early) step(viewer);
    } catch (thrown) {
      const error = asLabError(thrown);
      this.#options.onError(error);
      this.#tell(error.toProblem());
      this.#socket.close(error.code === "internal" || error.code === "host_not_ready" ? 1011 : CLOSE.hostGone, error.code);
    }
  }

  #do(step: (viewer: AttachedViewer) => void): void {
    if (this.#viewer !== undefined) step(this.#viewer);
    else this.#early?.push(step);
  }

  #sink(): ViewerSink {
    const socket = this.#socket;
    return {
      screen: ({ size, redraw }, sent) => {
        this.#send({ type: "snapshot", ...size });
        socket.send(redraw, sent);
      },
      output: (data, sent) => socket.send(data, sent),
      problem: (problem) => this.#tell(problem),
      end: (end) => {
        if (end.kind === "exited") {
          this.#send({ type: "exit", code: end.code });
          socket.close(CLOSE.exited, "exited");
        } else {
          this.#tell(end.problem);
          socket.close(CLOSE.hostGone, end.problem.code);
        }
      },
    };
  }

  /** What is not our page, or not any more, is not spoken with. */
  #refuse(reason: string): void {
    this.#tell(badRequest(reason));
    this.#socket.close(CLOSE.badFrame, reason);
  }

  #tell(problem: Problem): void {
    this.#send({ type: "problem", problem });
  }

  #send(message: ServerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #ping(): void {
    if (this.#answered) {
      this.#answered = false;
      this.#socket.ping();
    } else this.#socket.terminate();
  }
}

function obey(viewer: AttachedViewer, message: ClientMessage): void {
  switch (message.type) {
    case "attach":
      // Once more on the same socket: the page asks for the screen again.
      viewer.resize({ cols: message.cols, rows: message.rows });
      viewer.refresh();
      break;
    case "resize":
      viewer.resize({ cols: message.cols, rows: message.rows });
      break;
    case "ack":
      viewer.acknowledge(message.bytes);
      break;
    case "visible":
      viewer.setVisible(message.visible);
  }
}

function tooLarge(limit: number): Problem {
  return { code: "too_large", params: { limit: `${limit / 1024} KiB` } };
}

function badRequest(reason: string): Problem {
  return { code: "bad_request", params: { reason } };
}
