import { randomBytes } from "node:crypto";
import cookie, { type CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LabError } from "../../errors.ts";
import type { Sessions } from "../../people/sessions.ts";
import type { Tokens } from "../../people/tokens.ts";
import type { SessionRecord } from "../../store/sessions.ts";
import type { TokenRecord } from "../../store/tokens.ts";
import { type Actor, type Permission, permissionsOf, permissionWithToken } from "../permissions.ts";

/** Browsers keep a cookie for 400 days at most; every visit begins them again. In seconds. */
const KEPT_FOR_S = 400 * 24 * 3600;
const ID = /^[0-9a-f]{32}$/;

declare module "fastify" {
  interface FastifyRequest {
    /** Whose results and seat it is about: the signed-in person's, else the browser's own. Set on every request below `/api/v1/`. */
    learner: string;
    /** The learner of this browser without an account, whoever is signed in. */
    anonymous: string;
    /** True when the browser was not known before this request. */
    newcomer: boolean;
    /** Present while somebody is signed in, or a token acts for somebody. */
    session: SessionRecord | undefined;
    /** Present where a program asks by a token. Then there is no browser, and no cookie either way. */
    token: TokenRecord | undefined;
    /** What the table of permissions says about this route for whoever asks. */
    permission: Permission;
  }
  interface FastifyReply {
    /** Signs this browser in; the answer carries the cookie. */
    signIn(session: { readonly secret: string; readonly seconds: number }): void;
    signOut(): void;
    /** What was this browser's without an account is somebody's now: it begins anew. */
    beginAnew(): void;
  }
}

/** The cookies of the lab: of a browser without an account, and of a session. No other host can set one that begins with `__Host-`. */
export function cookiesOf(secure: boolean): { readonly name: string; readonly session: string; readonly options: CookieSerializeOptions } {
  const name = secure ? "__Host-ringside" : "ringside";
  return { name, session: `${name}-session`, options: { httpOnly: true, sameSite: "lax", secure, path: "/" } };
}

export interface AuthOptions {
  /** Signs the cookies. */
  readonly key: Buffer;
  /** Whether learners come by https. */
  readonly secure: boolean;
  readonly sessions: Sessions;
  readonly tokens: Pick<Tokens, "find" | "onEnd">;
  /** Whether a learner without an account has become somebody's. */
  readonly isClaimed: (learner: string) => Promise<boolean>;
}

/**
 * Who makes a request, and whether they may at all.
 *
 * Anonymous learners: a browser is known by a signed cookie that holds a random id and nothing else. A cookie that is
 * missing, broken or forged makes a newcomer: reading gives a fresh identity, anything else is `not_signed_in`, so that
 * nothing is done for somebody who could not come back to it.
 *
 * People with an account: a second cookie holds the secret of a session. What a session has opened ends with it.
 *
 * Programs: `Authorization: Bearer` holds the secret of a token. No browser sends it by itself, so such a request needs no proof of where it
 * comes from; it never carries a cookie, nor does its answer.
 */
export async function addAuth(app: FastifyInstance, { key, secure, sessions, tokens, isClaimed }: AuthOptions): Promise<void> {
  const { name, session: sessionName, options: common } = cookiesOf(secure);
  await app.register(cookie, { secret: key });
  app.decorateRequest("learner", "");
  app.decorateRequest("anonymous", "");
  app.decorateRequest("newcomer", false);
  app.decorateRequest("session", undefined);
  app.decorateRequest("token", undefined);
  app.decorateRequest("permission", "no");
  app.decorateReply("signIn", function ({ secret, seconds }) {
    this.setCookie(sessionName, secret, { ...common, maxAge: seconds });
  });
  app.decorateReply("signOut", function () {
    this.clearCookie(sessionName, common);
  });
  const hand = (reply: FastifyReply, learner: string): void => {
    reply.setCookie(name, learner, { ...common, signed: true, maxAge: KEPT_FOR_S });
  };
  app.decorateReply("beginAnew", function () {
    hand(this, newLearner());
  });

  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat())
      if (one !== "HEAD" && permissionsOf(one, url) === undefined)
        throw new LabError("internal", { log: `nobody may ${one} ${url}: it is not in http/permissions.ts` });
  });

  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.authorization !== undefined) {
      if (name in request.cookies || sessionName in request.cookies) {
        const reason = "a token and a cookie of the lab in one request";
        throw new LabError("bad_request", { params: { reason }, log: reason });
      }
      await authoriseToken(tokens, request, reply);
      return;
    }
    const said = knownLearner(request, name);
    // Whoever signs out leaves a browser that is nobody's, and so does a copy of a cookie from before the account.
    const known = said !== undefined && (await isClaimed(said)) ? undefined : said;
    const secret = request.cookies[sessionName];
    if (secret !== undefined) {
      const session = await sessions.find(secret);
      request.session = session;
      if (session === undefined) reply.signOut();
      else endWith((listener) => sessions.onEnd(session.id, listener), request, reply);
    }
    request.newcomer = known === undefined && request.session === undefined;
    const actor: Actor = request.session?.person.role ?? (request.newcomer ? "newcomer" : "anonymous");
    const reads = request.method === "GET" || request.method === "HEAD";
    request.permission = permissionsOf(request.method === "HEAD" ? "GET" : request.method, request.routeOptions.url ?? "")?.[actor] ?? (reads ? "yes" : "no");
    if (request.permission === "no" || (request.newcomer && request.headers.upgrade !== undefined)) throw refusal(actor);
    request.anonymous = known ?? (request.session === undefined ? newLearner() : "");
    request.learner = request.session?.person.learner ?? request.anonymous;
    if (request.anonymous !== "" && (known === undefined || request.url === "/api/v1/me")) hand(reply, request.anonymous);
  });
}

const newLearner = (): string => randomBytes(16).toString("hex");

function refusal(actor: Actor): LabError {
  if (actor === "newcomer") return new LabError("not_signed_in", { log: "no cookie of ours" });
  return new LabError(actor === "anonymous" ? "sign_in_needed" : "not_allowed", { log: `${actor}: not in http/permissions.ts` });
}

/** RFC 6750, 2.1. */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

async function authoriseToken(tokens: AuthOptions["tokens"], request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const secret = BEARER.exec(request.headers.authorization ?? "")?.[1];
  reply.header("www-authenticate", "Bearer");
  if (secret === undefined) throw new LabError("token_refused", { log: "an authorization that is no bearer token" });
  const token = await tokens.find(secret, `address ${request.ip}`);
  const { person, createdAt, usedAt = createdAt } = token;
  const method = request.method === "HEAD" ? "GET" : request.method;
  request.permission = permissionWithToken(method, request.routeOptions.url ?? "", person.role, token.scope);
  if (request.permission === "no") {
    const itself = permissionsOf(method, request.routeOptions.url ?? "")?.[person.role] ?? "no";
    throw new LabError(itself === "no" ? "not_allowed" : "token_not_allowed", { log: `token ${token.id} (${token.scope}) of ${person.role} ${person.id}` });
  }
  reply.removeHeader("www-authenticate");
  request.token = token;
  request.session = { id: `token:${token.id}`, person, createdAt, seenAt: usedAt, browser: "" };
  request.learner = person.learner;
  endWith((listener) => tokens.onEnd(token.id, listener), request, reply);
}

/** Sockets and streams outlive their request: they are cut when the session or token that opened them is over. */
function endWith(onEnd: (listener: () => void) => () => void, request: FastifyRequest, reply: FastifyReply): void {
  const { socket } = request.raw;
  const forget = onEnd(() => {
    // The answer that ends a session still goes out.
    if (!reply.raw.headersSent && request.headers.upgrade === undefined) return;
    if (request.headers.upgrade === undefined) reply.raw.destroy();
    else socket.destroy();
  });
  if (request.headers.upgrade === undefined) reply.raw.once("close", forget);
  else socket.once("close", forget);
}

function knownLearner(request: FastifyRequest, name: string): string | undefined {
  const signed = request.cookies[name];
  if (signed === undefined) return undefined;
  const { valid, value } = request.unsignCookie(signed);
  return valid && value !== null && ID.test(value) ? value : undefined;
}
