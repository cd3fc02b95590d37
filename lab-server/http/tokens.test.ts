import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { MadeToken, TokensView } from "../contract/tokens.ts";
import { type FakeBrowser, fakeServer } from "../fake-rooms.ts";
import { Tokens } from "../people/tokens.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let ada: FakeBrowser;
before(async () => {
  server = await fakeServer();
  ada = await server.browser().open();
  await ada.send("POST", "/api/v1/account", { login: "ada", name: "Ada", password: "correct horse battery" });
});
after(() => server.close());

const make = async (wish: object): Promise<MadeToken> => (await ada.send("POST", "/api/v1/tokens", wish)).json();
const ask = (secret: string, method: "GET" | "POST", url: string, more: { headers?: Record<string, string>; body?: object } = {}) =>
  server.app.inject({
    method,
    url,
    headers: { host: "127.0.0.1:4680", authorization: `Bearer ${secret}`, ...more.headers },
    ...(more.body && { body: more.body }),
  });

test("a token is shown once, kept by its hash, and does what its person does", async () => {
  const { token, secret } = await make({ name: "CI", scope: "full", days: 7 });
  assert.match(secret, /^ringside_[\w-]{43}$/);
  const { tokens } = (await ada.send("GET", "/api/v1/tokens")).json<TokensView>();
  assert.deepEqual(tokens, [token]);
  assert.equal(Date.parse(token.expiresAt) - Date.parse(token.createdAt), 7 * 24 * 3_600_000);
  const rows = await server.store.db.selectFrom("tokens").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(secret.slice("ringside_".length)));

  const me = await ask(secret, "GET", "/api/v1/me");
  assert.equal(me.json().person.name, "Ada");
  assert.equal(me.cookies.length, 0);
  const started = await ask(secret, "POST", "/api/v1/seats", { body: { exercise: "hot-add" } });
  assert.equal(started.statusCode, 201);
  assert.equal((await ada.send("GET", "/api/v1/me")).json().seat.id, started.json().id);
  const [used] = (await ada.send("GET", "/api/v1/tokens")).json<TokensView>().tokens;
  assert.ok(used?.usedAt);
});

test("what is no token, and one beside a cookie, is refused", async () => {
  const { secret } = await make({ name: "two ways" });
  for (const wrong of ["", "x", `${secret}x`, secret.replace(/.$/, (last) => (last === "A" ? "B" : "A")), "ringside_"]) {
    const refused = await ask(wrong, "GET", "/api/v1/me");
    assert.deepEqual([refused.statusCode, refused.json().code], [401, "token_refused"], wrong);
    assert.equal(refused.headers["www-authenticate"], "Bearer");
  }
  const basic = await ask(secret, "GET", "/api/v1/me", { headers: { authorization: `Basic ${Buffer.from(`ada:${secret}`).toString("base64")}` } });
  assert.equal(basic.json().code, "token_refused");
  const both = await ask(secret, "GET", "/api/v1/me", { headers: { cookie: ada.cookie ?? "" } });
  assert.deepEqual([both.statusCode, both.json().code], [400, "bad_request"]);
});

test("it expires; there are twenty at most", async () => {
  let now = Date.now();
  const tokens = new Tokens(server.store, () => now);
  const person = (await ada.send("GET", "/api/v1/me")).json().person.id;
  const { secret } = await tokens.make(person, { name: "short", scope: "read", days: 1 });
  assert.equal((await tokens.find(secret, "here")).name, "short");
  now += 24 * 3_600_000;
  await assert.rejects(tokens.find(secret, "here"), { code: "token_refused" });

  let refused = 0;
  for (let at = 0; at < 25; at += 1) if ((await ada.send("POST", "/api/v1/tokens", { name: `n${at}` })).statusCode === 409) refused += 1;
  assert.ok(refused >= 5);
  const { tokens: all } = (await ada.send("GET", "/api/v1/tokens")).json<TokensView>();
  assert.ok(all.length <= 20);
  for (const { id } of all) assert.equal((await ada.send("DELETE", `/api/v1/tokens/${id}`)).statusCode, 204);
});

test("revoking cuts what was opened with it, and a change of password revokes all", async () => {
  const { token, secret } = await make({ name: "stream", scope: "read" });
  const seat = await ada.startReady();
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const stream = await fetch(`http://127.0.0.1:${port}/api/v1/seats/${seat.id}/events`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal(stream.status, 200);
  const reader = stream.body?.getReader();
  await reader?.read();
  await ada.send("DELETE", `/api/v1/tokens/${token.id}`);
  await assert.rejects(async () => {
    for (;;) if ((await reader?.read())?.done) throw new Error("ended");
  });
  assert.equal((await ask(secret, "GET", "/api/v1/me")).statusCode, 401);
  assert.equal((await ada.send("DELETE", `/api/v1/tokens/${token.id}`)).statusCode, 404);

  const other = await make({ name: "before the change" });
  await ada.send("POST", "/api/v1/account/password", { current: "correct horse battery", password: "another horse battery" });
  assert.equal((await ask(other.secret, "GET", "/api/v1/me")).statusCode, 401);
});

test("one person's token is nothing to another", async () => {
  const { token, secret } = await make({ name: "mine", scope: "full" });
  const bob = await server.browser().open();
  await bob.send("POST", "/api/v1/account", { login: "bob", name: "Bob", password: "correct horse battery" });
  assert.equal((await bob.send("DELETE", `/api/v1/tokens/${token.id}`)).json().code, "not_found");
  const seat = await bob.startReady();
  assert.equal((await ask(secret, "GET", `/api/v1/seats/${seat.id}`)).json().code, "not_yours");
});
