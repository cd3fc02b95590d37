import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { LabError } from "../../errors.ts";
import type { OwnNames } from "../own-names.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";

/** The largest request body. Ours are a few dozen bytes. */
export const BODY_LIMIT_BYTES = 16 * 1024;

/** Requests a minute below `/api/v1/`: per learner, and for browsers not known yet per address. */
const REQUESTS_PER_MINUTE = 600;

/** For routes that start machines or run programs on them. */
export const COSTLY = { rateLimit: { max: 60, timeWindow: "1 minute" } };

/** For every route: what the browser may do with our pages, and that the request is meant for us. */
export async function addHeaders(app: FastifyInstance, names: OwnNames): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    // A browser that came by plain http must not be told to come by https.
    strictTransportSecurity: names.secure ? { maxAge: 15_552_000 } : false,
    referrerPolicy: { policy: "same-origin" },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("content-security-policy", contentSecurityPolicy({ secure: names.secure, scriptHashes: [] }));
    if (request.routeOptions.config.anyName === true || names.namesUs(request.raw)) return;
    const reason = "this name is not the lab's own";
    throw new LabError("bad_request", {
      params: { reason },
      log: `${reason}: ${request.headers.host}. If learners should use it, set RINGSIDE_PUBLIC_URL`,
    });
  });
}

/** For the routes below `/api/v1/`, after `addAuth`: only from our pages, and not too often. */
export async function addGuards(app: FastifyInstance, names: OwnNames): Promise<void> {
  app.addHook("onRequest", async (request) => {
    const reads = request.method === "GET" || request.method === "HEAD";
    // Only a program of somebody's own has a token; no page of another site does.
    if (request.token !== undefined || (reads && request.headers.upgrade === undefined) || names.fromOurPage(request.raw)) return;
    throw new LabError("bad_request", {
      params: { reason: "it did not come from a page of the lab" },
      log: `${request.method} from site ${request.headers["sec-fetch-site"]}, origin ${request.headers.origin}`,
    });
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: "1 minute",
    // A class sits behind one address: the address alone decides only where nothing better is known.
    keyGenerator: (request) => {
      if (request.token !== undefined) return `token ${request.token.id}`;
      return request.newcomer ? `address ${request.ip}` : `learner ${request.learner}`;
    },
    errorResponseBuilder: (_request, { ttl }) => {
      return new LabError("too_many", { params: { seconds: Math.max(1, Math.ceil(ttl / 1000)) }, log: "rate limit" });
    },
  });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered under whatever name it was asked: for probes that come by address. */
    anyName?: boolean;
  }
}
