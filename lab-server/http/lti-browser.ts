import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { newSecret } from "../lti/secret.ts";
import type { OwnNames } from "./own-names.ts";

const SECRET = /^[\w-]{43}$/;

/**
 * What a browser keeps in a frame of another site, where it keeps anything at all: a cookie in a jar of that site's own.
 * Each attribute is needed (measured with Chromium 156 and third-party cookies off).
 */
export const FRAMED_COOKIE = { path: "/", httpOnly: true, secure: true, sameSite: "none", partitioned: true } as const;
/** By plain http, on one machine: there the platform and the lab are one site, and nothing can be marked Secure. */
const LOCAL_COOKIE = { path: "/", httpOnly: true, sameSite: "lax" } as const;

/** The cookie of a ticket (`lti/frame-tickets.ts`). */
export function ticketCookie(names: OwnNames): { readonly name: string; readonly options: typeof FRAMED_COOKIE | typeof LOCAL_COOKIE } {
  return names.secure ? { name: "__Host-ringside-framed", options: FRAMED_COOKIE } : { name: "ringside-framed", options: LOCAL_COOKIE };
}

/** The secret by which a browser that finishes a login is known as the one that began it. */
export class LoginCookie {
  readonly #name: string;
  readonly #options: typeof FRAMED_COOKIE | typeof LOCAL_COOKIE;

  private constructor(names: OwnNames) {
    // No other host, not even below ours, can set a cookie whose name begins so.
    this.#name = names.secure ? "__Host-ringside-lti" : "ringside-lti";
    this.#options = names.secure ? FRAMED_COOKIE : LOCAL_COOKIE;
  }

  static async in(app: FastifyInstance, names: OwnNames): Promise<LoginCookie> {
    if (!app.hasReplyDecorator("setCookie")) await app.register(cookie);
    return new LoginCookie(names);
  }

  of(request: FastifyRequest): string | undefined {
    const value = request.cookies[this.#name];
    return value !== undefined && SECRET.test(value) ? value : undefined;
  }

  /** The browser's secret, a new one if it has none: several logins in several tabs share it. */
  give(request: FastifyRequest, reply: FastifyReply): string {
    const secret = this.of(request) ?? newSecret();
    reply.setCookie(this.#name, secret, this.#options);
    return secret;
  }
}

/** Where the browser shows the answer: in a frame, alone, or (older browsers) it does not say. */
export function shownIn(request: FastifyRequest): "frame" | "tab" | undefined {
  const destination = request.headers["sec-fetch-dest"];
  if (destination === undefined) return undefined;
  return destination === "document" ? "tab" : "frame";
}
