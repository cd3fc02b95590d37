import type { FastifyInstance, FastifyRequest } from "fastify";
import type { LiveRooms } from "../classes/live-room.ts";
import { answerWatcherSchema, raiseHandSchema } from "../contract/classroom.ts";
import type { Seats } from "../seats/seats.ts";
import { DONE, HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";
import type { TerminalSocketOptions } from "./terminal-socket.ts";
import { watchSocket } from "./watch-socket.ts";

export interface ClassroomRoutesOptions extends Pick<TerminalSocketOptions, "attachWithinMs" | "pingEveryMs"> {
  readonly rooms: LiveRooms;
  readonly seats: Seats;
  readonly allowsOrigin: (request: FastifyRequest) => boolean;
}

const RAISE: Operation = {
  tag: "classes",
  summary: "Ask for help",
  body: raiseHandSchema,
  gives: DONE,
  problems: [...HOST_PROBLEMS, "busy", "no_disk", "cannot_save"],
};
const LOWER: Operation = { tag: "classes", summary: "Ask for help no more", gives: DONE };
const ANSWER: Operation = { tag: "seats", summary: "Say whether a watcher may type", body: answerWatcherSchema, gives: DONE };

type ClassParams = { Params: { class: string } };

/** What a learner does in their class: asks for help, lets somebody type, looks at what is shown. */
export async function classroomRoutes(app: FastifyInstance, { rooms, seats, ...options }: ClassroomRoutesOptions): Promise<void> {
  app.post<ClassParams>("/api/v1/classes/:class/hand", { config: { ...COSTLY, api: RAISE } }, async (request, reply) => {
    await rooms.raiseHand(request.learner, request.params.class, parse(raiseHandSchema, request.body));
    return reply.code(204).send();
  });

  app.delete<ClassParams>("/api/v1/classes/:class/hand", { config: { api: LOWER } }, async (request, reply) => {
    await rooms.lowerHand(request.learner, request.params.class);
    return reply.code(204).send();
  });

  app.post<{ Params: { seat: string; watcher: string } }>("/api/v1/seats/:seat/watchers/:watcher", { config: { api: ANSWER } }, async (request, reply) => {
    const { may } = parse(answerWatcherSchema, request.body);
    rooms.answer(await seats.find(request.learner, request.params.seat), request.params.watcher, may);
    return reply.code(204).send();
  });

  watchSocket<{ class: string }>(app, "/api/v1/classes/:class/shown/terminal", {
    ...options,
    summary: "Watch the terminal that is shown to all (WebSocket)",
    // Nobody but the instructor types there.
    authorise: async (request) => ({ terminal: await rooms.shown(request.learner, request.params.class), begin: () => ({ may: () => false, end: () => {} }) }),
  });
}
