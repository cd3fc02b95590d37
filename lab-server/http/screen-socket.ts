import type { Duplex } from "node:stream";
import type { WebSocket } from "@fastify/websocket";
import type { Problem } from "../contract/problem.ts";
import { closingReason, MAX_SCREEN_FRAME_BYTES, SCREEN_CLOSE } from "../contract/screen.ts";
import { asLabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";
import { FrameBudget } from "./frame-budget.ts";

export interface ScreenSocketOptions {
  /** The host whose screen it is. It is kept awake while the socket is open. */
  readonly host: Pick<Host, "watch" | "onState" | "failure">;
  /** The stream of the screen's RFB; fails with why there is none. */
  readonly open: () => Promise<Duplex>;
  /** What went wrong on our side, for the log. */
  readonly onError: (error: unknown) => void;
  /** Between two pings; a socket that did not answer the last one is dropped. Default 25 s. */
  readonly pingEveryMs?: number;
}

const PING_EVERY_MS = 25_000;
/** A page sends a frame for each key and each movement of the mouse, some sixty a second. */
const BUDGET = 2_000;
const BUDGET_PER_SECOND = 400;
/** The host is read no further while more than this waits for the browser, */
const PAUSE_ABOVE_BYTES = 1024 * 1024;
/** and again below this. */
const RESUME_BELOW_BYTES = 256 * 1024;
/** What a person types and points never comes to this, unless the host takes nothing any more. */
const MAX_UNSENT_BYTES = 512 * 1024;
const TOO_LARGE = 1009;

/** Carries bytes between a page and a screen until either side ends it. Nothing is read into them and nothing is kept. */
export function serveScreen(socket: WebSocket, options: ScreenSocketOptions): void {
  const { host } = options;
  const budget = new FrameBudget(BUDGET, BUDGET_PER_SECOND);
  const unwatch = host.watch();
  let stream: Duplex | undefined;
  let answered = true;

  const refuse = (code: number, problem: Problem): void => socket.close(code, closingReason(problem));
  const forget = host.onState((state) => {
    if (state === "lost") refuse(SCREEN_CLOSE.hostGone, host.failure?.toProblem() ?? { code: "host_lost" });
    else if (state === "ending" || state === "ended") refuse(SCREEN_CLOSE.hostGone, { code: "seat_ended" });
  });
  const pinging = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, options.pingEveryMs ?? PING_EVERY_MS);
  socket.on("pong", () => {
    answered = true;
  });
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (socket.readyState !== socket.OPEN) return;
    // The server of a screen speaks first: whoever does not wait for it is no page of ours.
    if (!isBinary || stream === undefined) return refuse(SCREEN_CLOSE.refused, { code: "bad_request", params: { reason: "not RFB" } });
    if (data.length > MAX_SCREEN_FRAME_BYTES) return socket.close(TOO_LARGE);
    if (!budget.take(1) || stream.writableLength + data.length > MAX_UNSENT_BYTES) {
      return refuse(SCREEN_CLOSE.tooMany, { code: "too_many", params: { seconds: 1 } });
    }
    if (stream.writable) stream.write(data);
  });
  socket.on("close", () => {
    clearInterval(pinging);
    forget();
    unwatch();
    stream?.destroy();
  });

  options.open().then(
    (opened) => {
      opened.on("error", () => {});
      if (socket.readyState !== socket.OPEN) return void opened.destroy();
      stream = opened;
      relay(opened, socket);
    },
    (thrown: unknown) => {
      const error = asLabError(thrown);
      options.onError(error);
      const gone = error.code === "host_lost" || error.code === "seat_ended";
      refuse(gone ? SCREEN_CLOSE.hostGone : SCREEN_CLOSE.refused, error.toProblem());
    },
  );
}

/** From the host to the page, no faster than the page takes it. */
function relay(stream: Duplex, socket: WebSocket): void {
  const sent = (): void => {
    if (stream.isPaused() && socket.bufferedAmount < RESUME_BELOW_BYTES) stream.resume();
  };
  stream.on("data", (data: Buffer) => {
    socket.send(data, sent);
    if (socket.bufferedAmount > PAUSE_ABOVE_BYTES) stream.pause();
  });
  const over = (): void => {
    stream.end();
    socket.close(SCREEN_CLOSE.ended, "ended");
  };
  // sshd tells of the other end's end and then waits for ours.
  stream.on("end", over);
  stream.on("close", over);
}
