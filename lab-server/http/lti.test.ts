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

async function start(options: { publicUrl?: string; trustedOrigins?: string[] } = {}): Promise<void> {
  server = await ltiServer({ now: () => now, ...options });
}

/** The lab to which a real Moodle once sent somebody, just before they arrive. */
async function atTheDoor(context: TestContext, initiation: object = {}, keysAnswer = { status: 200, body: JSON.stringify(golden.jwks) }): Promise<void> {
  const keys = createServer((_request, response) => response.writeHead(keysAnswer.status).end(keysAnswer.body));
  await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    keys.closeAllConnections();
    keys.close();
  });
  const at = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
  await start({ publicUrl: LAB, trustedOrigins: [golden.issuer, at] });
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

const initiation = (more: Record<string, string> = {}) => ({
  iss: "https://school.example",
  login_hint: "7",
  target_link_uri: "https://lab.example/lti/launch",
  ...more,
});

test("a login goes to the platform's own page with what it gave", async () => {
  await start();
  await server.lti.registrations.add(platformAt("https://school.example", { authUrl: "https://school.example/auth?x=1" }));
  const hint = '{"cmid":2,"launchid":"a&b"}';
  for (const method of ["GET", "POST"] as const) {
    const form = initiation({ lti_message_hint: hint, client_id: "ringside" });
    const query = new URLSearchParams(form);
    const answer = await send(method, method === "GET" ? `/lti/login?${query}` : "/lti/login", {
      ...(method === "POST" && { form }),
      headers: { "sec-fetch-dest": "document" },
    });
    assert.equal(answer.statusCode, 303, answer.body);
    const to = new URL(String(answer.headers.location));
    assert.equal(`${to.origin}${to.pathname}`, "https://school.example/auth");
    const { state, nonce, ...rest } = Object.fromEntries(to.searchParams);
    assert.deepEqual(rest, {
      x: "1",
      scope: "openid",
      response_type: "id_token",
      response_mode: "form_post",
      prompt: "none",
      client_id: "ringside",
      redirect_uri: "https://lab.example/lti/launch",
      login_hint: "7",
      lti_message_hint: hint,
    });
    assert.ok(state && nonce && state !== nonce);
    assert.match(String(answer.headers["set-cookie"]), /^__Host-ringside-lti=[\w-]{43}; Path=\/; HttpOnly; Secure; Partitioned; SameSite=None$/);
  }
});

test("a platform is known by issuer and client, and by the issuer alone when it has one client", async () => {
  await start();
  const ask = async (more: Record<string, string>) => (await send("POST", "/lti/login", { form: initiation(more) })).statusCode;
  await server.lti.registrations.add(platformAt("https://school.example"));
  assert.equal(await ask({}), 303);
  assert.equal(await ask({ client_id: "other" }), 404);
  assert.equal(await ask({ iss: "https://evil.example" }), 404);
  assert.equal(await ask({ login_hint: "" }), 400);
  const { id } = await server.lti.registrations.add(platformAt("https://school.example", { clientId: "second" }));
  assert.equal(await ask({}), 404, "which of the two?");
  assert.equal(await ask({ client_id: "second" }), 303);
  await assert.rejects(server.lti.registrations.add(platformAt("https://school.example")), /has the client ringside already/);
  await server.lti.registrations.remove(id);
  assert.equal(await ask({ client_id: "second" }), 404);
});

test("in a frame it is seen first whether the cookie comes back", async () => {
  await start();
  await server.lti.registrations.add(platformAt("https://school.example"));
  const framed = { "sec-fetch-dest": "iframe" };
  const begun = await send("POST", "/lti/login", { form: initiation({ lti_storage_target: "store" }), headers: framed });
  const check = String(begun.headers.location);
  assert.match(check, /^\/lti\/login\/check\?state=[\w-]{43}$/);
  const cookie = String(begun.headers["set-cookie"]).split(";")[0] ?? "";
  assert.match(String((await send("GET", check, { headers: { ...framed, cookie } })).headers.location), /^https:\/\/school\.example\/auth\?/);

  const keep = await send("GET", check, { headers: framed });
  assert.equal(keep.statusCode, 200);
  const data = Object.fromEntries([...keep.body.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  assert.deepEqual([data["work"], data["target"], data["origin"]], ["store", "store", "https://school.example"]);
  assert.notEqual(data["value"], cookie.split("=")[1], "a secret of its own");
  assert.equal((await send("GET", check, { headers: { ...framed, cookie } })).statusCode, 410);
});

test("the platforms may frame these pages and nobody else; no script runs that is written into a page", async () => {
  await start();
  await server.lti.registrations.add(platformAt("https://school.example", { frameOrigins: ["https://*.instructure.com"] }));
  await server.lti.registrations.add(
    platformAt("https://a;sandbox", { clientId: "odd", authUrl: "https://b.example/", tokenUrl: "https://b.example/", jwksUrl: "https://b.example/" }),
  );
  const page = await send("POST", "/lti/launch", { form: { state: "x", error: "x" } });
  const policy = String(page.headers["content-security-policy"]);
  assert.match(policy, /frame-ancestors 'self' https:\/\/school\.example https:\/\/\*\.instructure\.com https:\/\/b\.example$/);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  for (const header of ["x-frame-options", "cross-origin-opener-policy"]) assert.equal(page.headers[header], undefined);
  assert.equal(page.headers["cache-control"], "no-store");
  assert.ok(!/<script(?! src="\/lti\/page\.js" defer>)/.test(page.body));
  const script = await send("GET", "/lti/page.js");
  assert.match(String(script.headers["content-type"]), /^text\/javascript/);
});

test("a registration link works once, and a stranger's configuration leads nowhere", async (context) => {
  const asked: string[] = [];
  const platform = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const at = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
    const urls = { authorization_endpoint: `${at}/auth`, token_endpoint: `${at}/token`, jwks_uri: `${at}/jwks`, registration_endpoint: `${at}/register` };
    if (request.url === "/foreign") return response.end(JSON.stringify({ ...urls, issuer: "https://canvas.instructure.com" }));
    if (request.url === "/inward") return response.end(JSON.stringify({ ...urls, issuer: at, jwks_uri: "http://169.254.169.254/jwks" }));
    if (request.url === "/register")
      return response.end(JSON.stringify({ client_id: 10, "https://purl.imsglobal.org/spec/lti-tool-configuration": { deployment_id: 4 } }));
    return response.end(JSON.stringify({ ...urls, issuer: at, authorization_server: "https://auth.example" }));
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    platform.closeAllConnections();
    platform.close();
  });
  const at = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  await start({ trustedOrigins: [at] });
  const register = (secret: string, configuration: string) =>
    send("GET", `/lti/register/${secret}?${new URLSearchParams({ openid_configuration: configuration, registration_token: "word" })}`);

  assert.equal((await register("x".repeat(43), `${at}/openid`)).statusCode, 410);
  assert.deepEqual(asked, [], "without a link of ours nobody is asked");

  const { secret } = await server.lti.registrations.makeLink("admin");
  const inward = [
    "http://127.0.0.1:1/",
    "https://127.0.0.1/",
    "https://localhost/",
    "https://[::1]/",
    "http://school.example/",
    "file:///etc/passwd",
    "https://10.0.0.1/",
  ];
  for (const url of inward) assert.equal((await register(secret, url)).statusCode, 502, url);
  assert.equal((await register(secret, `${at}/foreign`)).statusCode, 502);
  assert.equal((await register(secret, `${at}/inward`)).statusCode, 502);
  assert.ok(asked.every((line) => line !== "POST /register"));
  assert.equal(server.lti.registrations.list().length, 0);

  const answers = await Promise.all([register(secret, `${at}/openid`), register(secret, `${at}/openid`)]);
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 410]);
  assert.equal((await register(secret, `${at}/openid`)).statusCode, 410);
  const [added] = server.lti.registrations.list();
  assert.deepEqual([added?.clientId, added?.deployments, added?.authorizationServer], ["10", ["4"], "https://auth.example"]);

  const late = await server.lti.registrations.makeLink("admin", new Date(Date.now() - 25 * 3600_000));
  assert.equal((await register(late.secret, `${at}/openid`)).statusCode, 410);
});

test("bodies that are no form, too long or doubled are refused without a fault", async () => {
  await start();
  await server.lti.registrations.add(platformAt("https://school.example"));
  const answers = [
    await server.app.inject({ method: "POST", url: "/lti/login", headers: { host: "lab.example", "content-type": "text/xml" }, payload: "<x/>" }),
    await send("POST", "/lti/launch", { form: { state: "x", id_token: "y".repeat(200_000) } }),
    await send("GET", "/lti/login?iss=a&iss=b&login_hint=c&target_link_uri=d"),
    await send("POST", "/lti/login"),
    await send("GET", "/lti/login/check"),
    await send("POST", "/lti/deep-link", { form: { secret: "x" }, headers: { "sec-fetch-site": "cross-site" } }),
  ];
  for (const { statusCode, body } of answers) assert.ok(statusCode >= 400 && statusCode < 500 && body.includes('role="alert"'), `${statusCode} ${body}`);
  const foreign = await server.app.inject({ method: "GET", url: "/lti/jwks", headers: { host: "evil.example" } });
  assert.equal(foreign.statusCode, 400);
});
