import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LabError } from "../errors.ts";
import type { LtiRegistration } from "../store/lti.ts";
import type { Launch } from "./launch.ts";
import { type LaunchClaims, launchClaimsSchema } from "./launch-claims.ts";
import { isGraded, roleOf } from "./roles.ts";
import { CLAIM, MESSAGE } from "./vocabulary.ts";

/** Clocks may differ by so much, in seconds. */
const TOLERANCE_S = 10;
/** Names of exercises; the same pattern that folders of exercises keep to. */
const EXERCISE = /^[a-z0-9][a-z0-9-]{0,63}$/;

export interface VerifyOptions {
  readonly registration: LtiRegistration;
  /** Of the login that this token answers. */
  readonly nonce: string;
  /** The platform's. */
  readonly keys: JWTVerifyGetKey;
  /** The lab's own origin. */
  readonly origin: string;
  readonly now: Date;
}

/**
 * Reads a launch out of a platform's id_token, or fails with `launch_refused`, naming the first check that it did not pass:
 * signature, issuer, audience, time, nonce, deployment, version, message, target. That the nonce was not used before is the
 * login's part. Fails with `platform_failed` when the platform's keys could not be had, `platform_unknown` for a deployment
 * that nobody registered.
 */
export async function verifyLaunch(idToken: string, options: VerifyOptions): Promise<Launch> {
  const { registration, nonce, origin, now } = options;
  const payload = await verifySignature(idToken, options);
  if (typeof payload.iat !== "number" || payload.iat > now.getTime() / 1000 + TOLERANCE_S) throw refused("time", `issued at ${payload.iat}`);
  if (payload.azp === undefined ? Array.isArray(payload.aud) && payload.aud.length > 1 : payload.azp !== registration.clientId) {
    throw refused("audience", `azp is ${String(payload.azp)}`);
  }
  if (payload.nonce !== nonce) throw refused("nonce", "the nonce is another login's");
  const deployment = payload[CLAIM.deployment];
  if (typeof deployment !== "string" || !registration.deployments.includes(deployment)) {
    const what = `${registration.issuer}, deployment ${String(deployment)}`;
    throw new LabError("platform_unknown", { params: { what: what.slice(0, 200) }, log: `${what} of client ${registration.clientId} is not registered` });
  }
  const parsed = launchClaimsSchema.safeParse(payload);
  if (!parsed.success) {
    const claim = String(parsed.error.issues[0]?.path[0] ?? "claims");
    const name = claim.slice(claim.lastIndexOf("/") + 1);
    throw refused(name === "message_type" ? "message" : name, `${claim}: ${parsed.error.issues[0]?.message}`);
  }
  const target = URL.canParse(parsed.data[CLAIM.target]) ? new URL(parsed.data[CLAIM.target]) : undefined;
  if (target?.origin !== origin) throw refused("target", `the target ${parsed.data[CLAIM.target]} is not in ${origin}`);
  return toLaunch(parsed.data, registration, target);
}

async function verifySignature(idToken: string, { registration, keys, now }: VerifyOptions): Promise<Record<string, unknown>> {
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      // A list of what may be, so that neither `none` nor a secret made of the public key is ever tried.
      algorithms: ["RS256"],
      issuer: registration.issuer,
      audience: registration.clientId,
      clockTolerance: TOLERANCE_S,
      currentDate: now,
      requiredClaims: ["exp", "iat", "nonce"],
    });
    return payload;
  } catch (error) {
    if (error instanceof LabError) throw error;
    if (error instanceof errors.JWTExpired) throw refused("time", error.message, error);
    if (error instanceof errors.JWTClaimValidationFailed) throw refused(CHECK_OF_CLAIM[error.claim] ?? error.claim, error.message, error);
    throw refused("signature", error instanceof Error ? error.message : String(error), error);
  }
}

const CHECK_OF_CLAIM: Readonly<Record<string, string>> = { iss: "issuer", aud: "audience", exp: "time", iat: "time", nbf: "time" };

function toLaunch(claims: LaunchClaims, registration: LtiRegistration, target: URL): Launch {
  const roles = claims[CLAIM.roles];
  const { [CLAIM.context]: context, [CLAIM.resourceLink]: link, [CLAIM.presentation]: presentation, [CLAIM.custom]: custom } = claims;
  const { [CLAIM.ags]: ags, [CLAIM.nrps]: nrps } = claims;
  const exercise = [custom["exercise"], target.searchParams.get("exercise")].find((name) => name && EXERCISE.test(name));
  const deepLink = claims[CLAIM.messageType] === MESSAGE.deepLinking ? deepLinkOf(claims) : undefined;
  const language = presentation?.locale?.toLowerCase().split(/[-_]/)[0];
  return {
    registration,
    deployment: claims[CLAIM.deployment],
    ...(claims.sub !== undefined && { subject: claims.sub }),
    ...(claims.name !== undefined && { name: claims.name }),
    role: roleOf(roles),
    graded: claims.sub !== undefined && isGraded(roles),
    ...(language === "zh" ? { locale: "zh-cn" } : language === "en" && { locale: "en" }),
    ...(context && { context: named(context) }),
    ...(link && { resourceLink: named(link) }),
    custom,
    ...(exercise && { exercise }),
    target: `${target.pathname}${target.search}`,
    ...(ags && { ags: { scopes: ags.scope, ...(ags.lineitems && { lineItems: ags.lineitems }), ...(ags.lineitem && { lineItem: ags.lineitem }) } }),
    ...(nrps && { membersUrl: nrps.context_memberships_url }),
    ...(deepLink && { deepLink }),
    inFrame: presentation?.document_target === "iframe" || presentation?.document_target === "frame",
  };
}

function named({ id, title }: { readonly id: string; readonly title?: string | undefined }): { id: string; title?: string } {
  return { id, ...(title !== undefined && { title }) };
}

function deepLinkOf(claims: LaunchClaims): NonNullable<Launch["deepLink"]> {
  const settings = claims[CLAIM.deepLinkingSettings];
  if (settings === undefined) throw refused("message", "deep linking without settings");
  if (!settings.accept_types.includes("ltiResourceLink")) throw refused("message", `only ${settings.accept_types.join(", ")} are taken`);
  return {
    deployment: claims[CLAIM.deployment],
    returnUrl: settings.deep_link_return_url,
    multiple: settings.accept_multiple === true,
    ...(settings.data !== undefined && { data: settings.data }),
  };
}

function refused(check: string, log: string, cause?: unknown): LabError {
  return new LabError("launch_refused", { params: { check }, log: `launch refused (${check}): ${log}`, ...(cause !== undefined && { cause }) });
}
