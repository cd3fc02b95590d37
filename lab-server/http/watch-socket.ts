import type { FastifyInstance, FastifyRequest, RouteGenericInterface } from "fastify";
import { problemSchema } from "../contract/problem.ts";
import { clientMessageSchema, serverMessageSchema } from "../contract/terminal.ts";
import { LabError } from "../errors.ts";
import type { AttachedViewer, PersistentTerminal } from "../terminals/persistent-terminal.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { serveTerminal, type TerminalSocketOptions } from "./terminal-socket.ts";

const WATCH: Operation = {
  tag: "classes",
  summary: "",
  description: "As the terminal of a seat; a size counts for nothing, and keys pass only while who works there lets them.",
  sends: clientMessageSchema,
  gives: { 101: { text: "A WebSocket.", messages: serverMessageSchema }, 426: problemSchema },
  problems: HOST_PROBLEMS,
};

/** A terminal that may be watched. */
export interface WatchGrant {
  readonly terminal: PersistentTerminal;
  /** Called when the terminal is shown: `may` tells at any time whether what is typed counts, `end` is called once. */
  readonly begin: () => { readonly may: () => boolean; readonly end: () => void };
}

export interface WatchSocketOptions<Params> extends Pick<TerminalSocketOptions, "attachWithinMs" | "pingEveryMs"> {
  /** Fails with why the terminal is not shown. */
  readonly authorise: (request: FastifyRequest<{ Params: Params }>) => Promise<WatchGrant>;
  readonly allowsOrigin: (request: FastifyRequest) => boolean;
  /** For the OpenAPI document. */
  readonly summary: string;
  readonly params?: Operation["params"];
}

/**
 * A WebSocket that shows somebody else's terminal. It speaks the protocol of `contract/terminal.ts`; a size counts for nothing, and keys
 * are refused with `not_allowed` unless who works there lets them through. Refusals are told before the upgrade, as `terminalRoutes` does.
 */
export function watchSocket<Params>(app: FastifyInstance, url: string, options: WatchSocketOptions<Params>): void {
  const granted = new WeakMap<FastifyRequest, WatchGrant>();
  app.route<RouteGenericInterface & { Params: Params }>({
    method: "GET",
    url,
    config: { api: { ...WATCH, summary: options.summary, ...(options.params && { params: options.params }) } },
    preValidation: async (request) => {
      if (request.ws && !options.allowsOrigin(request as FastifyRequest))
        throw new LabError("not_yours", { log: `a WebSocket from another origin: ${request.headers.origin}` });
      granted.set(request as FastifyRequest, await options.authorise(request as FastifyRequest<{ Params: Params }>));
    },
    handler: async (_request, reply) => {
      reply.code(426).header("upgrade", "websocket");
      return { code: "bad_request", params: { reason: "a WebSocket is expected here" } };
    },
    wsHandler: (socket, request) => {
      const grant = granted.get(request as FastifyRequest);
      if (grant === undefined) return socket.close();
      const watching = grant.begin();
      socket.once("close", () => watching.end());
      serveTerminal(socket, {
        ...options,
        attach: async (sink) => gated(grant.terminal.watch(sink), watching.may, () => sink.problem({ code: "not_allowed" })),
        onError: (error) => request.log.warn({ err: error }, "a terminal could not be watched"),
      });
    },
  });
}

/** Lets keys through while they may pass. */
function gated(viewer: AttachedViewer, may: () => boolean, refuse: () => void): AttachedViewer {
  return { ...viewer, input: (data) => (may() ? viewer.input(data) : refuse()) };
}
