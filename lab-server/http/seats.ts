import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Classroom } from "../contract/classroom.ts";
import { seatEventSchema } from "../contract/events.ts";
import { seatViewSchema, startSeatSchema } from "../contract/seat.ts";
import { LabError } from "../errors.ts";
import type { Exams } from "../exams/exams.ts";
import type { Recordings } from "../recordings/recordings.ts";
import type { Seat } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { EventStream } from "./event-stream.ts";
import { DONE, HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

/** A browser opens one stream for each tab; more than this on one seat is no browser. */
const MOST_STREAMS = 20;

const emptySchema = z.strictObject({}).nullish();

const seatAfter = (summary: string, more: Pick<Operation, "problems"> = {}): Operation => ({
  tag: "seats",
  summary,
  body: emptySchema,
  gives: { 200: seatViewSchema },
  problems: [...HOST_PROBLEMS, ...(more.problems ?? [])],
});
const START: Operation = {
  tag: "seats",
  summary: "Start an exercise",
  description: "200 where there is a seat on the same exercise already.",
  body: startSeatSchema,
  gives: { 200: seatViewSchema, 201: seatViewSchema },
  problems: ["unknown_exercise", "seat_taken", "desktop_in_making", "desktop_not_made", "host_failed", "shutting_down"],
};
const EVENTS: Operation = {
  tag: "seats",
  summary: "Follow a seat",
  description: "Each event carries the whole state of what it is about.",
  gives: { 200: { type: "text/event-stream", text: "Server-sent events.", messages: seatEventSchema } },
};
export interface SeatRoutesOptions {
  readonly seats: Seats;
  readonly exams: Pick<Exams, "start" | "end" | "reset">;
  readonly recordings: Pick<Recordings, "ofSeat">;
  /** What the learner's page has to know of their classes. */
  readonly classroomOf: (seat: Seat) => Promise<Classroom>;
}

/** A learner's own seat: start, look, follow, reset, more time, end. Nobody may touch another learner's. */
export async function seatRoutes(app: FastifyInstance, { seats, exams, recordings, classroomOf }: SeatRoutesOptions): Promise<void> {
  const streams = new Map<string, Set<EventStream>>();

  app.post("/api/v1/seats", { config: { ...COSTLY, api: START } }, async (request, reply) => {
    const { exercise, replace } = parse(startSeatSchema, request.body);
    const { seat, created } = await exams.start(request.learner, exercise, replace);
    return reply.code(created ? 201 : 200).send(seat.view);
  });

  app.get<{ Params: { seat: string } }>(
    "/api/v1/seats/:seat",
    { config: { api: { tag: "seats", summary: "Look at a seat", gives: { 200: seatViewSchema } } } },
    async (request, reply) => {
      const seat = await seats.find(request.learner, request.params.seat);
      return reply.header("cache-control", "no-store").send(seat.view);
    },
  );

  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/reset", { config: { ...COSTLY, api: seatAfter("Give a seat a new host") } }, async (request) => {
    parse(emptySchema, request.body);
    const seat = await exams.reset(request.learner, request.params.seat);
    return seat.view;
  });

  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/wake", { config: { ...COSTLY, api: seatAfter("Bring a parked host back") } }, async (request) => {
    parse(emptySchema, request.body);
    const seat = await seats.wake(request.learner, request.params.seat);
    return seat.view;
  });

  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/more", { config: { ...COSTLY, api: seatAfter("Ask for more time") } }, async (request) => {
    parse(emptySchema, request.body);
    const seat = await seats.more(request.learner, request.params.seat);
    return seat.view;
  });

  app.delete<{ Params: { seat: string } }>(
    "/api/v1/seats/:seat",
    { config: { api: { tag: "seats", summary: "End a seat and its host", gives: DONE } } },
    async (request, reply) => {
      await exams.end(request.learner, request.params.seat);
      return reply.code(204).send();
    },
  );

  app.get<{ Params: { seat: string } }>("/api/v1/seats/:seat/events", { config: { api: EVENTS } }, async (request, reply) => {
    const seat = await seats.find(request.learner, request.params.seat);
    const open = streams.get(seat.id) ?? new Set();
    if (open.size >= MOST_STREAMS) {
      throw new LabError("too_many", { params: { seconds: 10 }, log: `seat ${seat.id} has ${open.size} event streams` });
    }
    const stream: EventStream = new EventStream(() => {
      unsubscribe();
      open.delete(stream);
      if (open.size === 0) streams.delete(seat.id);
    });
    const unsubscribe = seat.subscribe((event) => {
      stream.send(event);
      if (event.type === "seat" && event.seat.phase === "ended") stream.end();
    });
    streams.set(seat.id, open.add(stream));
    stream.send({ type: "seat", seat: seat.view });
    const recorded = await recordings.ofSeat(seat.id);
    if (recorded.running.length > 0 || recorded.last !== null) stream.send({ type: "recordings", recordings: recorded });
    if (seat.verdict !== undefined) stream.send(seat.verdict);
    if (seat.guests !== undefined) stream.send(seat.guests);
    const classroom = await classroomOf(seat);
    if (classroom.rooms.length > 0 || classroom.watchers.length > 0) stream.send({ type: "classroom", classroom });
    return stream.sendOn(reply);
  });

  // A stream never ends by itself: without this the server would wait for its readers.
  app.addHook("preClose", async () => {
    for (const open of streams.values()) for (const stream of open) stream.end();
  });
}
