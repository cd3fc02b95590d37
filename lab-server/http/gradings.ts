import type { FastifyInstance } from "fastify";
import { type GradingsView, type GradingView, gradingsViewSchema, gradingViewSchema, MOST_SCRIPT_BYTES, newGradingSchema } from "../contract/gradings.ts";
import type { Gradings } from "../trial/gradings.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

const LIST: Operation = { tag: "gradings", summary: "List one's gradings", gives: { 200: gradingsViewSchema } };
const START: Operation = {
  tag: "gradings",
  summary: "Grade an exercise",
  description: "Its own solution, or a script that does a learner's work. Ask again until `state` is `done`.",
  body: newGradingSchema,
  gives: { 201: gradingViewSchema },
  problems: ["unknown_exercise", "limit_reached", "desktop_in_making", "desktop_not_made", "host_failed", "shutting_down"],
};
const LOOK: Operation = { tag: "gradings", summary: "Look at a grading", gives: { 200: gradingViewSchema } };
const REMOVE: Operation = { tag: "gradings", summary: "End a grading, and forget it", gives: DONE };

type GradingParams = { Params: { grading: string } };

/** Exercises graded without a seat, for people who teach: `npm run grade -- --server`. */
export async function gradingRoutes(app: FastifyInstance, { gradings }: { gradings: Gradings }): Promise<void> {
  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));

  app.get("/api/v1/gradings", { config: { api: LIST } }, async (request): Promise<GradingsView> => {
    return { gradings: gradings.all(signedIn(request).person.id) };
  });

  // JSON may write one byte of the script with six.
  app.post("/api/v1/gradings", { config: { ...COSTLY, api: START }, bodyLimit: 6 * MOST_SCRIPT_BYTES + 1024 }, async (request, reply): Promise<GradingView> => {
    const view = gradings.start(signedIn(request).person.id, parse(newGradingSchema, request.body));
    reply.code(201);
    return view;
  });

  app.get<GradingParams>("/api/v1/gradings/:grading", { config: { api: LOOK } }, async (request): Promise<GradingView> => {
    return gradings.of(signedIn(request).person.id, request.params.grading);
  });

  app.delete<GradingParams>("/api/v1/gradings/:grading", { config: { api: REMOVE } }, async (request, reply) => {
    await gradings.remove(signedIn(request).person.id, request.params.grading);
    return reply.code(204).send();
  });
}
