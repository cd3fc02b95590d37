import { randomUUID } from "node:crypto";
import { z } from "zod";
import { LabError } from "../errors.ts";
import type { Outbound, OutboundAnswer, OutboundRequest } from "../outbound/outbound.ts";
import type { LtiRegistration } from "../store/lti.ts";
import type { ToolKeys } from "./tool-keys.ts";

/** An assertion is believed for so long, in seconds. */
const ASSERTION_LIVES_S = 60;
/** A token is given up so long before it ends, in seconds. */
const SPARE_S = 60;

const tokenSchema = z.looseObject({ access_token: z.string().min(1).max(16_384), expires_in: z.coerce.number().positive().default(3600) });

interface CachedToken {
  readonly token: Promise<string>;
  until: number;
}

/**
 * Calls to a platform's services in the lab's own name: with a token got by a signed assertion, kept until shortly before
 * it ends, and got anew once when the platform does not take it any more.
 */
export class PlatformService {
  readonly #outbound: Outbound;
  readonly #keys: ToolKeys;
  readonly #now: () => number;
  readonly #tokens = new Map<string, CachedToken>();

  constructor(options: { outbound: Outbound; keys: ToolKeys; now?: () => number }) {
    this.#outbound = options.outbound;
    this.#keys = options.keys;
    this.#now = options.now ?? Date.now;
  }

  /** The answer, whatever its status. Fails with `platform_failed` when there is none, or no token for these scopes. */
  async send(registration: LtiRegistration, scopes: readonly string[], url: string, request: OutboundRequest): Promise<OutboundAnswer> {
    const key = `${registration.id} ${scopes.toSorted().join(" ")}`;
    const attempt = async (): Promise<OutboundAnswer> => {
      const token = await this.#token(key, registration, scopes);
      return this.#outbound.send(url, { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
    };
    const used = this.#tokens.get(key);
    const answer = await attempt();
    if (answer.status !== 401) return answer;
    // Somebody else may have put a new one there meanwhile.
    if (used === undefined || this.#tokens.get(key) === used) this.#tokens.delete(key);
    return attempt();
  }

  #token(key: string, registration: LtiRegistration, scopes: readonly string[]): Promise<string> {
    const cached = this.#tokens.get(key);
    if (cached !== undefined && cached.until > this.#now()) return cached.token;
    const asked = this.#ask(registration, scopes);
    const entry: CachedToken = { token: asked.then(({ token }) => token), until: Number.POSITIVE_INFINITY };
    this.#tokens.set(key, entry);
    asked.then(
      ({ livesS }) => {
        entry.until = this.#now() + Math.max(0, livesS - SPARE_S) * 1000;
      },
      () => {
        if (this.#tokens.get(key) === entry) this.#tokens.delete(key);
      },
    );
    return entry.token;
  }

  async #ask(registration: LtiRegistration, scopes: readonly string[]): Promise<{ token: string; livesS: number }> {
    const { clientId, tokenUrl, authorizationServer } = registration;
    const iat = Math.floor(this.#now() / 1000);
    const assertion = await this.#keys.sign({
      iss: clientId,
      sub: clientId,
      aud: authorizationServer ?? tokenUrl,
      iat,
      exp: iat + ASSERTION_LIVES_S,
      jti: randomUUID(),
    });
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope: scopes.join(" "),
    });
    const answer = await this.#outbound.json(tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    const parsed = tokenSchema.safeParse(answer);
    if (!parsed.success) throw serviceFailed(tokenUrl, `no token: ${z.prettifyError(parsed.error)}`);
    return { token: parsed.data.access_token, livesS: parsed.data.expires_in };
  }
}

/** A service that did not answer as it should. */
export function serviceFailed(url: string, log: string): LabError {
  const host = URL.canParse(url) ? new URL(url).host : "";
  return new LabError("platform_failed", { params: { host }, log: `${url}: ${log}` });
}

/** The JSON of a service's answer, as its schema has it. */
export function readAnswer<S extends z.ZodType>(schema: S, url: string, { status, body }: OutboundAnswer): z.output<S> {
  if (status < 200 || status > 299) throw serviceFailed(url, `answered ${status}: ${body.slice(0, 300)}`);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw serviceFailed(url, `answered no JSON: ${body.slice(0, 300)}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw serviceFailed(url, z.prettifyError(parsed.error));
  return parsed.data;
}
