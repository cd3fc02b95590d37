import type { FastifyInstance } from "fastify";
import type { LtiCoursesView, LtiRosterView } from "../contract/lti.ts";
import type { Courses } from "../lti/courses.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

/** Courses of learning platforms, for those who teach them there: nobody else, admins neither, for the platform has told the members to nobody else. */
export async function ltiCourseRoutes(app: FastifyInstance, { courses }: { courses: Courses }): Promise<void> {
  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));

  app.get("/api/v1/lti/courses", async (request): Promise<LtiCoursesView> => courses.of(signedIn(request).person.learner));

  app.get<{ Params: { course: string } }>("/api/v1/lti/courses/:course/members", { config: COSTLY }, async (request): Promise<LtiRosterView> => {
    return courses.roster(signedIn(request).person.learner, request.params.course);
  });
}
