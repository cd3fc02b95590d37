import type { FastifyInstance } from "fastify";
import { type LtiCoursesView, type LtiRosterView, ltiCoursesViewSchema, ltiRosterViewSchema } from "../contract/lti.ts";
import type { Courses } from "../lti/courses.ts";
import type { Operation } from "./operation.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

const LIST: Operation = { tag: "lti", summary: "List the courses that one teaches at a platform", gives: { 200: ltiCoursesViewSchema } };
const MEMBERS: Operation = {
  tag: "lti",
  summary: "Ask a platform for the members of a course",
  gives: { 200: ltiRosterViewSchema },
  problems: ["platform_failed", "platform_unknown"],
};

/** Courses of learning platforms, for those who teach them there: nobody else, admins neither, for the platform has told the members to nobody else. */
export async function ltiCourseRoutes(app: FastifyInstance, { courses }: { courses: Courses }): Promise<void> {
  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));

  app.get("/api/v1/lti/courses", { config: { api: LIST } }, async (request): Promise<LtiCoursesView> => courses.of(signedIn(request).person.learner));

  app.get<{ Params: { course: string } }>(
    "/api/v1/lti/courses/:course/members",
    { config: { ...COSTLY, api: MEMBERS } },
    async (request): Promise<LtiRosterView> => {
      return courses.roster(signedIn(request).person.learner, request.params.course);
    },
  );
}
