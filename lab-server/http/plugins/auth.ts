import { randomBytes } from "node:crypto";
import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LabError } from "../../errors.ts";

/** Browsers keep a cookie for 400 days at most; every visit begins them again. In seconds. */
const KEPT_FOR_S = 400 * 24 * 3600;
const ID = /^[0-9a-f]{32}$/;

declare module "fastify" {
  interface FastifyRequest {
    /** Whose browser this is. Set on every request below `/api/`. */
    learner: string;
    /** True when the browser was not known before this request. */
    newcomer: boolean;
  }
}

export interface AuthOptions {
  /** Signs the cookies. */
  readonly key: Buffer;
  /** Whether learners come by https. */
  readonly secure: boolean;
}

/**
 * Anonymous learners: a browser is known by a signed cookie that holds a random id and nothing else. A cookie that is
 * missing, broken or forged makes a newcomer: reading gives a fresh identity, anything else is `not_signed_in`, so that
 * nothing is done for somebody who could not come back to it.
 */
export async function addAuth(app: FastifyInstance, { key, secure }: AuthOptions): Promise<void> {
  const name = secure ? "__Host-ringside" : "ringside";
  await app.register(cookie, { secret: key });
  app.decorateRequest("learner", "");
  app.decorateRequest("newcomer", false);
  const hand = (reply: FastifyReply, learner: string): void => {
    reply.setCookie(name, learner, { signed: true, httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: KEPT_FOR_S });
  };
  app.addHook("onRequest", async (request, reply) => {
    const known = knownLearner(request, name);
    request.newcomer = known === undefined;
    if (known !== undefined) {
      request.learner = known;
      if (request.url === "/api/me") hand(reply, known);
      return;
    }
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!reads || request.headers.upgrade !== undefined) throw new LabError("not_signed_in", { log: "no cookie of ours" });
    request.learner = randomBytes(16).toString("hex");
    hand(reply, request.learner);
  });
}

function knownLearner(request: FastifyRequest, name: string): string | undefined {
  const signed = request.cookies[name];
  if (signed === undefined) return undefined;
  const { valid, value } = request.unsignCookie(signed);
  return valid && value !== null && ID.test(value) ? value : undefined;
}
