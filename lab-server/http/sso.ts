import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { LabError } from "../errors.ts";
import type { People } from "../people/people.ts";
import type { Sessions } from "../people/sessions.ts";
import { type SingleSignOn, SSO_CALLBACK } from "../people/single-sign-on.ts";
import type { Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { beginSession } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface SsoRoutesOptions {
  /** Absent where the lab has none. */
  readonly sso: SingleSignOn | undefined;
  readonly people: People;
  readonly sessions: Sessions;
}

/** A path of ours and nothing else: neither another site nor a path that a browser takes for one. */
const beginSchema = z.object({
  next: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])/, "expected a path of the lab")
    .default("/account/"),
});

const nameSchema = z.object({ name: z.string().nullable() });
const ASK: Operation = { tag: "account", summary: "Ask whether there is a school's sign-in", gives: { 200: nameSchema } };
const LOGIN: Operation = {
  tag: "account",
  summary: "Begin a school's sign-in",
  query: beginSchema,
  gives: { 303: { text: "To the school." } },
  problems: ["not_found", "sign_in_failed"],
};
const CALLBACK: Operation = {
  tag: "account",
  summary: "Come back from a school's sign-in",
  gives: { 303: { text: "To the page on which it was begun." } },
  problems: ["not_found", "sign_in_failed"],
};

/** Signing in by a school's OpenID Connect. Both ways are plain readings, because browsers come from another site. */
export async function ssoRoutes(app: FastifyInstance, { sso, people, sessions }: SsoRoutesOptions): Promise<void> {
  /** What only this browser can show again: its cookies are signed, or secret. */
  const browserOf = ({ session, anonymous }: FastifyRequest): string => session?.id ?? anonymous;

  app.get("/api/v1/sso", { config: { api: ASK } }, async (): Promise<z.output<typeof nameSchema>> => ({ name: sso?.name ?? null }));

  app.get("/api/v1/sso/login", { config: { ...COSTLY, api: LOGIN } }, async (request, reply) => {
    if (sso === undefined) throw new LabError("not_found", { log: "RINGSIDE_OIDC_ISSUER is not set" });
    const { next } = parse(beginSchema, request.query);
    return reply.header("cache-control", "no-store").redirect(await sso.begin(browserOf(request), next), 303);
  });

  app.get(SSO_CALLBACK, { config: { ...COSTLY, api: CALLBACK } }, async (request, reply) => {
    if (sso === undefined) throw new LabError("not_found", { log: "RINGSIDE_OIDC_ISSUER is not set" });
    const { identity, next } = await sso.finish(browserOf(request), new URL(request.url, "http://x").search.slice(1));
    const person = await people.byIdentity({ ...identity, role: "learner" }, request.anonymous || undefined);
    await beginSession({ people, sessions }, request, reply, person);
    return reply.redirect(next, 303);
  });
}
