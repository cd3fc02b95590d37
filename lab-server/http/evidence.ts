import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Classes } from "../classes/classes.ts";
import {
  type AppealList,
  type AttemptList,
  type AttemptView,
  answerSchema,
  appealSchema,
  attemptsOfSchema,
  countsSchema,
  givePointsSchema,
  regradeSchema,
} from "../contract/evidence.ts";
import { ASCIICAST_TYPE } from "../contract/media-types.ts";
import { LabError } from "../errors.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

type AttemptParams = { Params: { attempt: string } };
type ClassAttemptParams = { Params: { class: string; attempt: string } };
type MemberParams = { Params: { class: string; learner: string } };

/** Verdicts with what they rest on: a learner's own, and those of a class for its instructor. Nobody opens another's. */
export async function evidenceRoutes(app: FastifyInstance, { evidence, classes }: { evidence: Evidence; classes: Pick<Classes, "find"> }): Promise<void> {
  const found = async (request: FastifyRequest<{ Params: { class: string } }>) => {
    const { person } = signedIn(request);
    return { person, room: await classes.find(person, request.params.class) };
  };
  const uncached = (reply: FastifyReply): unknown => reply.header("cache-control", "no-store");

  app.get("/api/v1/attempts", async (request, reply): Promise<AttemptList> => {
    uncached(reply);
    return evidence.own(request.learner, parse(attemptsOfSchema, request.query).exercise);
  });

  app.get<AttemptParams>("/api/v1/attempts/:attempt", async (request, reply): Promise<AttemptView> => {
    uncached(reply);
    return evidence.openOwn(request.learner, numberOf(request.params.attempt));
  });

  app.post<AttemptParams>("/api/v1/attempts/:attempt/appeal", { config: COSTLY }, async (request): Promise<AttemptView> => {
    const appeal = parse(appealSchema, request.body);
    return evidence.appeal(request.learner, numberOf(request.params.attempt), appeal);
  });

  app.get<{ Params: { class: string } }>("/api/v1/classes/:class/appeals", async (request, reply): Promise<AppealList> => {
    uncached(reply);
    return evidence.appeals((await found(request)).room);
  });

  app.get<MemberParams>("/api/v1/classes/:class/learners/:learner/attempts", async (request, reply): Promise<AttemptList> => {
    uncached(reply);
    const { room } = await found(request);
    return evidence.ofMember(room, request.params.learner, parse(attemptsOfSchema, request.query).exercise);
  });

  app.post<MemberParams>("/api/v1/classes/:class/learners/:learner/points", { config: COSTLY }, async (request): Promise<AttemptList> => {
    const { exercise, points, reason } = parse(givePointsSchema, request.body);
    const { person, room } = await found(request);
    return evidence.points(person, room, request.params.learner, exercise, points, reason);
  });

  app.get<ClassAttemptParams>("/api/v1/classes/:class/attempts/:attempt", async (request, reply): Promise<AttemptView> => {
    uncached(reply);
    return evidence.open((await found(request)).room, numberOf(request.params.attempt));
  });

  app.post<ClassAttemptParams>("/api/v1/classes/:class/attempts/:attempt/regrade", { config: COSTLY }, async (request): Promise<AttemptView> => {
    const { from } = parse(regradeSchema, request.body);
    const { person, room } = await found(request);
    return evidence.regrade(person, room, numberOf(request.params.attempt), from);
  });

  app.post<ClassAttemptParams>("/api/v1/classes/:class/attempts/:attempt/counts", { config: COSTLY }, async (request): Promise<AttemptView> => {
    const { regrade } = parse(countsSchema, request.body);
    const { person, room } = await found(request);
    return evidence.counts(person, room, numberOf(request.params.attempt), regrade);
  });

  app.post<ClassAttemptParams>("/api/v1/classes/:class/attempts/:attempt/answer", { config: COSTLY }, async (request): Promise<AttemptView> => {
    const { text } = parse(answerSchema, request.body);
    const { person, room } = await found(request);
    return evidence.answer(person, room, numberOf(request.params.attempt), text);
  });

  app.get<{ Params: { class: string; attempt: string; recording: string } }>(
    "/api/v1/classes/:class/attempts/:attempt/recordings/:recording",
    async (request, reply) => {
      const { room } = await found(request);
      const { name, bytes, stream } = await evidence.recording(room, numberOf(request.params.attempt), request.params.recording);
      return reply
        .header("cache-control", "no-store")
        .header("content-type", ASCIICAST_TYPE)
        .header("content-disposition", `attachment; filename="${name}"`)
        .header("content-length", bytes)
        .send(stream);
    },
  );
}

function numberOf(attempt: string): number {
  if (!/^[1-9]\d{0,14}$/.test(attempt)) throw new LabError("not_found", { log: "no attempt of such a number" });
  return Number(attempt);
}
