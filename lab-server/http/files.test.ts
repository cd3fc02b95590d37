import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startSshd, type TestSshd } from "../../tests/support/sshd.ts";
import { type FakeBrowser, fakeServer, OUR_PAGE } from "../fake-rooms.ts";
import type { SshConnection } from "../hosts/ssh.ts";
import { attachment } from "./files.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let sshd: TestSshd;
let ssh: SshConnection;
let folder: string;
let browser: FakeBrowser;
let base: string;

before(async () => {
  sshd = await startSshd(["Subsystem sftp internal-sftp"]);
  ssh = await sshd.connect();
  folder = mkdtempSync(join(tmpdir(), "ringside-files-"));
  server = await fakeServer({
    script: (command) => {
      const xml = "<domain/>\n\n";
      if (command.includes("define --validate")) return { code: 76, stderr: "error: Failed to define domain from /tmp/x\nerror: at line 3: no\n" };
      return command.includes("--domain 'it'\\''s'") ? { stdout: xml } : { code: 1, stderr: "error: failed to get domain 'x'\n" };
    },
  });
  browser = await server.browser().open();
  const seat = await browser.startReady();
  const host = server.backend.hosts.at(-1);
  if (host !== undefined) host.files = () => ssh.openFiles();
  base = `/api/v1/seats/${seat.id}`;
});
after(async () => {
  await server.close();
  ssh.close();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const put = (path: string, version: string, body: Buffer | string, who = browser) =>
  server.app.inject({
    method: "PUT",
    url: `${base}/files?${query({ path, version })}`,
    headers: { ...OUR_PAGE, "content-type": "application/octet-stream", ...(who.cookie !== undefined && { cookie: who.cookie }) },
    body,
  });

test("a file is put, listed, read, and comes back as an attachment that a browser does not show", async () => {
  const name = 'a"b\r\nset-cookie: x=1 ✓.html';
  const path = join(folder, name);
  const written = await put(path, "new", "<script>alert(1)</script>");
  assert.equal(written.statusCode, 200, written.body);
  assert.equal(readFileSync(path, "utf8"), "<script>alert(1)</script>");
  const listed = (await browser.send("GET", `${base}/files?${query({ path: folder })}`)).json();
  assert.deepEqual(
    listed.entries.map((entry: { name: string }) => entry.name),
    [name],
  );
  const text = (await browser.send("GET", `${base}/files/text?${query({ path })}`)).json();
  assert.equal(text.version, createHash("sha256").update(text.text).digest("hex").slice(0, 32));
  const { headers, body } = await browser.send("GET", `${base}/files/raw?${query({ path })}`);
  assert.equal(body, "<script>alert(1)</script>");
  assert.equal(headers["content-type"], "application/octet-stream");
  assert.equal(headers["content-length"], String(body.length));
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["content-security-policy"], "default-src 'none'; sandbox");
  assert.equal(headers["set-cookie"], undefined);
  assert.match(String(headers["content-disposition"]), /^attachment; filename="a_b__set-cookie_ x_1 _.html"; filename\*=UTF-8''a%22b%0D%0Aset-cookie/);
  const again = await put(path, "new", "x");
  assert.deepEqual([again.statusCode, again.json().code], [409, "file_exists"]);
});

test("no name gets out of its header", () => {
  for (const name of ['"; filename="evil.exe', "\r\n\r\n<html>", "\u{d800}", "", "虚拟机", "a'(b)*c", "x".repeat(255)]) {
    assert.match(attachment(name), /^attachment; filename="[\w.,+@ -]+"; filename\*=UTF-8''[\w.!~%-]*$/, name);
  }
});

test("bad paths, bad versions, other bodies, too much, another learner: each is refused before anything is done", async () => {
  for (const path of ["", "relative", "/a\0b", `/${"x".repeat(5000)}`]) {
    assert.equal((await put(path, "new", "x")).statusCode, 400, JSON.stringify(path));
    assert.equal((await browser.send("GET", `${base}/files?${query({ path })}`)).statusCode, 400);
  }
  assert.equal((await put("/tmp/x", "latest", "x")).statusCode, 400);
  const json = await browser.send("POST", `${base}/files`, {});
  assert.equal(json.statusCode, 404);
  const large = await put(join(folder, "large"), "new", Buffer.alloc(33 * 1024 * 1024));
  assert.deepEqual([large.statusCode, large.json().code], [413, "too_large"]);
  const stranger = await server.browser().open();
  const theirs = await put(join(folder, "theirs"), "new", "x", stranger);
  assert.ok([403, 404].includes(theirs.statusCode), theirs.body);
  assert.ok([403, 404].includes((await stranger.send("GET", `${base}/files/raw?${query({ path: "/etc/passwd" })}`)).statusCode));
  const elsewhere = await server.app.inject({
    method: "PUT",
    url: `${base}/files?${query({ path: join(folder, "x"), version: "any" })}`,
    headers: { host: OUR_PAGE.host, origin: "http://evil.example", "content-type": "application/octet-stream", cookie: browser.cookie ?? "" },
    body: "x",
  });
  assert.equal(elsewhere.statusCode, 400);
});

test("a definition is read by its name, whatever that is, and what libvirt refuses is an answer", async () => {
  const read = await browser.send("GET", `${base}/definitions/guest?${query({ name: "it's" })}`);
  assert.deepEqual([read.statusCode, read.json().xml], [200, "<domain/>\n"]);
  const missing = await browser.send("GET", `${base}/definitions/guest?${query({ name: "x" })}`);
  assert.deepEqual([missing.statusCode, missing.json().code], [404, "no_such_file"]);
  assert.equal((await browser.send("GET", `${base}/definitions/secret?${query({ name: "x" })}`)).statusCode, 400);
  const refused = await server.app.inject({
    method: "PUT",
    url: `${base}/definitions/guest?${query({ name: "it's", version: "any" })}`,
    headers: { ...OUR_PAGE, "content-type": "application/octet-stream", cookie: browser.cookie ?? "" },
    body: "<domain>",
  });
  assert.deepEqual(refused.json(), { outcome: "refused", message: "at line 3: no", faults: [{ line: 3, message: "no" }] });
});
