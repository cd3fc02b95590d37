import { readFileSync } from "node:fs";
import { join } from "node:path";
import rateLimit from "@fastify/rate-limit";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Locale } from "../contract/locale.ts";
import { problemText } from "../contract/problem.ts";
import { LabError } from "../errors.ts";
import type { Choice } from "../lti/deep-linking.ts";
import type { Launch } from "../lti/launch.ts";
import { initiationSchema } from "../lti/logins.ts";
import type { Lti } from "../lti/lti.ts";
import { originOf } from "../lti/registrations.ts";
import { newSecret } from "../lti/secret.ts";
import { LoginCookie, shownIn } from "./lti-browser.ts";
import { choosePage, enterPage, newTabPage, problemPage, recallPage, registeredPage, returnPage, type StorageFrame, storePage } from "./lti-pages.ts";
import type { OwnNames } from "./own-names.ts";
import { parse } from "./parse.ts";
import { contentSecurityPolicy } from "./plugins/content-security-policy.ts";
import { localeOf, noteError } from "./plugins/errors.ts";
import { addFormBodies } from "./plugins/form-bodies.ts";

/** A class sits behind one address, and a launch takes up to five requests. */
const REQUESTS_PER_MINUTE = 1200;
/** Shorter than a new key is shown before it signs. In seconds. */
const KEYS_KEPT_S = 1800;

/** Where somebody arrives. */
export interface Visit {
  readonly request: FastifyRequest;
  /** For its cookies. In a frame they need `FRAMED_COOKIE`, or the browser drops them. */
  readonly reply: FastifyReply;
  /** Whether a frame of another site shows the lab. Its cookies are not those of the lab in a tab. */
  readonly framed: boolean;
}

/** Who people are and what sessions they have: the part that is not LTI's. */
export interface LtiPeople {
  /**
   * Somebody came by a launch that was verified. Finds out who it is (`Lti.learnerOf`), begins a session on the reply, and
   * says where to go: a path of ours. `who` is this side's own word for the person, given back to `entered`; it never leaves
   * the server. In a frame a page with a button is shown that opens the path in a tab of its own, unless `stays`.
   */
  launched(launch: Launch, visit: Visit): Promise<{ readonly who: string; readonly redirect: string; readonly stays?: boolean }>;
  /** Who has the session that was begun in a frame, for a request from there. */
  inFrame(request: FastifyRequest): Promise<string | undefined>;
  /** The same person is now in a tab of its own: begins a session there. */
  entered(who: string, visit: Visit): Promise<void>;
}

export interface LtiRoutesOptions {
  readonly lti: Lti;
  readonly names: OwnNames;
  readonly people: LtiPeople;
  /** The exercises that an instructor can put into a course. */
  readonly choices: () => readonly Choice[];
}

const token = z.string().min(1).max(256);
const launchSchema = z.union([
  z.object({ state: token, error: z.string().min(1).max(256), error_description: z.string().max(2048).optional() }),
  z.object({ state: token, id_token: z.string().min(1).max(100_000), proof: token.or(z.literal("")).optional() }),
]);
const chosenSchema = z.object({
  secret: token,
  exercise: z.union([token.transform((one) => [one]), z.array(token).max(500)]).default([]),
  cancel: z.literal("yes").optional(),
});
const registerSchema = z.object({ openid_configuration: z.string().min(1).max(2048), registration_token: z.string().max(8192).optional() });

/**
 * The lab as a tool of learning platforms, below `/lti/`. To be registered outside what guards `/api/v1/`: a platform's pages
 * send their forms here from their own site, and state and nonce stand for the guard. What our own pages send is guarded here.
 */
export async function ltiRoutes(app: FastifyInstance, { lti, names, people, choices }: LtiRoutesOptions): Promise<void> {
  const script = readFileSync(join(import.meta.dirname, "lti-page.js"));
  const cookie = await LoginCookie.in(app, names);
  addFormBodies(app);
  const policy = (more: { framedBy?: string[]; sendsTo?: string[] } = {}): string =>
    contentSecurityPolicy({ secure: names.secure, scriptHashes: [], ...more, framedBy: [...lti.registrations.frameOrigins(), ...(more.framedBy ?? [])] });
  app.addHook("onRequest", async (_request, reply) => {
    // Platforms show these pages in a frame and wait for a word from their window: helmet's defaults forbid both.
    reply.removeHeader("x-frame-options").removeHeader("cross-origin-opener-policy");
    reply.header("content-security-policy", policy()).header("cache-control", "no-store");
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, { ttl }) => new LabError("too_many", { params: { seconds: Math.max(1, Math.ceil(ttl / 1000)) }, log: "rate limit" }),
  });
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const { error, status } = noteError(request, thrown);
    if (error.code.startsWith("launch_") || error.code.startsWith("platform_")) request.log.warn({ code: error.code, why: error.message }, "LTI refused");
    const locale = spoken(request);
    return show(reply.code(status), locale, problemPage(locale, problemText(error.toProblem(), locale)));
  });
  const fromOurPage = (request: FastifyRequest): void => {
    if (names.fromOurPage(request.raw)) return;
    const reason = "it did not come from a page of the lab";
    throw new LabError("bad_request", { params: { reason }, log: `${request.method} from origin ${request.headers.origin}` });
  };

  app.get("/lti/jwks", async (_request, reply) => reply.header("cache-control", `public, max-age=${KEYS_KEPT_S}`).send(lti.keys.publicKeys));
  app.get("/lti/page.js", async (_request, reply) => reply.type("text/javascript; charset=utf-8").header("cache-control", "no-cache").send(script));

  const begin = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const initiation = parse(initiationSchema, request.method === "GET" ? request.query : request.body);
    const { state, authorizationUrl } = await lti.logins.begin(initiation, cookie.give(request, reply));
    // In a frame it is seen first whether the cookie comes back: Moodle takes its hint once, so afterwards is too late.
    const next = shownIn(request) === "tab" ? authorizationUrl : `/lti/login/check?${new URLSearchParams({ state })}`;
    return reply.redirect(next, 303);
  };
  app.get("/lti/login", begin);
  app.post("/lti/login", begin);

  app.get("/lti/login/check", async (request, reply) => {
    const login = await lti.logins.find(parse(z.object({ state: token }), request.query).state);
    if (login.begunBy(cookie.of(request))) return reply.redirect(login.authorizationUrl, 303);
    const [newTab, target, locale] = [lti.logins.inNewTab(login.initiation), login.initiation.lti_storage_target, spoken(request)];
    await login.take();
    if (target === undefined) return show(reply, locale, newTabPage(locale, newTab));
    // The secret that was in the cookie is gone: the platform keeps one of a login that begins now.
    const secret = newSecret();
    const { state, authorizationUrl } = await lti.logins.begin(login.initiation, secret);
    return show(reply, locale, storePage(locale, storageFrame(target, authorizationUrl, state), secret, authorizationUrl, newTab));
  });

  app.post("/lti/launch", async (request, reply) => {
    const body = parse(launchSchema, request.body);
    const login = await lti.logins.find(body.state);
    const proof = "proof" in body && names.fromOurPage(request.raw) ? body.proof : undefined;
    if (!login.begunBy(cookie.of(request)) && !login.begunBy(proof)) {
      const [newTab, target, locale] = [lti.logins.inNewTab(login.initiation), login.initiation.lti_storage_target, spoken(request)];
      request.log.info({ issuer: login.initiation.iss }, "a launch in a browser that did not begin it");
      if (target === undefined || proof !== undefined || !("id_token" in body)) return show(reply.code(403), locale, newTabPage(locale, newTab));
      const frame = storageFrame(target, login.authorizationUrl, body.state);
      return show(reply, locale, recallPage(locale, frame, { state: body.state, id_token: body.id_token }, newTab));
    }
    await login.take();
    if ("error" in body) {
      const log = `the platform refused: ${body.error}, ${body.error_description}`;
      throw new LabError("launch_refused", { params: { check: body.error.replace(/[^\w.-]/g, "").slice(0, 60) }, log });
    }
    const launch = await lti.verify(login, body.id_token);
    const locale = launch.locale ?? spoken(request);
    if (launch.deepLink !== undefined) {
      return show(reply, locale, choosePage(locale, await lti.deepLinking.ask(launch, locale), choices(), launch.deepLink.multiple));
    }
    const where = shownIn(request);
    const framed = where === undefined ? launch.inFrame : where === "frame";
    const { who, redirect, stays = false } = await people.launched(launch, { request, reply, framed });
    const path = ownPath(redirect, lti.tool.origin);
    if (!framed || stays) return reply.redirect(path, 303);
    return show(reply, locale, enterPage(locale, launch.resourceLink?.title, lti.carry.issue({ who, redirect: path }), path));
  });

  app.post("/lti/carry", async (request, reply) => {
    fromOurPage(request);
    const redirect = ownPath(parse(z.object({ redirect: z.string().max(2048) }), request.body).redirect, lti.tool.origin);
    const who = await people.inFrame(request);
    if (who === undefined) throw new LabError("not_signed_in", { log: "no session in the frame" });
    return reply.send({ code: lti.carry.issue({ who, redirect }) });
  });

  app.post("/lti/enter", async (request, reply) => {
    fromOurPage(request);
    const { who, redirect } = lti.carry.take(parse(z.object({ code: token }), request.body).code);
    await people.entered(who, { request, reply, framed: false });
    return reply.redirect(redirect, 303);
  });

  app.post("/lti/deep-link", async (request, reply) => {
    fromOurPage(request);
    const { secret, exercise, cancel } = parse(chosenSchema, request.body);
    const wanted = cancel === undefined ? new Set(exercise) : new Set();
    const { returnUrl, jwt, locale, registration } = await lti.deepLinking.answer(
      secret,
      choices().filter(({ id }) => wanted.has(id)),
    );
    reply.header("content-security-policy", policy({ sendsTo: [...originOf(returnUrl), ...originOf(registration.issuer)] }));
    return show(reply, locale, returnPage(locale, returnUrl, jwt));
  });

  app.get<{ Params: { secret: string } }>("/lti/register/:secret", async (request, reply) => {
    const { openid_configuration: configurationUrl, registration_token } = parse(registerSchema, request.query);
    reply.header("content-security-policy", policy({ framedBy: originOf(configurationUrl) }));
    const { name, deployments } = await lti.register(request.params.secret, { configurationUrl, token: registration_token });
    const locale = spoken(request);
    return show(reply, locale, registeredPage(locale, name, deployments.length > 0));
  });
}

function spoken(request: FastifyRequest): Locale {
  return localeOf(request.headers["accept-language"]);
}

function show(reply: FastifyReply, locale: Locale, html: string): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-language", locale === "en" ? "en" : "zh-CN")
    .send(html);
}

function storageFrame(target: string, authorizationUrl: string, state: string): StorageFrame {
  return { target, origin: new URL(authorizationUrl).origin, key: `ringside_${state}` };
}

/** A path of ours, and not the way to another site. */
function ownPath(text: string, origin: string): string {
  const url = URL.canParse(text, origin) ? new URL(text, origin) : undefined;
  if (url?.origin === origin) return `${url.pathname}${url.search}${url.hash}`;
  throw new LabError("bad_request", { params: { reason: "the address is not the lab's own" }, log: `redirect to ${text}` });
}
