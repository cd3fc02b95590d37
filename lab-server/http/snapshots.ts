import type { FastifyInstance } from "fastify";
import { seatViewSchema, takeSnapshotSchema } from "../contract/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

interface SnapshotParams {
  Params: { seat: string; snapshot: string };
}

const problems = [...HOST_PROBLEMS, "busy", "snapshots_full", "no_disk", "cannot_save"] as const;
const TAKE: Operation = { tag: "seats", summary: "Save the host as it is", body: takeSnapshotSchema, gives: { 201: seatViewSchema }, problems };
const RETURN: Operation = { tag: "seats", summary: "Go back to a snapshot", gives: { 200: seatViewSchema }, problems };
const REMOVE: Operation = { tag: "seats", summary: "Remove a snapshot", gives: { 200: seatViewSchema }, problems };

/** What a learner saves of the host of their own seat: take, return to, remove. Nobody may touch another learner's. */
export async function snapshotRoutes(app: FastifyInstance, { seats }: { seats: Pick<Seats, "takeSnapshot" | "returnTo" | "removeSnapshot"> }): Promise<void> {
  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/snapshots", { config: { ...COSTLY, api: TAKE } }, async (request, reply) => {
    const { name } = parse(takeSnapshotSchema, request.body);
    const seat = await seats.takeSnapshot(request.learner, request.params.seat, name);
    return reply.code(201).send(seat.view);
  });

  app.post<SnapshotParams>("/api/v1/seats/:seat/snapshots/:snapshot/return", { config: { ...COSTLY, api: RETURN } }, async (request) => {
    const seat = await seats.returnTo(request.learner, request.params.seat, request.params.snapshot);
    return seat.view;
  });

  app.delete<SnapshotParams>("/api/v1/seats/:seat/snapshots/:snapshot", { config: { api: REMOVE } }, async (request) => {
    const seat = await seats.removeSnapshot(request.learner, request.params.seat, request.params.snapshot);
    return seat.view;
  });
}
