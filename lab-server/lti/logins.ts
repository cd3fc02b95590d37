import { z } from "zod";
import { LabError } from "../errors.ts";
import type { Store } from "../store/database.ts";
import type { LtiRegistration } from "../store/lti.ts";
import { findLogin, insertLogin, type LtiLogin, takeLogin } from "../store/lti-logins.ts";
import type { Registrations } from "./registrations.ts";
import { hashOf, isSecretOf, newSecret } from "./secret.ts";
import type { Tool } from "./tool.ts";

/** From the platform's knock to its token, its own sign-in included. In milliseconds. */
const LOGIN_WITHIN_MS = 5 * 60_000;

const hint = z.string().min(1).max(8192);

/** What a platform begins a login with. Hints are its own affair: Moodle's is JSON. */
export const initiationSchema = z.object({
  iss: z.string().min(1).max(2048),
  login_hint: hint,
  target_link_uri: z.string().min(1).max(2048),
  lti_message_hint: hint.optional(),
  client_id: z.string().min(1).max(255).optional(),
  lti_deployment_id: z.string().min(1).max(255).optional(),
  /** The frame of the platform that keeps things for us where cookies are not. */
  lti_storage_target: z.string().min(1).max(255).optional(),
});
export type Initiation = z.output<typeof initiationSchema>;

/** A login that has begun. */
export interface BegunLogin {
  readonly state: string;
  /** Where the browser goes now. */
  readonly authorizationUrl: string;
}

/** A login that was found again, and not used up by that. */
export interface OpenLogin {
  readonly registration: LtiRegistration;
  readonly initiation: Initiation;
  readonly nonce: string;
  /** Whether this is the secret of the browser that began it. */
  begunBy(secret: string | undefined): boolean;
  /** Uses it up. Fails with `launch_over` when somebody else just did. */
  take(): Promise<void>;
}

/**
 * Logins between the platform's knock and its token. A login belongs to the browser that began it: without that, an
 * attacker could begin one as themselves and have a victim finish it.
 */
export class Logins {
  readonly #store: Store;
  readonly #registrations: Registrations;
  readonly #tool: Tool;
  readonly #now: () => number;

  constructor(options: { store: Store; registrations: Registrations; tool: Tool; now: () => number }) {
    this.#store = options.store;
    this.#registrations = options.registrations;
    this.#tool = options.tool;
    this.#now = options.now;
  }

  /** `browser` is the secret that the browser keeps. Fails with `platform_unknown`. */
  async begin(initiation: Initiation, browser: string): Promise<BegunLogin> {
    const registration = this.#registrations.find(initiation.iss, initiation.client_id);
    const [state, nonce] = [newSecret(), newSecret()];
    const login: LtiLogin = {
      stateHash: hashOf(state),
      nonce,
      registration: registration.id,
      browserHash: hashOf(browser),
      initiation,
      expiresAt: new Date(this.#now() + LOGIN_WITHIN_MS).toISOString(),
    };
    await insertLogin(this.#store, login, this.#at);
    return { state, authorizationUrl: this.#authorizationUrl(registration, initiation, state, nonce) };
  }

  /** Fails with `launch_over` where there is no such login, or none any more. */
  async find(state: string): Promise<OpenLogin & BegunLogin> {
    const login = await findLogin(this.#store, hashOf(state), this.#at);
    if (login === undefined) throw over("no login with this state");
    const registration = this.#registrations.get(login.registration);
    const initiation = initiationSchema.parse(login.initiation);
    return {
      state,
      registration,
      initiation,
      nonce: login.nonce,
      authorizationUrl: this.#authorizationUrl(registration, initiation, state, login.nonce),
      begunBy: (secret) => secret !== undefined && isSecretOf(login.browserHash, secret),
      take: async () => {
        if (!(await takeLogin(this.#store, login.stateHash, this.#at))) throw over("the login was used at the same moment");
      },
    };
  }

  /** The way to begin the same login in a tab of its own, where no frame keeps the lab's cookies away. */
  inNewTab({ lti_storage_target: _, ...initiation }: Initiation): string {
    const given = Object.entries(initiation).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${this.#tool.loginUrl}?${new URLSearchParams(given)}`;
  }

  get #at(): string {
    return new Date(this.#now()).toISOString();
  }

  #authorizationUrl(registration: LtiRegistration, initiation: Initiation, state: string, nonce: string): string {
    const url = new URL(registration.authUrl);
    const parameters = {
      scope: "openid",
      response_type: "id_token",
      response_mode: "form_post",
      prompt: "none",
      client_id: registration.clientId,
      redirect_uri: this.#tool.launchUrl,
      login_hint: initiation.login_hint,
      ...(initiation.lti_message_hint !== undefined && { lti_message_hint: initiation.lti_message_hint }),
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }
}

function over(log: string): LabError {
  return new LabError("launch_over", { log });
}
