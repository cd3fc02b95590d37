import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import { type ExamList, type ExamRoomView, type ExamView, extraMinutesSchema, gradeAgainSchema, reopenSchema } from "../contract/exams.ts";
import type { Exams } from "../exams/exams.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

type ClassParams = { Params: { class: string } };
const emptySchema = z.strictObject({}).nullish();

/** Exams: a learner's own, and that of a class for its instructor. */
export async function examRoutes(app: FastifyInstance, { exams, classes }: { exams: Exams; classes: Pick<Classes, "find"> }): Promise<void> {
  const found = async (request: FastifyRequest<ClassParams>) => {
    const { person } = signedIn(request);
    return { person, room: await classes.find(person, request.params.class) };
  };

  app.get("/api/v1/exams", async (request, reply): Promise<ExamList> => {
    reply.header("cache-control", "no-store");
    return exams.own(request.learner);
  });

  app.post<ClassParams>("/api/v1/exams/:class/begin", { config: COSTLY }, async (request): Promise<ExamView> => {
    parse(emptySchema, request.body);
    return exams.begin(request.learner, request.params.class);
  });

  app.post<ClassParams>("/api/v1/exams/:class/hand-in", { config: COSTLY }, async (request): Promise<ExamView> => {
    parse(emptySchema, request.body);
    return exams.handIn(request.learner, request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/exam", async (request, reply): Promise<ExamRoomView> => {
    reply.header("cache-control", "no-store");
    return exams.room((await found(request)).room);
  });

  app.post<ClassParams>("/api/v1/classes/:class/exam/minutes", { config: COSTLY }, async (request): Promise<ExamRoomView> => {
    const { minutes, learner } = parse(extraMinutesSchema, request.body);
    const { person, room } = await found(request);
    return exams.extra(person, room, minutes, learner);
  });

  app.post<ClassParams>("/api/v1/classes/:class/exam/reopen", { config: COSTLY }, async (request): Promise<ExamRoomView> => {
    const { learner, minutes } = parse(reopenSchema, request.body);
    const { person, room } = await found(request);
    return exams.reopen(person, room, learner, minutes);
  });

  app.post<ClassParams>("/api/v1/classes/:class/exam/grade", { config: COSTLY }, async (request): Promise<ExamRoomView> => {
    const { learner } = parse(gradeAgainSchema, request.body);
    return exams.gradeAgain((await found(request)).room, learner);
  });
}
