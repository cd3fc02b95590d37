import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import type { InjectOptions } from "fastify";
import { type LtiServer, ltiServer, platformAt } from "../../tests/support/lti-server.ts";

let server: LtiServer;
afterEach(async () => {
  await server.close();
});

async function start(trustedOrigins: string[] = []): Promise<void> {
  server = await ltiServer({ trustedOrigins });
}

function send(method: "GET" | "POST", url: string, { form, ...more }: { form?: Record<string, string> } & InjectOptions = {}) {
  const body = form && { payload: new URLSearchParams(form).toString() };
  const headers = { host: "lab.example", ...(form && { "content-type": "application/x-www-form-urlencoded" }), ...more.headers };
  return server.app.inject({ ...more, method, url, ...body, headers });
}

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
  await start([at]);
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
