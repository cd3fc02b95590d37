import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type LtiView,
  ltiViewSchema,
  newDeploymentSchema,
  newRegistrationSchema,
  type RegistrationLinkView,
  type RegistrationView,
  registrationLinkViewSchema,
  registrationViewSchema,
  type TroubledScores,
  troubledScoresSchema,
} from "../contract/lti.ts";
import type { Lti } from "../lti/lti.ts";
import type { LtiRegistration } from "../store/lti.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface LtiAdminRoutesOptions {
  readonly lti: Lti;
  /** Gives who asks, for the record, if it is an administrator of the lab; fails otherwise. */
  readonly administrator: (request: FastifyRequest) => Promise<string>;
}

const VIEW: Operation = { tag: "lti", summary: "List the platforms, and what they are told", gives: { 200: ltiViewSchema } };
const REGISTER: Operation = {
  tag: "lti",
  summary: "Register a platform",
  body: newRegistrationSchema,
  gives: { 201: registrationViewSchema },
  problems: ["platform_failed"],
};
const DEPLOYMENT: Operation = { tag: "lti", summary: "Add a deployment", body: newDeploymentSchema, gives: { 200: registrationViewSchema } };
const REMOVE: Operation = { tag: "lti", summary: "Remove a platform", gives: DONE };
const LINK: Operation = { tag: "lti", summary: "Make a link by which a platform registers itself", gives: { 201: registrationLinkViewSchema } };
const ROTATE: Operation = { tag: "lti", summary: "Replace the key that signs for the lab", gives: DONE };
const SCORES: Operation = { tag: "lti", summary: "List scores that did not arrive", gives: { 200: troubledScoresSchema } };

interface OneRegistration {
  Params: { registration: string };
}

/** The platforms that may launch the lab, for administrators alone. To be registered among the guarded routes of `/api/v1/`. */
export async function ltiAdminRoutes(app: FastifyInstance, { lti, administrator }: LtiAdminRoutesOptions): Promise<void> {
  const { registrations, tool } = lti;

  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));
  app.addHook("preHandler", async (request) => void (await administrator(request)));

  app.get("/api/v1/lti", { config: { api: VIEW } }, async (): Promise<LtiView> => {
    const { name, loginUrl, launchUrl, jwksUrl } = tool;
    return { tool: { name, loginUrl, launchUrl, jwksUrl }, registrations: registrations.list().map(viewOf) };
  });

  app.post("/api/v1/lti/registrations", { config: { ...COSTLY, api: REGISTER } }, async (request, reply): Promise<RegistrationView> => {
    const added = await registrations.add(parse(newRegistrationSchema, request.body));
    reply.code(201);
    return viewOf(added);
  });

  app.post<OneRegistration>(
    "/api/v1/lti/registrations/:registration/deployments",
    { config: { api: DEPLOYMENT } },
    async (request): Promise<RegistrationView> => {
      const { deployment } = parse(newDeploymentSchema, request.body);
      return viewOf(await registrations.addDeployment(request.params.registration, deployment));
    },
  );

  app.delete<OneRegistration>("/api/v1/lti/registrations/:registration", { config: { api: REMOVE } }, async (request, reply) => {
    await registrations.remove(request.params.registration);
    return reply.code(204).send();
  });

  app.post("/api/v1/lti/registration-links", { config: { ...COSTLY, api: LINK } }, async (request, reply): Promise<RegistrationLinkView> => {
    const { secret, expiresAt } = await registrations.makeLink(await administrator(request));
    reply.code(201);
    return { url: tool.registrationUrl(secret), expiresAt };
  });

  app.post("/api/v1/lti/keys/rotate", { config: { ...COSTLY, api: ROTATE } }, async (_request, reply) => {
    await lti.keys.rotate();
    return reply.code(204).send();
  });

  app.get("/api/v1/lti/scores", { config: { api: SCORES } }, async (): Promise<TroubledScores> => ({ scores: await lti.scores.troubles() }));
}

function viewOf(registration: LtiRegistration): RegistrationView {
  return { ...registration, deployments: [...registration.deployments], frameOrigins: [...registration.frameOrigins] };
}
