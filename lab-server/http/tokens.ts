import type { FastifyInstance } from "fastify";
import { type MadeToken, madeTokenSchema, newTokenSchema, type TokensView, tokensViewSchema } from "../contract/tokens.ts";
import type { Tokens } from "../people/tokens.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

const LIST: Operation = { tag: "account", summary: "List one's tokens", gives: { 200: tokensViewSchema } };
const MAKE: Operation = {
  tag: "account",
  summary: "Make a token",
  description: "Its secret is in this answer alone.",
  body: newTokenSchema,
  gives: { 201: madeTokenSchema },
  problems: ["limit_reached"],
};
const REVOKE: Operation = { tag: "account", summary: "Revoke a token", description: "What was opened with it is cut.", gives: DONE };

/** Tokens of one's own, for programs. Made and revoked by people alone: see `permissionWithToken`. */
export async function tokenRoutes(app: FastifyInstance, { tokens }: { tokens: Tokens }): Promise<void> {
  app.get("/api/v1/tokens", { config: { api: LIST } }, async (request, reply): Promise<TokensView> => {
    reply.header("cache-control", "no-store");
    return tokens.of(signedIn(request).person.id);
  });

  app.post("/api/v1/tokens", { config: { ...COSTLY, api: MAKE } }, async (request, reply): Promise<MadeToken> => {
    const made = await tokens.make(signedIn(request).person.id, parse(newTokenSchema, request.body));
    reply.code(201).header("cache-control", "no-store");
    return made;
  });

  app.delete<{ Params: { token: string } }>("/api/v1/tokens/:token", { config: { api: REVOKE } }, async (request, reply) => {
    await tokens.revoke(signedIn(request).person.id, request.params.token);
    return reply.code(204).send();
  });
}
