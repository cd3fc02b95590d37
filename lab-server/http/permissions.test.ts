import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fastify from "fastify";
import type { Role } from "../contract/people.ts";
import type { SeatView } from "../contract/seat.ts";
import { type MadeToken, TOKEN_SCOPES } from "../contract/tokens.ts";
import { checkAnswer, type FakeBrowser, fakeServer } from "../fake-rooms.ts";
import { ACTORS, type Actor, PEOPLE_ALONE, PERMISSIONS, permissionsOf, permissionWithToken } from "./permissions.ts";
import { addAuth } from "./plugins/auth.ts";

/*
 * Every cell of the table, asked over HTTP: whoever may gets past the door, whoever may not is refused before anything is looked at,
 * and what is somebody else's stays theirs, whoever one is.
 */

let server: Awaited<ReturnType<typeof fakeServer>>;
const browsers = new Map<Actor, FakeBrowser>();
/** By role and scope. */
const secrets = new Map<string, string>();
let stranger: { browser: FakeBrowser; seat: SeatView };
before(async () => {
  server = await fakeServer();
  for (const actor of ACTORS) {
    const browser = server.browser();
    browsers.set(actor, browser);
    if (actor === "newcomer") continue;
    await browser.open();
    if (actor === "anonymous") continue;
    await signUp(browser, actor);
    for (const scope of TOKEN_SCOPES) {
      const made = await browser.send("POST", "/api/v1/tokens", { name: scope, scope });
      secrets.set(`${actor} ${scope}`, made.json<MadeToken>().secret);
    }
  }
  const browser = await server.browser().open();
  stranger = { browser, seat: await browser.startReady() };
});
after(() => server.close());

/** An account of that role, signed in there. */
async function signUp(browser: FakeBrowser, role: Role): Promise<void> {
  const account = { login: `the-${role}`, name: role, password: "correct horse battery" };
  const { id } = (await browser.send("POST", "/api/v1/account", account)).json<{ id: string }>();
  if (role === "learner") return;
  await server.people.setRole(id, role);
  await browser.send("POST", "/api/v1/session", { login: account.login, password: account.password });
}

/** A request as somebody may make it, with a body that is as wrong as can be: the door comes before the content. */
async function ask(actor: Actor, route: string, seat: string): Promise<{ status: number; code: string }> {
  const [method = "", url = ""] = route.split(" ");
  const address = url.replace(":seat", seat).replace(/:\w+/g, "none");
  const browser = actor === "newcomer" ? server.browser() : browsers.get(actor);
  assert.ok(browser);
  const body = method === "GET" || method === "DELETE" ? undefined : { nothing: "of the kind" };
  const before = browser.cookie;
  const response = await browser.send(method as "GET", address, body);
  if (before !== undefined) browser.cookie = before;
  return { status: response.statusCode, code: (response.headers["content-type"] ?? "").includes("json") ? String(response.json().code ?? "") : "" };
}

const REFUSED = new Set(["not_signed_in", "sign_in_needed", "not_allowed"]);
/** Those that end the session that asks, or never end by themselves, are looked at where they are made. */
const NOT_ASKED = new Set(["DELETE /api/v1/session"]);

for (const route of Object.keys(PERMISSIONS)) {
  test(route, async (t) => {
    const [method = "", url = ""] = route.split(" ");
    const row = permissionsOf(method, url);
    assert.ok(row);
    for (const actor of ACTORS) {
      if (row[actor] !== "no" && NOT_ASKED.has(route)) continue;
      const { status, code } = await ask(actor, route, stranger.seat.id);
      t.diagnostic(`${actor}: ${row[actor]}: ${status} ${code}`);
      if (row[actor] === "no") {
        const expected = actor === "newcomer" ? "not_signed_in" : actor === "anonymous" ? "sign_in_needed" : "not_allowed";
        assert.equal(code, expected, actor);
        continue;
      }
      assert.ok(!REFUSED.has(code), `${actor} is let in, not refused with ${code}`);
      // Not its owner: whatever the body says, it stays somebody else's.
      if (row[actor] === "own" && url.includes(":seat"))
        assert.ok(["not_yours", "bad_request"].includes(code), `${actor} at somebody else's: ${status} ${code}`);
      if (row[actor] === "own" && !url.includes(":seat") && url.includes(":"))
        assert.ok(["not_found", "bad_request"].includes(code), `${actor}: ${status} ${code}`);
    }
  });
}

/** The same with a token, from no page of ours. */
async function askWithToken(secret: string, route: string, seat: string): Promise<{ status: number; code: string; cookies: number }> {
  const [method = "", url = ""] = route.split(" ");
  const address = url.replace(":seat", seat).replace(/:\w+/g, "none");
  const response = await server.app.inject({
    method: method as "GET",
    url: address,
    headers: { host: "127.0.0.1:4680", authorization: `Bearer ${secret}` },
    ...(method === "GET" || method === "DELETE" ? {} : { body: { nothing: "of the kind" } }),
  });
  checkAnswer(server.app, method, address, response);
  const json = (response.headers["content-type"] ?? "").includes("json");
  return { status: response.statusCode, code: json ? String(response.json().code ?? "") : "", cookies: response.cookies.length };
}

test("a token may what its person may, less what only people do, and with the scope read it changes nothing", async (t) => {
  for (const route of Object.keys(PERMISSIONS)) {
    const [method = "", url = ""] = route.split(" ");
    for (const role of ["learner", "instructor", "admin"] as const)
      for (const scope of TOKEN_SCOPES) {
        const permission = permissionWithToken(method, url, role, scope);
        const { status, code, cookies } = await askWithToken(secrets.get(`${role} ${scope}`) ?? "", route, stranger.seat.id);
        const what = `${role}, ${scope}, ${route}: ${status} ${code}`;
        t.diagnostic(`${permission}: ${what}`);
        assert.equal(cookies, 0, what);
        if (permissionsOf(method, url)?.[role] === "no") assert.equal(code, "not_allowed", what);
        else if (permission === "no") assert.equal(code, "token_not_allowed", what);
        else assert.ok(!REFUSED.has(code) && !code.startsWith("token_"), what);
        if (permission === "own" && url.includes(":seat")) assert.ok(["not_yours", "bad_request"].includes(code), what);
        // What the table of tokens is made of, asked once more in other words.
        if (scope === "read" && (method !== "GET" || /terminals|screens/.test(url))) assert.equal(permission, "no", what);
        if (/tokens|password|session|role|sso\/|account/.test(url)) assert.equal(permission, "no", what);
      }
  }
  for (const route of PEOPLE_ALONE) assert.ok(route in PERMISSIONS, route);
});

test("a body that is understood does not open somebody else's seat either", async () => {
  const bodies: Readonly<Record<string, object>> = {
    reset: {},
    wake: {},
    more: {},
    checks: {},
    hints: { task: "task", number: 1 },
    solution: {},
    snapshots: { name: "mine" },
  };
  for (const actor of ["anonymous", "learner", "instructor", "admin"] as const)
    for (const [what, body] of Object.entries(bodies)) {
      const response = await browsers.get(actor)?.send("POST", `/api/v1/seats/${stranger.seat.id}/${what}`, body);
      assert.equal(response?.json().code, "not_yours", `${actor}: ${what}`);
    }
});

test("every row of the table has its route, and no route can be made without one", async () => {
  for (const route of Object.keys(PERMISSIONS)) {
    const [method, url = ""] = route.split(" ");
    assert.ok(server.app.hasRoute({ method: method as "GET", url }), route);
  }
  const app = fastify();
  await addAuth(app, { key: Buffer.alloc(32), secure: false, sessions: server.sessions, tokens: server.tokens, isClaimed: async () => false });
  assert.throws(() => app.get("/api/v1/unheard-of", async () => ({})), /nobody may GET \/api\/v1\/unheard-of/);
});
