import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { type Configuration, type JWK } from "oidc-provider";
import { CLAIM, SCOPE, VERSION } from "../../lab-server/lti/vocabulary.ts";

const SERVICES = [SCOPE.lineItem, SCOPE.score, SCOPE.result, SCOPE.names];
const SECRET = "lti-platform";

/** What the platform's services were asked. */
export interface ServiceCall {
  readonly method: string;
  readonly url: string;
  readonly type: string | undefined;
  readonly body: Record<string, unknown>;
}

/** How a service answers; the default is Moodle's way. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * A learning platform for tests. Its OpenID Connect and OAuth half is oidc-provider, which is nobody's idea of LTI and as
 * strict as one can be: it checks the redirect, signs the launch, registers clients, and takes each assertion once and for
 * itself alone. What a platform adds (grade book, roster) answers as a Moodle 4.5.6 was recorded to answer.
 */
export class LtiPlatform {
  readonly issuer: string;
  readonly calls: ServiceCall[] = [];
  /** Tokens that were handed out. */
  tokens = 0;
  /** Claims of the launches, by their message hint. */
  readonly launches = new Map<string, Record<string, unknown>>();
  /** The platform's own pages, by their path. */
  readonly pages = new Map<string, string>();
  /** What tools have sent back to the course, newest last: the signed answers of Deep Linking. */
  readonly returned: string[] = [];
  /** Says for a call what is answered instead. */
  answer: (call: ServiceCall) => ServiceAnswer | undefined = () => undefined;
  readonly #server: Server;
  #provider: Provider | undefined;

  get #openid(): Provider {
    assert.ok(this.#provider, "the platform has not started");
    return this.#provider;
  }

  private constructor(server: Server) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** `toolFetch` is how the platform reaches the tool: oidc-provider by itself reaches no private address. */
  static async start(toolFetch: typeof fetch): Promise<LtiPlatform> {
    const server = createServer((request, response) => void platform.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const platform: LtiPlatform = new LtiPlatform(server);
    platform.#provider = await platform.#openId(toolFetch);
    return platform;
  }

  /** A one-time word with which a tool may register. */
  async registrationToken(): Promise<string> {
    return new this.#openid.InitialAccessToken({ policies: ["lti"] }).save();
  }

  /** The cookie of somebody who signed in to the platform. */
  async signIn(user: string): Promise<string> {
    const session = new this.#openid.Session();
    session.loginAccount({ accountId: user });
    return `_session=${await session.save(3600).then(() => session.jti)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #openId(toolFetch: typeof fetch): Promise<Provider> {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(privateKey)), kid: "platform", alg: "RS256", use: "sig" } as JWK] };
    const configuration: Configuration = {
      jwks,
      responseTypes: ["id_token"],
      // A launch lives for a minute, as Moodle's does.
      ttl: { IdToken: 60, Session: 3600, Grant: 3600, ClientCredentials: 3600 },
      scopes: ["openid", ...SERVICES],
      claims: { openid: ["sub", "name", ...Object.values(CLAIM)] },
      conformIdTokenClaims: false,
      clientAuthMethods: ["private_key_jwt"],
      extraParams: ["lti_message_hint", "lti_deployment_id"],
      cookies: { keys: [SECRET], long: { signed: false }, short: { signed: false } },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        registration: {
          enabled: true,
          initialAccessToken: true,
          policies: {
            // LTI's registration asks for the services' scopes alone; that a launch is OpenID goes without saying.
            lti: (_ctx, properties) => {
              properties["scope"] = `openid ${properties["scope"]}`;
            },
          },
        },
      },
      findAccount: async (ctx, id) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...this.launches.get(String(ctx.oidc.params?.["lti_message_hint"])) }),
      }),
      loadExistingGrant: async (ctx) => {
        const { client, session, provider } = ctx.oidc;
        assert.ok(client !== undefined && session?.accountId !== undefined);
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope("openid");
        grant.addOIDCClaims(["name", ...Object.values(CLAIM)]);
        await grant.save();
        return grant;
      },
      fetch: toolFetch as NonNullable<Configuration["fetch"]>,
    };
    const provider = new Provider(this.issuer, configuration);
    provider.on("grant.success", () => {
      this.tokens += 1;
    });
    return provider;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = this.pages.get(request.url ?? "");
    if (page !== undefined) return void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    if (!request.url?.startsWith("/lms/")) return void this.#openid.callback()(request, response);
    let text = "";
    for await (const part of request) text += part;
    if (request.url.startsWith("/lms/return")) {
      this.returned.push(new URLSearchParams(text).get("JWT") ?? "");
      return void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<p>The course has it.</p>");
    }
    const call: ServiceCall = {
      method: request.method ?? "",
      url: request.url,
      type: request.headers["content-type"] ?? request.headers.accept,
      body: text === "" ? {} : JSON.parse(text),
    };
    this.calls.push(call);
    const { status, body, headers = {} } = (await this.#refuse(request, call)) ?? this.answer(call) ?? asMoodle(call, this.issuer);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }

  async #refuse(request: IncomingMessage, { method, url }: ServiceCall): Promise<ServiceAnswer | undefined> {
    const token = await this.#openid.ClientCredentials.find(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
    if (token?.isValid !== true) return { status: 401, body: { error: "invalid_token" } };
    const needs = url.includes("/scores") ? SCOPE.score : url.includes("/members") ? SCOPE.names : SCOPE.lineItem;
    const has = token.scope?.split(" ").includes(needs);
    return has ? undefined : { status: 403, body: { error: `${method} ${url} needs ${needs}` } };
  }
}

/** What was recorded of Moodle 4.5.6. */
function asMoodle({ method, url }: ServiceCall, issuer: string): ServiceAnswer {
  const { pathname, searchParams } = new URL(url, issuer);
  if (pathname.endsWith("/scores") && method === "POST") return { status: searchParams.get("type_id") === "1" ? 200 : 404 };
  if (pathname.endsWith("/lineitems")) {
    if (method === "GET") return { status: 200, body: [{ id: `${issuer}/lms/2/lineitems/9/lineitem?type_id=1`, label: "Other", resourceId: "other" }] };
    return { status: 201, body: { id: `${issuer}/lms/2/lineitems/10/lineitem?type_id=1` } };
  }
  return { status: 404 };
}

/** A launch's claims as Moodle sends them. */
export function moodleClaims(issuer: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "Stu Dent",
    [CLAIM.messageType]: "LtiResourceLinkRequest",
    [CLAIM.version]: VERSION,
    [CLAIM.deployment]: "1",
    [CLAIM.target]: "https://lab.example/lti/launch",
    [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    [CLAIM.context]: { id: "2", label: "kvm", title: "KVM", type: ["CourseSection"] },
    [CLAIM.resourceLink]: { id: "3", title: "Exercise 1", description: "" },
    [CLAIM.presentation]: { locale: "en", document_target: "window", return_url: `${issuer}/course` },
    [CLAIM.custom]: { exercise: "cpu-hot-add" },
    [CLAIM.ags]: {
      scope: [SCOPE.lineItem, SCOPE.lineItemReadOnly, SCOPE.result, SCOPE.score],
      lineitems: `${issuer}/lms/2/lineitems?type_id=1`,
      lineitem: `${issuer}/lms/2/lineitems/5/lineitem?type_id=1`,
    },
    [CLAIM.nrps]: { context_memberships_url: `${issuer}/lms/members`, service_versions: ["1.0", "2.0"] },
    ...more,
  };
}
