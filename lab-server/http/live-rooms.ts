import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import type { LiveRooms } from "../classes/live-room.ts";
import type { Watchings } from "../classes/watching.ts";
import { joinTerminalsSchema, openTwinSchema, pauseSchema, sendMessageSchema, showSchema } from "../contract/classroom.ts";
import { type SeatView, seatViewSchema } from "../contract/seat.ts";
import { terminalNameSchema } from "../contract/terminal.ts";
import { LabError } from "../errors.ts";
import type { ClassRecord } from "../store/classes.ts";
import { DONE, HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";
import type { TerminalSocketOptions } from "./terminal-socket.ts";
import { watchSocket } from "./watch-socket.ts";

export interface LiveRoomRoutesOptions extends Pick<TerminalSocketOptions, "attachWithinMs" | "pingEveryMs"> {
  readonly classes: Classes;
  readonly rooms: LiveRooms;
  readonly watchings: Watchings;
  readonly allowsOrigin: (request: FastifyRequest) => boolean;
}

type ClassParams = { Params: { class: string } };
type MemberParams = { Params: { class: string; learner: string } };
const emptySchema = z.strictObject({}).nullish();

const done = (summary: string, body?: z.ZodType): Operation => ({ tag: "classes", summary, gives: DONE, problems: HOST_PROBLEMS, ...(body && { body }) });
const TWIN: Operation = {
  ...done("Open a copy of a learner's host as one's own", openTwinSchema),
  gives: { 201: seatViewSchema },
  problems: [...HOST_PROBLEMS, "seat_taken"],
};

/** An instructor's room: messages, pauses, what is shown to all, and the hosts of learners who are at an exercise of the class. */
export async function liveRoomRoutes(app: FastifyInstance, { classes, rooms, watchings, ...options }: LiveRoomRoutesOptions): Promise<void> {
  const owner = (request: FastifyRequest) => signedIn(request).person;
  const own = (request: FastifyRequest<ClassParams | MemberParams>): Promise<ClassRecord> => classes.find(owner(request), request.params.class);

  app.post<ClassParams>(
    "/api/v1/classes/:class/messages",
    { config: { ...COSTLY, api: done("Say something to one learner, or all", sendMessageSchema) } },
    async (request, reply) => {
      await rooms.message(await own(request), owner(request), parse(sendMessageSchema, request.body));
      return reply.code(204).send();
    },
  );

  app.post<ClassParams>(
    "/api/v1/classes/:class/pause",
    { config: { ...COSTLY, api: done("Pause a class, or let it go on", pauseSchema) } },
    async (request, reply) => {
      await rooms.pause(await own(request), parse(pauseSchema, request.body).paused);
      return reply.code(204).send();
    },
  );

  app.put<ClassParams>("/api/v1/classes/:class/shown", { config: { ...COSTLY, api: done("Show a terminal to all", showSchema) } }, async (request, reply) => {
    await rooms.show(await own(request), owner(request), parse(showSchema, request.body).terminal);
    return reply.code(204).send();
  });

  app.delete<ClassParams>("/api/v1/classes/:class/shown", { config: { api: done("Show it no more") } }, async (request, reply) => {
    await rooms.hide((await own(request)).id);
    return reply.code(204).send();
  });

  // The host that the instructor has now becomes the one from which its exercise starts for everybody.
  app.post<ClassParams>(
    "/api/v1/classes/:class/starting-points",
    { config: { ...COSTLY, api: done("Make one's host the one from which its exercise starts", emptySchema) } },
    async (request, reply) => {
      parse(emptySchema, request.body);
      await rooms.giveHost(await own(request), owner(request));
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { class: string; exercise: string } }>(
    "/api/v1/classes/:class/starting-points/:exercise",
    { config: { api: done("Let an exercise start as for everybody") } },
    async (request, reply) => {
      await rooms.takeHostBack(await own(request), request.params.exercise);
      return reply.code(204).send();
    },
  );

  app.post<MemberParams>(
    "/api/v1/classes/:class/members/:learner/reset",
    { config: { ...COSTLY, api: done("Give a learner a new host", emptySchema) } },
    async (request, reply) => {
      parse(emptySchema, request.body);
      await rooms.reset(await own(request), request.params.learner);
      return reply.code(204).send();
    },
  );

  app.post<MemberParams>(
    "/api/v1/classes/:class/members/:learner/more",
    { config: { ...COSTLY, api: done("Give a learner's host more time", emptySchema) } },
    async (request, reply) => {
      parse(emptySchema, request.body);
      await rooms.grant(await own(request), request.params.learner);
      return reply.code(204).send();
    },
  );

  app.post<MemberParams>(
    "/api/v1/classes/:class/members/:learner/join",
    { config: { api: done("Ask to type in a learner's terminals", joinTerminalsSchema) } },
    async (request, reply) => {
      await rooms.join(await own(request), owner(request), request.params.learner, parse(joinTerminalsSchema, request.body).wanted);
      return reply.code(204).send();
    },
  );

  app.post<MemberParams>("/api/v1/classes/:class/members/:learner/twin", { config: { ...COSTLY, api: TWIN } }, async (request, reply): Promise<SeatView> => {
    const { replace } = parse(openTwinSchema, request.body);
    const seat = await rooms.openTwin(await own(request), owner(request), request.params.learner, replace);
    reply.code(201);
    return seat.view;
  });

  app.delete<MemberParams>(
    "/api/v1/classes/:class/members/:learner/hand",
    { config: { api: done("Say that a learner was helped") } },
    async (request, reply) => {
      const { id } = await own(request);
      await rooms.handled(id, { learner: request.params.learner });
      return reply.code(204).send();
    },
  );

  watchSocket<{ class: string; learner: string; terminal: string }>(app, "/api/v1/classes/:class/members/:learner/terminals/:terminal", {
    ...options,
    summary: "Watch a terminal of a learner (WebSocket)",
    params: { terminal: terminalNameSchema },
    authorise: async (request) => {
      const { learner, terminal } = request.params;
      const record = await classes.find(owner(request), request.params.class);
      if (!terminalNameSchema.safeParse(terminal).success) throw new LabError("not_found", { log: "no such terminal" });
      const person = owner(request);
      const watched = await rooms.watched(record, learner, terminal);
      return { terminal: watched.terminal, begin: () => watchings.begin(watched.seat.id, person) };
    },
  });
}
