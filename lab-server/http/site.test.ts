import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { fakeServer } from "../fake-rooms.ts";

const inline = "document.documentElement.dataset.script='on'";
const page = `<!doctype html><title>Course</title><script>${inline}</script><script type="application/json">{}</script><script src="/_astro/a.js"></script>`;
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

let siteDir: string;
let server: Awaited<ReturnType<typeof fakeServer>>;
let broken = false;

before(async () => {
  siteDir = mkdtempSync(join(tmpdir(), "ringside-site-"));
  const put = (path: string, text: string | Buffer) => {
    mkdirSync(join(siteDir, path, ".."), { recursive: true });
    writeFileSync(join(siteDir, path), text);
  };
  put("index.html", page);
  put("lesson/index.html", page);
  put("404.html", "<!doctype html>Not here");
  put("zh-cn/404.html", "<!doctype html>没有这个页面");
  put("_astro/a.hash.js", "export {}");
  put("_astro/a.hash.js.gz", gzipSync("export {}"));
  put(".env", "SECRET=1");
  server = await fakeServer({
    siteDir,
    readiness: {
      database: () => {
        if (broken) throw new Error("cannot be written");
      },
    },
  });
});
after(async () => {
  await server.close();
  rmSync(siteDir, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers: { host: "localhost:4680", ...headers } });
const policy = async (url: string) => String((await get(url)).headers["content-security-policy"]);

test("a page is served with the hashes of its own scripts and no others", async () => {
  const response = await get("/");
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers["cache-control"], "no-cache");
  assert.equal(response.cookies.length, 0, "reading the course needs no identity");
  const scripts = (await policy("/")).split("; ").find((directive) => directive.startsWith("script-src"));
  assert.equal(scripts, `script-src 'self' 'wasm-unsafe-eval' ${hashOf(inline)}`);
  assert.ok(!(await policy("/api/v1/me")).includes("sha256"));
});

test("a page that was built anew has its new policy", async () => {
  assert.ok((await policy("/lesson/")).includes(hashOf(inline)));
  writeFileSync(join(siteDir, "lesson/index.html"), page.replace(inline, "changed()"));
  assert.ok((await policy("/lesson/")).includes(hashOf("changed()")));
});

test("the policy lets in WebSockets and nothing from elsewhere", async () => {
  const text = await policy("/");
  assert.ok(text.includes("connect-src 'self' ws:;"));
  assert.ok(text.includes("default-src 'none'") && text.includes("frame-ancestors 'self'") && !text.includes("upgrade-insecure"));
  const response = await get("/");
  assert.equal(response.headers["strict-transport-security"], undefined);
  assert.equal(response.headers["x-content-type-options"], "nosniff");
});

test("hashed files are kept for ever, compressed where a compressed one was built", async () => {
  const response = await get("/_astro/a.hash.js", { "accept-encoding": "gzip" });
  assert.equal(response.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(response.headers["content-encoding"], "gzip");
  assert.equal((await get("/_astro/a.hash.js")).body, "export {}");
});

test("what is not there is the site's page in the language of the address", async () => {
  const english = await get("/nothing/here");
  assert.deepEqual([english.statusCode, english.body], [404, "<!doctype html>Not here"]);
  const chinese = await get("/zh-cn/nothing/");
  assert.deepEqual([chinese.statusCode, chinese.body], [404, "<!doctype html>没有这个页面"]);
  assert.equal((await get("/api/v1/nothing")).json().code, "not_found");
});

test("nothing outside the site, and nothing hidden, is served", async () => {
  for (const url of ["/.env", "/../package.json", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd"]) {
    const response = await get(url);
    assert.ok(response.statusCode >= 400 && response.statusCode < 500, `${url}: ${response.statusCode}`);
    assert.ok(!/SECRET|root:|"ringside"/.test(response.body), url);
  }
});

test("a folder without its slash leads to the page", async () => {
  const response = await get("/lesson");
  assert.deepEqual([response.statusCode, response.headers.location], [301, "/lesson/"]);
});

test("health: the process answers; readiness says what is wrong", async () => {
  assert.deepEqual((await get("/healthz")).json(), { ok: true });
  assert.deepEqual((await get("/readyz")).json(), { ok: true, database: "ok" });
  broken = true;
  const response = await get("/readyz");
  assert.deepEqual([response.statusCode, response.json()], [503, { ok: false, database: "cannot be written" }]);
});
