import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, type TestContext, test } from "node:test";
import type { InjectOptions } from "fastify";
import { type LtiServer, ltiServer, platformAt } from "../../tests/support/lti-server.ts";
import { hashOf } from "../lti/secret.ts";
import { insertLogin } from "../store/lti-logins.ts";

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../lti/recorded/moodle-4.5.6.json"), "utf8"));
/** The recorded launch was meant for a lab here. */
const LAB = "http://127.0.0.1:8090";
const COOKIE = "ringside-lti";
const SECRET = "s".repeat(43);
const STATE = "t".repeat(43);

let server: LtiServer;
let now: number;
beforeEach(() => {
  now = (golden.iat + 5) * 1000;
});
afterEach(async () => {
  await server.close();
});

/** The lab to which a real Moodle once sent somebody, just before they arrive. */
async function atTheDoor(context: TestContext, initiation: object = {}, keysAnswer = { status: 200, body: JSON.stringify(golden.jwks) }): Promise<void> {
  const keys = createServer((_request, response) => response.writeHead(keysAnswer.status).end(keysAnswer.body));
  await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    keys.closeAllConnections();
    keys.close();
  });
  const at = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
  server = await ltiServer({ now: () => now, publicUrl: LAB, trustedOrigins: [golden.issuer, at] });
  const moodle = platformAt(golden.issuer, { clientId: golden.client_id, deployments: ["3"], jwksUrl: `${at}/certs.php` });
  const { id } = await server.lti.registrations.add(moodle);
  const login = {
    stateHash: hashOf(STATE),
    nonce: golden.nonce,
    registration: id,
    browserHash: hashOf(SECRET),
    initiation: { iss: golden.issuer, login_hint: "3", target_link_uri: `${LAB}/lti/launch`, client_id: golden.client_id, ...initiation },
    expiresAt: new Date(now + 60_000).toISOString(),
  };
  await insertLogin(server.store, login, new Date(now).toISOString());
}

function send(method: "GET" | "POST", url: string, { form, ...more }: { form?: Record<string, string> } & InjectOptions = {}) {
  const host = new URL(server.lti.tool.origin).host;
  const body = form && { payload: new URLSearchParams(form).toString() };
  const headers = { host, ...(form && { "content-type": "application/x-www-form-urlencoded" }), ...more.headers };
  return server.app.inject({ ...more, method, url, ...body, headers });
}

const launch = (form: Record<string, string> = {}, cookie: string | undefined = SECRET, headers: Record<string, string> = {}) =>
  send("POST", "/lti/launch", {
    form: { state: STATE, id_token: golden.id_token, ...form },
    headers: { "sec-fetch-site": "cross-site", ...(cookie !== "" && { cookie: `${COOKIE}=${cookie}` }), ...headers },
  });

test("a real Moodle's launch arrives, once", async (context) => {
  await atTheDoor(context);
  const arrived = await launch();
  assert.deepEqual([arrived.statusCode, arrived.headers.location], [303, "/exercises/m01-e01"], arrived.body);
  const again = await launch();
  assert.equal(again.statusCode, 410);
  assert.equal(server.launches.length, 1);
});

test("of many that arrive with the same token at once, one does", async (context) => {
  await atTheDoor(context);
  const answers = await Promise.all(Array.from({ length: 20 }, () => launch()));
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(19).fill(410)]);
  assert.equal(server.launches.length, 1);
});

test("a launch is bound to its state and to the browser that began it", async (context) => {
  await atTheDoor(context);
  for (const cookie of ["", "x".repeat(43), "short"]) {
    const refused = await launch({}, cookie);
    assert.equal(refused.statusCode, 403, cookie);
    assert.match(refused.body, /href="http:\/\/127\.0\.0\.1:8090\/lti\/login\?/);
  }
  assert.equal((await launch({ proof: SECRET }, "")).statusCode, 403, "a proof counts from our own page alone");
  for (const state of ["u".repeat(43), "", "'; drop table lti_logins --"]) {
    assert.ok([400, 410].includes((await launch({ state })).statusCode), state);
  }
  assert.equal(server.launches.length, 0);
  assert.equal((await launch()).statusCode, 303, "and none of that used it up");
});

test("a login that took too long is over", async (context) => {
  await atTheDoor(context);
  now += 61_000;
  assert.equal((await launch()).statusCode, 410);
});

test("a refused token uses the login up and says which check it was", async (context) => {
  await atTheDoor(context);
  const [head, , signature] = golden.id_token.split(".");
  const refused = await launch({ id_token: `${head}.e30.${signature}` });
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /could not trust what your learning platform sent \(signature\)/);
  assert.equal((await launch()).statusCode, 410);
});

test("without the platform's keys nobody is let in, and it is said whose fault that is", async (context) => {
  for (const answer of [
    { status: 500, body: "{}" },
    { status: 200, body: "<html>" },
    { status: 302, body: "" },
  ]) {
    await atTheDoor(context, {}, answer);
    const refused = await launch();
    assert.equal(refused.statusCode, 502, answer.body);
    assert.match(refused.body, /learning platform did not answer as it should \(127\.0\.0\.1:\d+\)/);
    assert.equal(server.launches.length, 0);
    if (answer.status !== 302) await server.close();
  }
});

test("what the platform itself refuses is told, and nothing that it writes becomes markup", async (context) => {
  await atTheDoor(context);
  const form = { state: STATE, error: "login_required<img src=x>", error_description: "<script>alert(1)</script>" };
  const refused = await send("POST", "/lti/launch", { form, headers: { cookie: `${COOKIE}=${SECRET}`, "accept-language": "zh-CN" } });
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /<html lang="zh-CN">/);
  assert.match(refused.body, /（login_requiredimgsrcx）/);
  assert.ok(!refused.body.includes("<img") && !refused.body.includes("alert("));
});

test("where the platform keeps the secret, our page asks for it, and only our page may answer with it", async (context) => {
  await atTheDoor(context, { lti_storage_target: "_parent" });
  const asks = await launch({}, "");
  assert.equal(asks.statusCode, 200);
  assert.match(asks.body, /data-work="recall" data-target="_parent" data-origin="http:\/\/127\.0\.0\.1:8088" data-key="ringside_t+"/);
  const proof = { proof: SECRET };
  assert.equal((await launch(proof, "", { "sec-fetch-site": "cross-site" })).statusCode, 200, "asked again, not believed");
  assert.equal((await launch({ proof: "y".repeat(43) }, "", { "sec-fetch-site": "same-origin" })).statusCode, 403);
  assert.equal((await launch(proof, "", { "sec-fetch-site": "same-origin" })).statusCode, 303);
});
