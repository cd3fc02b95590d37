import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { z } from "zod";
import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ForeignIdentity } from "./people.ts";

export interface SingleSignOnOptions {
  /** The school's, as its discovery document names it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How people call it. */
  readonly name: string;
  /** The origin under which browsers reach the lab. */
  readonly publicUrl: string;
  readonly log: Log;
  /** For tests: the clock. */
  readonly now?: () => number;
}

/** A login takes a person this long at most, ms. */
const LOGIN_MS = 10 * 60_000;
/** Logins that are under way; beyond it the oldest go. */
const MOST = 1_000;
const ANSWER_S = 10;

export const SSO_CALLBACK = "/api/v1/sso/callback";

const nameSchema = z
  .string()
  .transform((text) => text.replace(/\p{C}/gu, " ").trim().slice(0, 60))
  .pipe(z.string().min(1));

interface Login {
  readonly browser: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly next: string;
  readonly until: number;
}

/** Sign-in by a school's OpenID Connect (code flow with PKCE). Who somebody is, is their issuer and its `sub`, never a name or an address. */
export class SingleSignOn {
  readonly name: string;
  readonly #options: SingleSignOnOptions;
  readonly #now: () => number;
  readonly #logins = new Map<string, Login>();
  #found: Promise<Configuration> | undefined;

  constructor(options: SingleSignOnOptions) {
    this.#options = options;
    this.name = options.name;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Where to send a browser that wants to sign in.
   * @param browser what only this browser can show again
   * @param next a path of ours, for afterwards
   * Fails with `sign_in_failed` while the school does not answer.
   */
  async begin(browser: string, next: string): Promise<string> {
    const config = await this.#config();
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    this.#logins.set(state, { browser, verifier, nonce, next, until: this.#now() + LOGIN_MS });
    for (const [oldest, { until }] of this.#logins) {
      if (this.#logins.size <= MOST && until > this.#now()) break;
      this.#logins.delete(oldest);
    }
    const url = buildAuthorizationUrl(config, {
      redirect_uri: `${this.#options.publicUrl}${SSO_CALLBACK}`,
      scope: "openid profile",
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return url.href;
  }

  /** Who has come back from the school, in the browser that went there. Fails with `sign_in_failed`; each login can end once. */
  async finish(browser: string, query: string): Promise<{ readonly identity: Omit<ForeignIdentity, "role">; readonly next: string }> {
    const state = new URLSearchParams(query).get("state") ?? "";
    const login = this.#logins.get(state);
    this.#logins.delete(state);
    if (login === undefined || login.until < this.#now() || login.browser !== browser) {
      throw new LabError("sign_in_failed", { log: "a sign-in that was not begun here, is over, or is another browser's" });
    }
    const config = await this.#config();
    try {
      const tokens = await authorizationCodeGrant(config, new URL(`${this.#options.publicUrl}${SSO_CALLBACK}?${query}`), {
        pkceCodeVerifier: login.verifier,
        expectedState: state,
        expectedNonce: login.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("no id token");
      const name =
        [claims["name"], claims["preferred_username"], claims.sub].map((one) => nameSchema.safeParse(one)).find(({ success }) => success)?.data ?? claims.sub;
      return { identity: { issuer: claims.iss, subject: claims.sub, name }, next: login.next };
    } catch (cause) {
      throw new LabError("sign_in_failed", { log: `the school's answer: ${cause instanceof Error ? cause.message : String(cause)}`, cause });
    }
  }

  async #config(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, log } = this.#options;
    this.#found ??= discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: ANSWER_S,
      // Whoever runs the lab has written http: a school on the same machine, or a test.
      ...(new URL(issuer).protocol === "http:" && { execute: [allowInsecureRequests] }),
    });
    try {
      return await this.#found;
    } catch (cause) {
      this.#found = undefined;
      log.warn({ err: cause, issuer }, "the school's sign-in does not answer");
      throw new LabError("sign_in_failed", { log: `no discovery document at ${issuer}`, cause });
    }
  }
}
