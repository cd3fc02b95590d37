import assert from "node:assert/strict";
import type { lookup } from "node:dns";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { LabError } from "../errors.ts";
import { Outbound } from "./outbound.ts";
import { isPublicAddress } from "./public-address.ts";

async function serve(context: TestContext, listener: RequestListener): Promise<{ origin: string; port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, asked };
}

/** A name server that knows every name. */
function resolving(...addresses: string[]): typeof lookup {
  return ((_name: string, _options: object, callback: (error: null, found: object[]) => void) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;
}

const failed = (why: RegExp) => (error: unknown) => error instanceof LabError && error.code === "platform_failed" && why.test(error.message);

test("addresses that only the lab's machine or its net can reach are not public", () => {
  for (const address of [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.122.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
  for (const address of [
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "fe80::1",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
  for (const address of ["8.8.8.8", "172.32.0.1", "192.167.1.1", "2a00:1450::1", "2606:4700::1111"]) assert.equal(isPublicAddress(address), true, address);
  for (const text of ["", "localhost", "127.1", "1.2.3.4.5"]) assert.equal(isPublicAddress(text), false, text);
});

test("nothing private is asked, however it is spelt", async (context) => {
  const { port, asked } = await serve(context, (_request, response) => response.end("secret"));
  const outbound = new Outbound();
  const urls = {
    [`http://127.0.0.1:${port}/`]: /is not https/,
    [`https://127.0.0.1:${port}/`]: /private address/,
    [`https://2130706433:${port}/`]: /127\.0\.0\.1 is a private address/,
    [`https://0x7f.1:${port}/`]: /127\.0\.0\.1 is a private address/,
    [`https://[::1]:${port}/`]: /private address/,
    [`https://[::ffff:127.0.0.1]:${port}/`]: /private address/,
    [`https://localhost:${port}/`]: /localhost is at a private address/,
    "https://169.254.169.254/latest/meta-data/": /private address/,
    "file:///etc/passwd": /is not https/,
    "ftp://school.example/": /is not https/,
    "https://user:word@school.example/": /has a password/,
    "school.example": /is no URL/,
    "": /is no URL/,
  };
  for (const [url, why] of Object.entries(urls)) await assert.rejects(outbound.send(url), failed(why), url);
  assert.deepEqual(asked, []);
});

test("a name is judged by the addresses that it has when it is asked", async (context) => {
  const { port, asked } = await serve(context, (_request, response) => response.end("secret"));
  for (const found of [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], []]) {
    const outbound = new Outbound({ lookup: resolving(...found) });
    await assert.rejects(outbound.send(`https://school.example:${port}/`), failed(/private address|no address/), found.join());
  }
  assert.deepEqual(asked, []);
});

test("a platform in the lab's own net is asked when the administrator says so, by that origin alone", async (context) => {
  const { origin, port } = await serve(context, (_request, response) => response.end('{"ok":true}'));
  const outbound = new Outbound({ trustedOrigins: [origin] });
  assert.deepEqual(await outbound.json(`${origin}/x`), { ok: true });
  await assert.rejects(outbound.send(`http://localhost:${port}/x`), failed(/not https/));
  await assert.rejects(outbound.send("http://127.0.0.1:1/x"), failed(/not https/));
});

test("a redirect is an answer and not a way", async (context) => {
  const target = await serve(context, (_request, response) => response.end("secret"));
  const { origin } = await serve(context, (_request, response) => response.writeHead(302, { location: target.origin }).end());
  const outbound = new Outbound({ trustedOrigins: [origin, target.origin] });
  assert.equal((await outbound.send(origin)).status, 302);
  await assert.rejects(outbound.json(origin), failed(/answered 302/));
  assert.deepEqual(target.asked, []);
});

test("a platform that says too much, nothing, or no JSON is left", async (context) => {
  const { origin } = await serve(context, (request, response) => {
    if (request.url === "/much") response.end("x".repeat(70_000));
    if (request.url === "/drip") response.write("x");
    if (request.url === "/text") response.end("<html>");
    if (request.url === "/gone") response.writeHead(500).end("stack");
  });
  const outbound = new Outbound({ trustedOrigins: [origin], timeoutMs: 200 });
  await assert.rejects(outbound.json(`${origin}/much`), failed(/more than 65536 bytes/));
  await assert.rejects(outbound.json(`${origin}/drip`), failed(/aborted|timeout/i));
  await assert.rejects(outbound.json(`${origin}/silent`), failed(/aborted|timeout/i));
  await assert.rejects(outbound.json(`${origin}/text`), failed(/no JSON/));
  await assert.rejects(outbound.json(`${origin}/gone`), failed(/answered 500: stack/));
  assert.equal((await outbound.send(`${origin}/much`, { maxBytes: 80_000 })).body.length, 70_000);
});
