import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import {
  type ExamList,
  type ExamRoomView,
  type ExamView,
  examListSchema,
  examRoomSchema,
  examViewSchema,
  extraMinutesSchema,
  gradeAgainSchema,
  reopenSchema,
} from "../contract/exams.ts";
import type { Exams } from "../exams/exams.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

type ClassParams = { Params: { class: string } };
const emptySchema = z.strictObject({}).nullish();

const problems = ["exam_early", "exam_not_begun", "exam_running", "exam_over", "exam_used", "exam_refused"] as const;
const own = (summary: string): Operation => ({ tag: "exams", summary, body: emptySchema, gives: { 200: examViewSchema }, problems });
const room = (summary: string, body?: z.ZodType): Operation => ({
  tag: "exams",
  summary,
  ...(body && { body }),
  gives: { 200: examRoomSchema },
  problems: [...problems, ...HOST_PROBLEMS],
});
const LIST: Operation = { tag: "exams", summary: "List one's exams", gives: { 200: examListSchema } };

/** Exams: a learner's own, and that of a class for its instructor. */
export async function examRoutes(app: FastifyInstance, { exams, classes }: { exams: Exams; classes: Pick<Classes, "find"> }): Promise<void> {
  const found = async (request: FastifyRequest<ClassParams>) => {
    const { person } = signedIn(request);
    return { person, room: await classes.find(person, request.params.class) };
  };

  app.get("/api/v1/exams", { config: { api: LIST } }, async (request, reply): Promise<ExamList> => {
    reply.header("cache-control", "no-store");
    return exams.own(request.learner);
  });

  app.post<ClassParams>("/api/v1/exams/:class/begin", { config: { ...COSTLY, api: own("Begin an exam") } }, async (request): Promise<ExamView> => {
    parse(emptySchema, request.body);
    return exams.begin(request.learner, request.params.class);
  });

  app.post<ClassParams>("/api/v1/exams/:class/hand-in", { config: { ...COSTLY, api: own("Hand an exam in") } }, async (request): Promise<ExamView> => {
    parse(emptySchema, request.body);
    return exams.handIn(request.learner, request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/exam", { config: { api: room("Look at a class's exam") } }, async (request, reply): Promise<ExamRoomView> => {
    reply.header("cache-control", "no-store");
    return exams.room((await found(request)).room);
  });

  app.post<ClassParams>(
    "/api/v1/classes/:class/exam/minutes",
    { config: { ...COSTLY, api: room("Give more time, or take it back", extraMinutesSchema) } },
    async (request): Promise<ExamRoomView> => {
      const { minutes, learner } = parse(extraMinutesSchema, request.body);
      const { person, room } = await found(request);
      return exams.extra(person, room, minutes, learner);
    },
  );

  app.post<ClassParams>(
    "/api/v1/classes/:class/exam/reopen",
    { config: { ...COSTLY, api: room("Let an exam that is over go on", reopenSchema) } },
    async (request): Promise<ExamRoomView> => {
      const { learner, minutes } = parse(reopenSchema, request.body);
      const { person, room } = await found(request);
      return exams.reopen(person, room, learner, minutes);
    },
  );

  app.post<ClassParams>(
    "/api/v1/classes/:class/exam/grade",
    { config: { ...COSTLY, api: room("Grade anew what could not be graded", gradeAgainSchema) } },
    async (request): Promise<ExamRoomView> => {
      const { learner } = parse(gradeAgainSchema, request.body);
      return exams.gradeAgain((await found(request)).room, learner);
    },
  );
}
