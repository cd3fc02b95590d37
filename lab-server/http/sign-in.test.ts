import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { type FakeServerOptions, fakeServer } from "../fake-rooms.ts";
import { cookieKey } from "./plugins/cookie-key.ts";
import { localeOf } from "./plugins/errors.ts";

let server: Awaited<ReturnType<typeof fakeServer>> | undefined;
const begin = async (options: FakeServerOptions = {}) => {
  server = await fakeServer(options);
  return server;
};
afterEach(async () => {
  await server?.close();
  server = undefined;
});

test("a newcomer gets a signed cookie that scripts cannot read, and keeps it", async () => {
  const { browser, store } = await begin();
  const ada = browser();
  const first = await ada.send("GET", "/api/v1/me");
  const cookie = first.cookies[0];
  assert.deepEqual(
    { name: cookie?.name, httpOnly: cookie?.httpOnly, sameSite: cookie?.sameSite, path: cookie?.path, secure: cookie?.secure },
    { name: "ringside", httpOnly: true, sameSite: "Lax", path: "/", secure: undefined },
  );
  assert.match(cookie?.value ?? "", /^[0-9a-f]{32}\./);
  const again = await ada.send("GET", "/api/v1/me");
  assert.equal(again.cookies[0]?.value, cookie?.value, "the same learner, for another 400 days");
  assert.equal((await store.db.selectFrom("learners").selectAll().execute()).length, 0, "a reader leaves no row");
});

test("by https the cookie is bound to the host and never sent in the clear", async () => {
  const { app } = await begin({ publicUrl: "https://lab.example.org" });
  const response = await app.inject({ url: "/api/v1/me", headers: { host: "lab.example.org" } });
  assert.equal(response.cookies[0]?.name, "__Host-ringside");
  assert.equal(response.cookies[0]?.secure, true);
  assert.ok(response.headers["strict-transport-security"]);
});

test("a forged, broken or missing cookie is nobody: reading makes a newcomer, anything else is refused", async () => {
  const { browser } = await begin();
  const ada = await browser().open();
  const seat = await ada.startReady();
  const real = decodeURIComponent(ada.cookie?.split("=")[1] ?? "");
  const [id = "", signature = ""] = real.split(/\.(.*)/s);
  const other = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
  for (const forged of [id, `${id}.`, `${other}.${signature}`, `${id}.${"A".repeat(signature.length)}`, "s:..", "%00"]) {
    const mallory = browser();
    mallory.cookie = `ringside=${encodeURIComponent(forged)}`;
    for (const [method, url] of [
      ["POST", `/api/v1/seats/${seat.id}/reset`],
      ["DELETE", `/api/v1/seats/${seat.id}`],
      ["POST", "/api/v1/seats"],
    ] as const) {
      const response = await mallory.send(method, url, method === "POST" ? {} : undefined);
      assert.deepEqual([response.statusCode, response.json().code], [401, "not_signed_in"], `${method} ${forged}`);
    }
    const upgrade = await mallory.send("GET", `/api/v1/seats/${seat.id}/terminals/1`, undefined, { upgrade: "websocket", connection: "upgrade" });
    assert.equal(upgrade.statusCode, 401);
    const me = await mallory.send("GET", "/api/v1/me");
    assert.deepEqual([me.statusCode, me.json().seat], [200, null]);
    assert.notEqual(me.cookies[0]?.value, real);
  }
});

test("pages of other sites can make a browser send nothing that counts", async () => {
  const { app, browser, backend } = await begin();
  const ada = await browser().open();
  const start = (headers: Record<string, string>) => ada.send("POST", "/api/v1/seats", { exercise: "hot-add" }, headers);
  for (const headers of [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:9999" },
    { "sec-fetch-site": "same-origin", origin: "null" },
    { "sec-fetch-site": "cross-site", origin: "http://127.0.0.1:4680" },
  ]) {
    const response = await start(headers);
    assert.deepEqual([response.statusCode, response.json().code], [400, "bad_request"], JSON.stringify(headers));
  }
  const cookie = (await app.inject({ url: "/api/v1/me", headers: { host: "localhost:4680" } })).cookies[0];
  const bare = (headers: Record<string, string>) =>
    app.inject({
      method: "POST",
      url: "/api/v1/seats",
      body: {},
      headers: { host: "localhost:4680", cookie: `ringside=${encodeURIComponent(cookie?.value ?? "")}`, ...headers },
    });
  assert.match((await bare({})).json().params.reason, /did not come from a page/);
  assert.match((await bare({ origin: "http://127.0.0.1:4681" })).json().params.reason, /did not come from a page/);
  assert.match((await bare({ origin: "http://localhost:4680" })).json().params.reason, /^exercise/, "older browsers send only this");
  assert.equal(backend.hosts.length, 0);
});

test("a request under a foreign name is refused, whatever a header says on the way", async () => {
  const { app } = await begin({ publicUrl: "https://lab.example.org" });
  const ask = async (headers: Record<string, string>, url = "/api/v1/me") => (await app.inject({ url, headers })).statusCode;
  assert.equal(await ask({ host: "lab.example.org" }), 200);
  assert.equal(await ask({ host: "127.0.0.1:4680" }), 200);
  assert.equal(await ask({ host: "[::1]:4680" }), 200);
  assert.equal(await ask({ host: "evil.example" }), 400);
  assert.equal(await ask({ host: "evil.example", "x-forwarded-host": "lab.example.org" }), 400);
  assert.equal(await ask({ host: "localhost:9999" }), 400);
  assert.equal(await ask({ host: "10.0.0.7:4680" }, "/healthz"), 200, "probes come by address");
});

test("problems are told in the reader's language", async () => {
  const { browser } = await begin();
  const ada = await browser().open();
  const chinese = await ada.send("GET", "/api/v1/nothing", undefined, { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" });
  assert.equal(chinese.json().message, "这个地址下没有内容。");
  assert.equal(chinese.headers["content-language"], "zh-CN");
  assert.equal((await ada.send("GET", "/api/v1/nothing")).json().message, "There is nothing at this address.");
  assert.equal(localeOf("en;q=0.5, zh-TW"), "zh-cn");
  assert.equal(localeOf("fr, en;q=0.3, zh;q=0.2"), "en");
  assert.equal(localeOf("zh;q=0"), "en");
});

test("what fails inside is told without details", async () => {
  const { browser, store } = await begin();
  const ada = await browser().open();
  await ada.startReady();
  store.db.selectFrom = () => {
    throw new Error("SQLITE_CORRUPT at /var/lib/ringside");
  };
  const response = await ada.send("GET", "/api/v1/me");
  assert.deepEqual([response.statusCode, response.json().code], [500, "internal"]);
  assert.ok(!response.body.includes("SQLITE") && !response.body.includes("/var"));
});

test("the key is made once, for its owner alone", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-key-"));
  const key = cookieKey(stateDir);
  const file = join(stateDir, "keys/learner-cookie.key");
  assert.equal(key.length, 32);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(cookieKey(stateDir), key);
  writeFileSync(file, "short");
  assert.throws(() => cookieKey(stateDir), /expected 32 bytes, found 5/);
  rmSync(stateDir, { recursive: true });
});
