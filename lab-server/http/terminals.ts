import type { FastifyInstance, FastifyRequest } from "fastify";
import { problemSchema } from "../contract/problem.ts";
import { clientMessageSchema, serverMessageSchema, terminalNameSchema } from "../contract/terminal.ts";
import { LabError } from "../errors.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { serveTerminal, type TerminalSocketOptions } from "./terminal-socket.ts";

export interface TerminalRoutesOptions extends Pick<TerminalSocketOptions, "attachWithinMs" | "pingEveryMs"> {
  /**
   * The terminals of a seat, for whoever makes this request. Throws the `LabError` that says why not:
   * `not_signed_in`, `not_yours`, `not_found`, `host_not_ready`, `host_lost`, `seat_ended`.
   */
  readonly authorise: (request: FastifyRequest, seatId: string) => Promise<HostTerminals>;
  /** Whether the page that makes this request is ours: a browser sends cookies from anybody's page. */
  readonly allowsOrigin: (request: FastifyRequest) => boolean;
}

const TERMINAL: Operation = {
  tag: "seats",
  summary: "Open a terminal (WebSocket)",
  description: `Binary frames are bytes of the terminal, keys up and output down; text frames are JSON. The first one from the page is \`attach\`. The server
answers with \`snapshot\`, then one binary frame that redraws the screen, then what comes. Live output is acknowledged. Without an upgrade the answer is 426, or says why not.`,
  params: { terminal: terminalNameSchema },
  sends: clientMessageSchema,
  gives: { 101: { text: "A WebSocket.", messages: serverMessageSchema }, 426: problemSchema },
  problems: HOST_PROBLEMS,
};

/**
 * GET /api/v1/seats/:seat/terminals/:terminal, a WebSocket. Who may not have it is told before the upgrade, with a status and
 * a problem. The same request without an upgrade gets the same refusals, or 426: so a page can ask why it was refused,
 * which browsers do not tell of a WebSocket. Needs `addWebSockets`.
 */
export async function terminalRoutes(app: FastifyInstance, options: TerminalRoutesOptions): Promise<void> {
  const granted = new WeakMap<FastifyRequest, HostTerminals>();

  app.route<{ Params: { seat: string; terminal: string } }>({
    method: "GET",
    url: "/api/v1/seats/:seat/terminals/:terminal",
    config: { api: TERMINAL },
    preValidation: async (request) => {
      if (request.ws && !options.allowsOrigin(request)) {
        throw new LabError("not_yours", { log: `a WebSocket from another origin: ${request.headers.origin}` });
      }
      const terminals = await options.authorise(request, request.params.seat);
      if (!terminalNameSchema.safeParse(request.params.terminal).success) throw new LabError("not_found", { log: "no such terminal" });
      granted.set(request, terminals);
    },
    handler: async (_request, reply) => {
      reply.code(426).header("upgrade", "websocket");
      return { code: "bad_request", params: { reason: "a WebSocket is expected here" } };
    },
    wsHandler: (socket, request) => {
      const terminals = granted.get(request);
      const { terminal } = request.params as { terminal: string };
      serveTerminal(socket, {
        ...options,
        attach: async (sink, size) => {
          if (terminals === undefined) throw new Error("not authorised");
          return (await terminals.open(terminal, size)).attach(sink, size);
        },
        onError: (error) => request.log.warn({ err: error }, "terminal not opened"),
      });
    },
  });
}
