/**
 * Signing in by OpenID Connect at a provider that was not written here (oidc-provider), over real HTTP: the whole server but for its hosts.
 */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import type { Me } from "../../lab-server/contract/seat.ts";
import { fakeServer } from "../../lab-server/fake-rooms.ts";
import { silentLog } from "../../lab-server/log.ts";
import { SingleSignOn } from "../../lab-server/people/single-sign-on.ts";

const LAB = "http://127.0.0.1:4680";
type FakeServer = Awaited<ReturnType<typeof fakeServer>>;
let school: Server;
let issuer: string;
let server: FakeServer;
/** Who signs in at the school, without being asked. */
let user = "u1";

before(async () => {
  school = createServer();
  await new Promise<void>((resolve) => school.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(school.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "lab", client_secret: "a secret of the lab and the school", redirect_uris: [`${LAB}/api/v1/sso/callback`] }],
    claims: { openid: ["sub"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["school"] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, name: `Student\u0007 ${sub}` }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  });
  const answer = provider.callback();
  school.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) {
      void answer(request, response);
      return;
    }
    // The school's own login and consent, which ask nothing here.
    void (async () => {
      const { prompt, params, grantId } = await provider.interactionDetails(request, response);
      if (prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId: user } });
      const grant = grantId === undefined ? new provider.Grant({ accountId: user, clientId: String(params["client_id"]) }) : await provider.Grant.find(grantId);
      grant?.addOIDCScope("openid profile");
      return provider.interactionFinished(request, response, { consent: { grantId: (await grant?.save()) ?? "" } }, { mergeWithLastSubmission: true });
    })();
  });
  const sso = new SingleSignOn({ issuer, clientId: "lab", clientSecret: "a secret of the lab and the school", name: "School", publicUrl: LAB, log: silentLog });
  server = await fakeServer({ sso });
});
after(async () => {
  await server.close();
  school.closeAllConnections();
  await new Promise((resolve) => school.close(resolve));
});

/** Follows the school's redirects with its cookies, up to the way back. */
async function atSchool(address: string): Promise<string> {
  const jar = new Map<string, string>();
  for (let url = address; ; ) {
    if (url.startsWith(LAB)) return url.slice(LAB.length);
    const response = await fetch(url, { redirect: "manual", headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
    for (const line of response.headers.getSetCookie()) jar.set(line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).split(";")[0] ?? "");
    const location = response.headers.get("location");
    assert.ok(location, `${response.status} at ${url}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
}
const NAVIGATION = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
type Browser = ReturnType<FakeServer["browser"]>;
const begin = async (browser: Browser, next = "/account/"): Promise<string> => {
  const sent = await browser.send("GET", `/api/v1/sso/login?next=${encodeURIComponent(next)}`);
  assert.equal(sent.statusCode, 303, sent.body);
  return String(sent.headers.location);
};
const me = async (browser: Browser): Promise<Me> => (await browser.send("GET", "/api/v1/me")).json();

test("who signs in at the school is signed in here, and keeps what was done before", async () => {
  const browser = await server.browser().open();
  const seat = await browser.startReady();
  const back = await atSchool(await begin(browser, "/zh-cn/account/"));
  const arrived = await browser.send("GET", back, undefined, NAVIGATION);
  assert.deepEqual([arrived.statusCode, arrived.headers.location], [303, "/zh-cn/account/"], arrived.body);
  const { person, seat: now } = await me(browser);
  assert.deepEqual([person?.name, person?.role, person?.login, now?.id], ["Student  u1", "learner", undefined, seat.id]);

  const elsewhere = await server.browser().open();
  await elsewhere.send("GET", await atSchool(await begin(elsewhere)), undefined, NAVIGATION);
  assert.equal((await me(elsewhere)).person?.id, person?.id, "the same person, whatever browser");
});

test("a way back is good once, and in the browser that went there", async () => {
  const [ada, mallory] = [await server.browser().open(), await server.browser().open()];
  user = "u2";
  const back = await atSchool(await begin(ada));
  const stolen = await mallory.send("GET", back, undefined, NAVIGATION);
  assert.deepEqual([stolen.statusCode, stolen.json().code], [502, "sign_in_failed"]);
  assert.equal((await ada.send("GET", back, undefined, NAVIGATION)).json().code, "sign_in_failed", "what was tried is over");
  const again = await atSchool(await begin(ada));
  assert.equal((await ada.send("GET", again, undefined, NAVIGATION)).statusCode, 303);
  assert.equal((await ada.send("GET", again, undefined, NAVIGATION)).json().code, "sign_in_failed");
  for (const bad of ["/api/v1/sso/callback", "/api/v1/sso/callback?state=x&code=y", `${back.split("?")[0]}?${new URLSearchParams({ error: "access_denied" })}`])
    assert.equal((await mallory.send("GET", bad, undefined, NAVIGATION)).json().code, "sign_in_failed", bad);
});

test("who takes longer than ten minutes begins again, and logins that nobody ends do not pile up", async () => {
  let now = Date.now();
  const options = { issuer, clientId: "lab", clientSecret: "a secret of the lab and the school", name: "School", publicUrl: LAB, log: silentLog };
  const sso = new SingleSignOn({ ...options, now: () => now });
  user = "u3";
  const queryOf = async (address: string): Promise<string> => new URL(await atSchool(address), LAB).search.slice(1);
  const begun = [await sso.begin("b", "/"), await sso.begin("b", "/"), await sso.begin("b", "/")] as const;
  now += 10 * 60_000 - 1;
  assert.equal((await sso.finish("b", await queryOf(begun[0]))).identity.subject, "u3");
  now += 2;
  await assert.rejects(sso.finish("b", await queryOf(begun[1])), { code: "sign_in_failed" });
  now = Date.now();
  for (let each = 0; each < 1_000; each += 1) await sso.begin("another", "/");
  await assert.rejects(sso.finish("b", await queryOf(begun[2])), { code: "sign_in_failed" });
});

test("nobody is led to another site", async () => {
  const browser = await server.browser().open();
  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
    assert.equal((await browser.send("GET", `/api/v1/sso/login?next=${encodeURIComponent(next)}`)).statusCode, 400, next);
});

test("a school that does not answer is said so, and asked again the next time; a lab without one has none", async () => {
  const sso = new SingleSignOn({ issuer: "http://127.0.0.1:9", clientId: "lab", clientSecret: "s", name: "Away", publicUrl: LAB, log: silentLog });
  await assert.rejects(sso.begin("b", "/"), { code: "sign_in_failed" });
  await assert.rejects(sso.begin("b", "/"), { code: "sign_in_failed" });
  const other = await fakeServer();
  const browser = await other.browser().open();
  assert.deepEqual((await browser.send("GET", "/api/v1/sso")).json(), { name: null });
  assert.equal((await browser.send("GET", "/api/v1/sso/login")).statusCode, 404);
  await other.close();
});
