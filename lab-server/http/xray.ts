import type { FastifyInstance } from "fastify";
import { xrayEventSchema } from "../contract/xray.ts";
import { LabError } from "../errors.ts";
import type { Seats } from "../seats/seats.ts";
import type { Watches } from "../seats/watch.ts";
import { EventStream } from "./event-stream.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";

/** A browser opens one stream for each tab that shows the X-ray; more than this on one seat is no browser. */
const MOST_STREAMS = 10;

const XRAY: Operation = {
  tag: "seats",
  summary: "Look into a host",
  description: "Whoever follows it looks at the host, which therefore runs.",
  gives: { 200: { type: "text/event-stream", text: "Server-sent events.", messages: xrayEventSchema } },
  problems: HOST_PROBLEMS,
};

/**
 * What a learner's host looks like inside. Whoever follows it looks at the host, which therefore runs; a page that cannot be seen
 * closes its stream.
 */
export async function xrayRoutes(app: FastifyInstance, { seats, watches }: { seats: Seats; watches: Pick<Watches, "xray"> }): Promise<void> {
  const streams = new Map<string, Set<EventStream>>();

  app.get<{ Params: { seat: string } }>("/api/v1/seats/:seat/xray", { config: { api: XRAY } }, async (request, reply) => {
    const seat = await seats.find(request.learner, request.params.seat);
    const xray = watches.xray(seat);
    const { host } = seat.ready();
    const open = streams.get(seat.id) ?? new Set();
    if (open.size >= MOST_STREAMS) {
      throw new LabError("too_many", { params: { seconds: 10 }, log: `seat ${seat.id} has ${open.size} X-ray streams` });
    }
    let stopWatching = (): void => {};
    let stopViewing = (): void => {};
    let unsubscribe = (): void => {};
    const stream: EventStream = new EventStream(() => {
      stopViewing();
      unsubscribe();
      stopWatching();
      open.delete(stream);
      if (open.size === 0 && streams.get(seat.id) === open) streams.delete(seat.id);
    });
    streams.set(seat.id, open.add(stream));
    // Another host may come after this one: the page then begins anew.
    unsubscribe = seat.subscribe((event) => {
      if (event.type === "seat" && event.seat.phase !== "ready") stream.end();
    });
    stopWatching = host.watch();
    stopViewing = xray.view((event) => stream.send(event));
    return stream.sendOn(reply);
  });

  app.addHook("preClose", async () => {
    for (const open of streams.values()) for (const stream of open) stream.end();
  });
}
