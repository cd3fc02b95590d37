import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { xrayEventSchema } from "../contract/xray.ts";
import { fakeServer } from "../fake-rooms.ts";

const LINES = readFileSync(new URL("../xray/recorded/looked-at.txt", import.meta.url), "utf8").split("\n");

test("who follows the X-ray looks at the host; only its learner may, and only while there is a host", async () => {
  const server = await fakeServer();
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const ada = await server.browser().open();
  const eve = await server.browser().open();
  assert.equal((await ada.send("GET", "/api/v1/seats/none/xray")).statusCode, 404);
  const seat = await ada.startReady();
  const path = `/api/v1/seats/${seat.id}/xray`;
  assert.equal((await eve.send("GET", path)).statusCode, 403);
  const host = server.backend.hosts[0];
  assert.ok(host);
  assert.equal(host.watchers, 0);

  const abort = new AbortController();
  const response = await fetch(origin + path, { headers: { cookie: ada.cookie ?? "" }, signal: abort.signal });
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal(host.watchers, 1);
  const watcher = host.followed.find(({ command }) => !command.endsWith("sample"));
  for (const line of LINES.slice(0, LINES.indexOf("end") + 1)) watcher?.say(line);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  while (!/data: .*\n\n/.test(text)) text += new TextDecoder().decode((await reader.read()).value);
  const data = /data: (.*)\n/.exec(text)?.[1] ?? "";
  const event = xrayEventSchema.parse(JSON.parse(data));
  assert.equal(event.type === "machine" && event.guests[0]?.name, "smartgo_01");

  abort.abort();
  const deadline = performance.now() + 5_000;
  while (host.watchers > 0 && performance.now() < deadline) await delay(5);
  assert.equal(host.watchers, 0);
  assert.equal(host.followed.find(({ command }) => command.endsWith("sample"))?.signal.aborted, true);

  const again = await fetch(origin + path, { headers: { cookie: ada.cookie ?? "" } });
  host.lose();
  const whole = await again.text();
  assert.match(whole, /"type":"machine"/, "what is known is told at once, and the stream ends with the host");
  assert.equal((await ada.send("GET", path)).statusCode, 409);
  await server.close();
});
