import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { ASCIICAST_TYPE } from "../contract/media-types.ts";
import { type RecordingList, type RecordingView, recordingListSchema, recordingViewSchema, startRecordingSchema } from "../contract/recording.ts";
import { LabError } from "../errors.ts";
import type { Recordings } from "../recordings/recordings.ts";
import type { Seats } from "../seats/seats.ts";
import { DONE, HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface RecordingRoutesOptions {
  readonly seats: Pick<Seats, "find">;
  readonly recordings: Recordings;
}

interface TerminalParams {
  Params: { seat: string; terminal: string };
}

const terminalParams = { terminal: z.string().regex(/^[1-9]$/, "expected a number from 1 to 9") };
const START: Operation = {
  tag: "recordings",
  summary: "Record a terminal",
  params: terminalParams,
  body: startRecordingSchema,
  gives: { 201: recordingViewSchema },
  problems: [...HOST_PROBLEMS, "recordings_full", "no_disk"],
};
const STOP: Operation = { tag: "recordings", summary: "End a recording", params: terminalParams, gives: { 200: recordingViewSchema } };
const LIST: Operation = { tag: "recordings", summary: "List one's recordings", gives: { 200: recordingListSchema } };
const FETCH: Operation = { tag: "recordings", summary: "Fetch a recording", gives: { 200: { type: ASCIICAST_TYPE, text: "An asciicast, version 3." } } };
const REMOVE: Operation = { tag: "recordings", summary: "Remove a recording", gives: DONE };

/** Recording of a terminal of one's own seat, and one's own recordings: list, fetch, remove. Nobody sees another learner's. */
export async function recordingRoutes(app: FastifyInstance, { seats, recordings }: RecordingRoutesOptions): Promise<void> {
  app.post<TerminalParams>(
    "/api/v1/seats/:seat/terminals/:terminal/recording",
    { config: { ...COSTLY, api: START } },
    async (request, reply): Promise<RecordingView> => {
      const { locale } = parse(startRecordingSchema, request.body);
      const seat = await seats.find(request.learner, request.params.seat);
      reply.code(201);
      return recordings.start(seat, numberOf(request.params.terminal), locale);
    },
  );

  app.delete<TerminalParams>("/api/v1/seats/:seat/terminals/:terminal/recording", { config: { api: STOP } }, async (request): Promise<RecordingView> => {
    const seat = await seats.find(request.learner, request.params.seat);
    return recordings.stop(seat, numberOf(request.params.terminal));
  });

  app.get("/api/v1/recordings", { config: { api: LIST } }, async (request, reply): Promise<RecordingList> => {
    reply.header("cache-control", "no-store");
    return recordings.list(request.learner);
  });

  app.get<{ Params: { recording: string } }>("/api/v1/recordings/:recording", { config: { api: FETCH } }, async (request, reply) => {
    return sendRecording(reply, await recordings.read(request.learner, request.params.recording));
  });

  app.delete<{ Params: { recording: string } }>("/api/v1/recordings/:recording", { config: { api: REMOVE } }, async (request, reply) => {
    await recordings.remove(request.learner, request.params.recording);
    return reply.code(204).send();
  });
}

function numberOf(terminal: string): number {
  if (!terminalParams.terminal.safeParse(terminal).success) throw new LabError("not_found", { log: "no shell of such a number" });
  return Number(terminal);
}

/** A recording as a file to be kept. */
export function sendRecording(reply: FastifyReply, { name, bytes, stream }: Awaited<ReturnType<Recordings["read"]>>): FastifyReply {
  return reply
    .header("cache-control", "no-store")
    .header("content-type", ASCIICAST_TYPE)
    .header("content-disposition", `attachment; filename="${name}"`)
    .header("content-length", bytes)
    .send(stream);
}
