import type { Duplex } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { problemSchema } from "../contract/problem.ts";
import { closingReason, SCREEN_CLOSE, type ScreenName, screenIdSchema } from "../contract/screen.ts";
import { LabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { type ScreenSocketOptions, serveScreen } from "./screen-socket.ts";

export interface ScreenRoutesOptions extends Pick<ScreenSocketOptions, "pingEveryMs"> {
  /**
   * The host of a seat, for whoever makes this request. Throws the `LabError` that says why not:
   * `not_signed_in`, `not_yours`, `not_found`, `host_not_ready`, `host_lost`, `seat_ended`.
   */
  readonly authorise: (request: FastifyRequest, seatId: string) => Promise<Host>;
  /** Whether the page that makes this request is ours: a browser sends cookies from anybody's page. */
  readonly allowsOrigin: (request: FastifyRequest) => boolean;
  /** The stream of a screen's RFB. */
  readonly open: (host: Host, screen: ScreenName) => Promise<Duplex>;
}

/** Screens of one host that may be open at once, in all tabs of its learner. */
const MOST_SCREENS = 8;

const SCREEN: Operation = {
  tag: "seats",
  summary: "Open a screen (WebSocket)",
  description: `Binary frames both ways are RFB (RFC 6143). Why there is no picture is told by the reason with which the socket is closed: a Problem as JSON. Without an
upgrade the answer is 426, or says why not.`,
  params: { screen: screenIdSchema },
  gives: { 101: { text: "A WebSocket." }, 426: problemSchema },
  problems: HOST_PROBLEMS,
};

/**
 * GET /api/v1/seats/:seat/screens/:screen, a WebSocket. Who may not have it is told before the upgrade, with a status and a problem, and
 * the same without one, or 426: see `terminalRoutes`. Why there is no picture is told by the reason with which the socket is closed. Needs `addWebSockets`.
 */
export async function screenRoutes(app: FastifyInstance, options: ScreenRoutesOptions): Promise<void> {
  const granted = new WeakMap<FastifyRequest, { readonly host: Host; readonly screen: ScreenName }>();
  const open = new WeakMap<Host, number>();

  app.route<{ Params: { seat: string; screen: string } }>({
    method: "GET",
    url: "/api/v1/seats/:seat/screens/:screen",
    config: { api: SCREEN },
    preValidation: async (request) => {
      if (request.ws && !options.allowsOrigin(request)) {
        throw new LabError("not_yours", { log: `a WebSocket from another origin: ${request.headers.origin}` });
      }
      const host = await options.authorise(request, request.params.seat);
      const { data: screen } = screenIdSchema.safeParse(request.params.screen);
      if (screen === undefined) throw new LabError("not_found", { log: "no such screen" });
      granted.set(request, { host, screen });
    },
    handler: async (_request, reply) => {
      reply.code(426).header("upgrade", "websocket");
      return { code: "bad_request", params: { reason: "a WebSocket is expected here" } };
    },
    wsHandler: (socket, request) => {
      const grant = granted.get(request);
      if (grant === undefined) return socket.close(SCREEN_CLOSE.refused);
      const { host, screen } = grant;
      const count = open.get(host) ?? 0;
      if (count >= MOST_SCREENS) return socket.close(SCREEN_CLOSE.tooMany, closingReason({ code: "too_many", params: { seconds: 5 } }));
      open.set(host, count + 1);
      socket.on("close", () => open.set(host, (open.get(host) ?? 1) - 1));
      serveScreen(socket, {
        ...(options.pingEveryMs !== undefined && { pingEveryMs: options.pingEveryMs }),
        host,
        open: () => options.open(host, screen),
        onError: (error) => request.log.info({ err: error, screen }, "a screen was not opened"),
      });
    },
  });
}
