import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { LabError } from "../errors.ts";
import { type VerifyOptions, verifyLaunch } from "./verify-launch.ts";
import { CLAIM } from "./vocabulary.ts";

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "recorded/moodle-4.5.6.json"), "utf8"));
const registration = {
  id: "moodle",
  name: "Moodle",
  issuer: golden.issuer,
  clientId: golden.client_id,
  deployments: ["3"],
  authUrl: `${golden.issuer}/mod/lti/auth.php`,
  tokenUrl: `${golden.issuer}/mod/lti/token.php`,
  jwksUrl: `${golden.issuer}/mod/lti/certs.php`,
  frameOrigins: [],
};
const asRecorded: VerifyOptions = {
  registration,
  nonce: golden.nonce,
  keys: createLocalJWKSet(golden.jwks),
  origin: "http://127.0.0.1:8090",
  now: new Date((golden.iat + 5) * 1000),
};
const [header = "", payload = "", signature = ""] = String(golden.id_token).split(".");
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The check that a token does not pass. */
async function refusal(token: string, options: Partial<VerifyOptions> = {}): Promise<unknown> {
  try {
    await verifyLaunch(token, { ...asRecorded, ...options });
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error.params?.["check"] ?? error.code;
  }
}

test("a launch that a real Moodle signed is read as it was meant", async () => {
  const { registration: of, ...launch } = await verifyLaunch(golden.id_token, asRecorded);
  assert.equal(of, registration);
  assert.deepEqual(launch, {
    deployment: "3",
    subject: "3",
    name: "Stu Dent",
    role: "learner",
    graded: true,
    locale: "en",
    context: { id: "2", title: "KVM" },
    resourceLink: { id: "3", title: "Exercise 1" },
    custom: { exercise: "m01-e01", context_memberships_url: "http://127.0.0.1:8088/mod/lti/services.php/CourseSection/2/bindings/3/memberships" },
    exercise: "m01-e01",
    target: "/lti/launch",
    ags: {
      scopes: ["lineitem", "lineitem.readonly", "result.readonly", "score"].map((name) => `https://purl.imsglobal.org/spec/lti-ags/scope/${name}`),
      lineItems: "http://127.0.0.1:8088/mod/lti/services.php/2/lineitems?type_id=3",
      lineItem: "http://127.0.0.1:8088/mod/lti/services.php/2/lineitems/5/lineitem?type_id=3",
    },
    membersUrl: "http://127.0.0.1:8088/mod/lti/services.php/CourseSection/2/bindings/3/memberships",
    inFrame: false,
  });
});

test("the recorded launch is refused at any other time, for any other audience, issuer, nonce, deployment or place", async () => {
  const at = (seconds: number): Partial<VerifyOptions> => ({ now: new Date((golden.iat + seconds) * 1000) });
  const by = (more: object): Partial<VerifyOptions> => ({ registration: { ...registration, ...more } });
  assert.equal(await refusal(golden.id_token, at(65)), "accepted", "clocks differ");
  assert.equal(await refusal(golden.id_token, at(80)), "time");
  assert.equal(await refusal(golden.id_token, at(-30)), "time");
  assert.equal(await refusal(golden.id_token, by({ clientId: "another" })), "audience");
  assert.equal(await refusal(golden.id_token, by({ issuer: "http://127.0.0.1:8089" })), "issuer");
  assert.equal(await refusal(golden.id_token, by({ deployments: ["1", "33"] })), "platform_unknown");
  assert.equal(await refusal(golden.id_token, { nonce: "4597fae4-f0f6-45ea-bea9-b768a1d267d3" }), "nonce");
  assert.equal(await refusal(golden.id_token, { origin: "http://127.0.0.1:8091" }), "target");
});

test("the recorded launch is refused when a bit of it was touched", async () => {
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const teacher = encoded({ ...claims, [CLAIM.roles]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"] });
  assert.equal(await refusal(`${header}.${teacher}.${signature}`), "signature");
  assert.equal(await refusal(`${header}.${payload}.${signature.slice(0, -4)}AAAA`), "signature");
  assert.equal(await refusal(`${encoded({ alg: "none", typ: "JWT" })}.${payload}.`), "signature");
  assert.equal(await refusal(`${encoded({ alg: "none", typ: "JWT" })}.${payload}.${signature}`), "signature");
  assert.equal(await refusal(`${encoded({ alg: "RS256", typ: "JWT", kid: "another" })}.${payload}.${signature}`), "signature");
  for (const text of ["", "x", "..", `${header}.${payload}`, golden.id_token.repeat(2)]) assert.equal(await refusal(text), "signature");
});

test("a signature made with the public key as a secret is no signature", async () => {
  const [jwk] = golden.jwks.keys;
  const pem = await exportSPKI((await importJWK(jwk, "RS256")) as CryptoKey);
  for (const secret of [pem, pem.trim(), JSON.stringify(jwk), Buffer.from(jwk.n, "base64url")]) {
    const head = encoded({ alg: "HS256", typ: "JWT", kid: jwk.kid });
    const mac = createHmac("sha256", secret).update(`${head}.${payload}`).digest("base64url");
    assert.equal(await refusal(`${head}.${payload}.${mac}`), "signature");
  }
});

test("a signature of another kind is none, though the platform's own key made it", async () => {
  const { publicKey, privateKey } = await generateKeyPair("PS256", { extractable: true });
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k" }] });
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const signed = async (alg: string): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: "k" }).sign(await importJWK(await exportJWK(privateKey), alg));
  assert.equal(await refusal(await signed("RS256"), { keys }), "accepted");
  for (const alg of ["PS256", "RS512"]) assert.equal(await refusal(await signed(alg), { keys }), "signature");
});

test("each claim counts even when the platform itself signed it", async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256", use: "sig" }] });
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const signed = (change: Record<string, unknown>, alg = "RS256"): Promise<string> =>
    new SignJWT({ ...claims, ...change } as JWTPayload).setProtectedHeader({ alg, kid: "k" }).sign(privateKey);
  const check = async (change: Record<string, unknown>, origin?: string): Promise<unknown> =>
    refusal(await signed(change), { keys, ...(origin && { origin }) });
  assert.equal(await check({}), "accepted");
  assert.equal(await check({ aud: [golden.client_id, "other"] }), "audience", "several, and nobody says for whom");
  assert.equal(await check({ aud: [golden.client_id, "other"], azp: golden.client_id }), "accepted");
  assert.equal(await check({ azp: "other" }), "audience");
  assert.equal(await check({ exp: undefined }), "time");
  assert.equal(await check({ iat: undefined }), "time");
  assert.equal(await check({ nbf: golden.iat + 3600 }), "time");
  assert.equal(await check({ nonce: undefined }), "nonce");
  assert.equal(await check({ nonce: [golden.nonce] }), "nonce");
  assert.equal(await check({ [CLAIM.version]: "1.1" }), "version");
  assert.equal(await check({ [CLAIM.messageType]: "LtiSubmissionReviewRequest" }), "message");
  const asks = { [CLAIM.messageType]: "LtiDeepLinkingRequest" };
  assert.equal(await check(asks), "message", "without settings");
  const settings = { accept_types: ["ltiResourceLink"], deep_link_return_url: "https://school.example/return" };
  assert.equal(await check({ ...asks, [CLAIM.deepLinkingSettings]: settings }), "accepted");
  assert.equal(await check({ ...asks, [CLAIM.deepLinkingSettings]: { ...settings, accept_types: ["file"] } }), "message");
  assert.equal(await check({ ...asks, [CLAIM.deepLinkingSettings]: { ...settings, deep_link_return_url: "javascript:alert(1)" } }), "deep_linking_settings");
  assert.equal(await check({ [CLAIM.deployment]: undefined }), "platform_unknown");
  for (const target of ["https://evil.example/lti/launch", "http://127.0.0.1:8090@evil.example/", "//evil.example", "javascript:alert(1)", ""]) {
    assert.equal(await check({ [CLAIM.target]: target }), target === "" ? "target_link_uri" : "target");
  }
  assert.equal(await check({ sub: "x".repeat(300) }), "sub");
});

test("what a platform hides or words oddly makes a poorer launch and no failure", async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" }] });
  const base = { iss: golden.issuer, aud: golden.client_id, nonce: golden.nonce, iat: golden.iat, exp: golden.exp };
  const said = { [CLAIM.version]: "1.3.0", [CLAIM.messageType]: "LtiResourceLinkRequest", [CLAIM.deployment]: "3" };
  const read = async (more: Record<string, unknown>) => {
    const claims = { ...base, ...said, [CLAIM.target]: "http://127.0.0.1:8090/lti/launch?exercise=cpu-hot-add", ...more };
    return verifyLaunch(await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(privateKey), { ...asRecorded, keys });
  };
  const bare = await read({});
  assert.deepEqual([bare.subject, bare.name, bare.role, bare.graded, bare.exercise], [undefined, undefined, "learner", false, "cpu-hot-add"]);
  assert.equal((await read({ sub: "7", [CLAIM.roles]: ["Learner"] })).graded, true);
  assert.equal((await read({ [CLAIM.custom]: [] })).exercise, "cpu-hot-add", "PHP's empty object");
  assert.deepEqual((await read({ [CLAIM.custom]: { exercise: "../../etc", n: 5, s: "x" } })).custom, { exercise: "../../etc", s: "x" });
  assert.equal((await read({ [CLAIM.custom]: { exercise: "$Unknown.value" } })).exercise, "cpu-hot-add");
  assert.equal((await read({ [CLAIM.target]: "http://127.0.0.1:8090/lti/launch?exercise=../../etc" })).exercise, undefined);
  assert.equal((await read({ name: "  A\u202eda\u0000\n " })).name, "A da");
  assert.equal((await read({ name: "x".repeat(5000) })).name?.length, 200);
  assert.equal((await read({ [CLAIM.presentation]: { locale: "zh_CN", document_target: "iframe" } })).locale, "zh-cn");
});
