import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import {
  type AppealList,
  type AttemptList,
  type AttemptView,
  answerSchema,
  appealListSchema,
  appealSchema,
  attemptListSchema,
  attemptsOfSchema,
  attemptViewSchema,
  countsSchema,
  givePointsSchema,
  regradeSchema,
} from "../contract/evidence.ts";
import { ASCIICAST_TYPE } from "../contract/media-types.ts";
import { LabError } from "../errors.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";
import { sendRecording } from "./recordings.ts";

type AttemptParams = { Params: { attempt: string } };
type ClassAttemptParams = { Params: { class: string; attempt: string } };
type MemberParams = { Params: { class: string; learner: string } };

const attempt = (summary: string, body?: z.ZodType): Operation => ({
  tag: "exams",
  summary,
  ...(body && { body }),
  gives: { 200: attemptViewSchema },
  problems: ["evidence_gone", "busy", "limit_reached", "exam_running"],
});
const LIST: Operation = { tag: "exams", summary: "List one's attempts at an exercise", query: attemptsOfSchema, gives: { 200: attemptListSchema } };
const LIST_OF: Operation = { ...LIST, summary: "List a learner's attempts at an exercise" };
const POINTS: Operation = { tag: "exams", summary: "Give points by hand", body: givePointsSchema, gives: { 200: attemptListSchema } };
const APPEALS: Operation = { tag: "exams", summary: "List a class's appeals", gives: { 200: appealListSchema } };
const RECORDING: Operation = {
  tag: "exams",
  summary: "Fetch a recording that a learner shows",
  gives: { 200: { type: ASCIICAST_TYPE, text: "An asciicast, version 3." } },
};

/** Verdicts with what they rest on: a learner's own, and those of a class for its instructor. Nobody opens another's. */
export async function evidenceRoutes(app: FastifyInstance, { evidence, classes }: { evidence: Evidence; classes: Pick<Classes, "find"> }): Promise<void> {
  const found = async (request: FastifyRequest<{ Params: { class: string } }>) => {
    const { person } = signedIn(request);
    return { person, room: await classes.find(person, request.params.class) };
  };
  const uncached = (reply: FastifyReply): unknown => reply.header("cache-control", "no-store");

  app.get("/api/v1/attempts", { config: { api: LIST } }, async (request, reply): Promise<AttemptList> => {
    uncached(reply);
    return evidence.own(request.learner, parse(attemptsOfSchema, request.query).exercise);
  });

  app.get<AttemptParams>(
    "/api/v1/attempts/:attempt",
    { config: { api: attempt("Open a verdict of one's own") } },
    async (request, reply): Promise<AttemptView> => {
      uncached(reply);
      return evidence.openOwn(request.learner, numberOf(request.params.attempt));
    },
  );

  app.post<AttemptParams>(
    "/api/v1/attempts/:attempt/appeal",
    { config: { ...COSTLY, api: attempt("Appeal", appealSchema) } },
    async (request): Promise<AttemptView> => {
      const appeal = parse(appealSchema, request.body);
      return evidence.appeal(request.learner, numberOf(request.params.attempt), appeal);
    },
  );

  app.get<{ Params: { class: string } }>("/api/v1/classes/:class/appeals", { config: { api: APPEALS } }, async (request, reply): Promise<AppealList> => {
    uncached(reply);
    return evidence.appeals((await found(request)).room);
  });

  app.get<MemberParams>("/api/v1/classes/:class/learners/:learner/attempts", { config: { api: LIST_OF } }, async (request, reply): Promise<AttemptList> => {
    uncached(reply);
    const { room } = await found(request);
    return evidence.ofMember(room, request.params.learner, parse(attemptsOfSchema, request.query).exercise);
  });

  app.post<MemberParams>("/api/v1/classes/:class/learners/:learner/points", { config: { ...COSTLY, api: POINTS } }, async (request): Promise<AttemptList> => {
    const { exercise, points, reason } = parse(givePointsSchema, request.body);
    const { person, room } = await found(request);
    return evidence.points(person, room, request.params.learner, exercise, points, reason);
  });

  app.get<ClassAttemptParams>(
    "/api/v1/classes/:class/attempts/:attempt",
    { config: { api: attempt("Open a verdict of a learner") } },
    async (request, reply): Promise<AttemptView> => {
      uncached(reply);
      return evidence.open((await found(request)).room, numberOf(request.params.attempt));
    },
  );

  app.post<ClassAttemptParams>(
    "/api/v1/classes/:class/attempts/:attempt/regrade",
    { config: { ...COSTLY, api: attempt("Judge an attempt again", regradeSchema) } },
    async (request): Promise<AttemptView> => {
      const { from } = parse(regradeSchema, request.body);
      const { person, room } = await found(request);
      return evidence.regrade(person, room, numberOf(request.params.attempt), from);
    },
  );

  app.post<ClassAttemptParams>(
    "/api/v1/classes/:class/attempts/:attempt/counts",
    { config: { ...COSTLY, api: attempt("Say which verdict counts", countsSchema) } },
    async (request): Promise<AttemptView> => {
      const { regrade } = parse(countsSchema, request.body);
      const { person, room } = await found(request);
      return evidence.counts(person, room, numberOf(request.params.attempt), regrade);
    },
  );

  app.post<ClassAttemptParams>(
    "/api/v1/classes/:class/attempts/:attempt/answer",
    { config: { ...COSTLY, api: attempt("Answer an appeal", answerSchema) } },
    async (request): Promise<AttemptView> => {
      const { text } = parse(answerSchema, request.body);
      const { person, room } = await found(request);
      return evidence.answer(person, room, numberOf(request.params.attempt), text);
    },
  );

  app.get<{ Params: { class: string; attempt: string; recording: string } }>(
    "/api/v1/classes/:class/attempts/:attempt/recordings/:recording",
    { config: { api: RECORDING } },
    async (request, reply) => {
      const { room } = await found(request);
      return sendRecording(reply, await evidence.recording(room, numberOf(request.params.attempt), request.params.recording));
    },
  );
}

function numberOf(attempt: string): number {
  if (!/^[1-9]\d{0,14}$/.test(attempt)) throw new LabError("not_found", { log: "no attempt of such a number" });
  return Number(attempt);
}
