import { z } from "zod";
import { type NewRegistration, newRegistrationSchema } from "../contract/lti.ts";
import { LabError } from "../errors.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { registeredSchema, type Tool } from "./tool.ts";
import { PLATFORM_CONFIGURATION, TOOL_CONFIGURATION } from "./vocabulary.ts";

const url = z.string().max(2048);

/** A platform's OpenID configuration, as far as it is read. */
const configurationSchema = z.looseObject({
  issuer: url,
  authorization_endpoint: url,
  token_endpoint: url,
  jwks_uri: url,
  registration_endpoint: url,
  authorization_server: url.optional(),
  [PLATFORM_CONFIGURATION]: z.looseObject({ product_family_code: z.string().max(255).optional() }).optional(),
});

/** What a platform's administrator brings along in the address of the registration page. */
export interface RegistrationRequest {
  readonly configurationUrl: string;
  readonly token: string | undefined;
}

/**
 * Registers the lab at a platform (Dynamic Registration 1.0). Whoever calls this has seen that the request came by a link that
 * our administrator made: the addresses in it are a stranger's. Fails with `platform_failed`.
 */
export async function registerAt({ configurationUrl, token }: RegistrationRequest, tool: Tool, outbound: Outbound): Promise<NewRegistration> {
  const { host } = outbound.allowed(configurationUrl);
  const configuration = read(configurationSchema, await outbound.json(configurationUrl), host);
  // Else somebody's server could speak in the name of a platform that is not theirs.
  if (!URL.canParse(configuration.issuer) || new URL(configuration.issuer).host !== host) {
    throw failed(host, `${configurationUrl} speaks for another issuer, ${configuration.issuer}`);
  }
  const { authorization_endpoint: authUrl, token_endpoint: tokenUrl, jwks_uri: jwksUrl, registration_endpoint: registrationUrl } = configuration;
  for (const text of [authUrl, tokenUrl, jwksUrl, registrationUrl]) outbound.allowed(text);
  const answer = await outbound.json(registrationUrl, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(tool.configuration()),
  });
  const registered = read(registeredSchema, answer, host);
  const deployment = registered[TOOL_CONFIGURATION]?.deployment_id;
  const product = configuration[PLATFORM_CONFIGURATION]?.product_family_code;
  const registration: NewRegistration = {
    name: product === undefined ? host : `${host} (${product})`.slice(0, 200),
    issuer: configuration.issuer,
    clientId: registered.client_id,
    deployments: deployment === undefined ? [] : [deployment],
    authUrl,
    tokenUrl,
    jwksUrl,
    ...(configuration.authorization_server && { authorizationServer: configuration.authorization_server }),
    ...(product && { product }),
    frameOrigins: [],
  };
  return read(newRegistrationSchema, registration, host);
}

function read<S extends z.ZodType>(schema: S, value: unknown, host: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw failed(host, z.prettifyError(parsed.error));
}

function failed(host: string, log: string): LabError {
  return new LabError("platform_failed", { params: { host }, log: `registration: ${log}` });
}
