import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type LtiView,
  newDeploymentSchema,
  newRegistrationSchema,
  type RegistrationLinkView,
  type RegistrationView,
  type TroubledScoreView,
} from "../contract/lti.ts";
import type { Lti } from "../lti/lti.ts";
import type { LtiRegistration } from "../store/lti.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface LtiAdminRoutesOptions {
  readonly lti: Lti;
  /** Gives who asks, for the record, if it is an administrator of the lab; fails otherwise. */
  readonly administrator: (request: FastifyRequest) => Promise<string>;
}

interface OneRegistration {
  Params: { registration: string };
}

/** The platforms that may launch the lab, for administrators alone. To be registered among the guarded routes of `/api/v1/`. */
export async function ltiAdminRoutes(app: FastifyInstance, { lti, administrator }: LtiAdminRoutesOptions): Promise<void> {
  const { registrations, tool } = lti;

  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));
  app.addHook("preHandler", async (request) => void (await administrator(request)));

  app.get("/api/v1/lti", async (): Promise<LtiView> => {
    const { name, loginUrl, launchUrl, jwksUrl } = tool;
    return { tool: { name, loginUrl, launchUrl, jwksUrl }, registrations: registrations.list().map(viewOf) };
  });

  app.post("/api/v1/lti/registrations", { config: COSTLY }, async (request, reply): Promise<RegistrationView> => {
    const added = await registrations.add(parse(newRegistrationSchema, request.body));
    reply.code(201);
    return viewOf(added);
  });

  app.post<OneRegistration>("/api/v1/lti/registrations/:registration/deployments", async (request): Promise<RegistrationView> => {
    const { deployment } = parse(newDeploymentSchema, request.body);
    return viewOf(await registrations.addDeployment(request.params.registration, deployment));
  });

  app.delete<OneRegistration>("/api/v1/lti/registrations/:registration", async (request, reply) => {
    await registrations.remove(request.params.registration);
    return reply.code(204).send();
  });

  app.post("/api/v1/lti/registration-links", { config: COSTLY }, async (request, reply): Promise<RegistrationLinkView> => {
    const { secret, expiresAt } = await registrations.makeLink(await administrator(request));
    reply.code(201);
    return { url: tool.registrationUrl(secret), expiresAt };
  });

  app.post("/api/v1/lti/keys/rotate", { config: COSTLY }, async (_request, reply) => {
    await lti.keys.rotate();
    return reply.code(204).send();
  });

  app.get("/api/v1/lti/scores", async (): Promise<{ scores: readonly TroubledScoreView[] }> => ({ scores: await lti.scores.troubles() }));
}

function viewOf(registration: LtiRegistration): RegistrationView {
  return { ...registration, deployments: [...registration.deployments], frameOrigins: [...registration.frameOrigins] };
}
