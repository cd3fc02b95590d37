import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { ClassView } from "../contract/classes.ts";
import { type LabEvent, labEventSchema, type MadeWebhook } from "../contract/webhooks.ts";
import { type FakeBrowser, fakeServer, passedVerdict } from "../fake-rooms.ts";

const PASSWORD = "correct horse battery";
interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Awaited<ReturnType<typeof fakeServer>>;
let receiver: Server;
let url: string;
let status = 204;
let outcome: "passed" | "failed" = "failed";
const arrived: Arrived[] = [];
let admin: FakeBrowser;
let grace: FakeBrowser;

before(async () => {
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    arrived.push({ headers: request.headers, body });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  server = await fakeServer({
    receivers: [url],
    grade: async ({ attempts }) => {
      const graded = { ...passedVerdict, outcome, tasks: [{ ...passedVerdict.tasks[0], outcome: "passed" as const }] };
      return { ...graded, attempts: await attempts.record(graded, {}) };
    },
  });
  admin = await signUp("root", "admin");
  grace = await signUp("grace", "instructor");
});
after(async () => {
  await server.close();
  receiver.close();
});

async function signUp(login: string, role: "learner" | "instructor" | "admin"): Promise<FakeBrowser> {
  const browser = await server.browser().open();
  const { id } = (await browser.send("POST", "/api/v1/account", { login, name: `Name of ${login}`, password: PASSWORD })).json<{ id: string }>();
  if (role === "learner") return browser;
  await server.people.setRole(id, role);
  await browser.send("POST", "/api/v1/session", { login, password: PASSWORD });
  return browser;
}

/** As a receiver does it, with nothing of ours. */
function verify(secret: string, { headers, body }: Arrived): LabEvent {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
    .update(signed)
    .digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${expected}`);
  assert.ok(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000) < 60);
  const event = labEventSchema.parse(JSON.parse(body));
  assert.equal(event.id, headers["webhook-id"]);
  return event;
}

const told = async (): Promise<Arrived[]> => {
  await server.news.settled();
  await server.deliveries.send();
  return arrived.splice(0);
};
const check = async (browser: FakeBrowser, wanted: "passed" | "failed"): Promise<void> => {
  outcome = wanted;
  const seat = await browser.startReady();
  assert.equal((await browser.send("POST", `/api/v1/seats/${seat.id}/checks`, {})).statusCode, 200);
};

test("a class's webhook is told names, the lab's is not; a finished exercise is told once", async () => {
  const { id, code } = (await grace.send("POST", "/api/v1/classes", { name: "Physics", exercises: [{ exercise: "hot-add" }] })).json<ClassView>();
  const ofClass = (
    await grace.send("POST", "/api/v1/webhooks", { url: `${url}/class`, events: ["exercise.finished", "check.made"], class: id })
  ).json<MadeWebhook>();
  const ofLab = (await admin.send("POST", "/api/v1/webhooks", { url: `${url}/lab`, events: ["exercise.finished"] })).json<MadeWebhook>();
  assert.match(ofClass.secret, /^whsec_/);
  assert.ok(!JSON.stringify(await server.store.db.selectFrom("webhooks").selectAll().execute()).includes(ofClass.secret.slice(6)));

  const ada = await signUp("ada", "learner");
  await ada.send("POST", "/api/v1/join", { code, name: "Ada L." });
  await check(ada, "failed");
  const [made, ...none] = await told();
  assert.ok(made && none.length === 0);
  const event = verify(ofClass.secret, made);
  assert.ok(event.type === "check.made");
  assert.deepEqual(
    [event.outcome, event.learner.name, event.class, event.exercise, event.attempts],
    ["failed", "Ada L.", { id, name: "Physics" }, "hot-add", 1],
  );

  await check(ada, "passed");
  const three = await told();
  assert.equal(three.length, 3);
  const lab = three.filter(({ body }) => !body.includes("Physics"));
  assert.equal(lab.length, 1);
  const [finished] = lab;
  assert.ok(finished);
  const labEvent = verify(ofLab.secret, finished);
  assert.ok(labEvent.type === "exercise.finished");
  assert.deepEqual(Object.keys(labEvent.learner), ["id"]);
  assert.ok(!finished.body.includes("Ada") && !finished.body.includes("ada"));

  await check(ada, "passed");
  assert.deepEqual(
    (await told()).map(({ body }) => JSON.parse(body).type),
    ["check.made"],
  );
  const deliveries = (await grace.send("GET", `/api/v1/webhooks/${ofClass.webhook.id}/deliveries`)).json().deliveries;
  assert.deepEqual(deliveries.map(({ type, state, status }: { type: string; state: string; status: number }) => [type, state, status]).sort(), [
    ...Array(3).fill(["check.made", "sent", 204]),
    ["exercise.finished", "sent", 204],
  ]);

  await check(await signUp("eve", "learner"), "failed");
  assert.deepEqual(await told(), [], "who is in no class is no class's news");
});

test("what was not taken waits, and is the same when it is sent again", async () => {
  const { id } = (await grace.send("GET", "/api/v1/classes")).json().teaching[0];
  const { webhooks } = (await grace.send("GET", "/api/v1/webhooks")).json();
  assert.equal(webhooks.length, 1);
  status = 503;
  await check(
    await (async () => {
      const bob = await signUp("bob", "learner");
      const { code } = (await grace.send("GET", `/api/v1/classes/${id}`)).json<ClassView>();
      await bob.send("POST", "/api/v1/join", { code, name: "Bob" });
      return bob;
    })(),
    "failed",
  );
  const [first] = await told();
  const listed = (await grace.send("GET", `/api/v1/webhooks/${webhooks[0].id}/deliveries`)).json().deliveries[0];
  assert.deepEqual([listed.state, listed.status, listed.tries], ["waiting", 503, 1]);
  assert.ok(listed.nextAt > listed.at);
  status = 204;
  const [row] = await server.store.db.selectFrom("deliveries").selectAll().where("state", "=", "waiting").execute();
  assert.equal(row?.body, first?.body);
});

test("the test button sends at once and tells what came back", async () => {
  const { webhooks } = (await grace.send("GET", "/api/v1/webhooks")).json();
  status = 418;
  const tried = (await grace.send("POST", `/api/v1/webhooks/${webhooks[0].id}/test`, {})).json();
  assert.deepEqual([tried.type, tried.state, tried.status], ["webhook.test", "failed", 418]);
  status = 204;
  assert.equal((await grace.send("POST", `/api/v1/webhooks/${webhooks[0].id}/test`, {})).json().state, "sent");
  arrived.length = 0;
});

test("no webhook leads into the node's own network, nor to another one's class, nor for an instructor to the lab", async () => {
  const make = async (browser: FakeBrowser, body: object) => (await browser.send("POST", "/api/v1/webhooks", body)).json().code;
  const events = ["check.made"];
  for (const bad of [
    "http://example.org/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.0.0.1/x",
    "https://a:b@example.org/",
    "file:///etc/passwd",
    "https://exa mple.org",
  ])
    assert.equal(await make(admin, { url: bad, events }), "bad_request", bad);
  assert.equal(await make(grace, { url, events }), "not_allowed");
  const hopper = await signUp("hopper", "instructor");
  const { id } = (await grace.send("GET", "/api/v1/classes")).json().teaching[0];
  assert.equal(await make(hopper, { url, events, class: id }), "not_found");
  const { webhooks } = (await grace.send("GET", "/api/v1/webhooks")).json();
  for (const [method, path] of [
    ["DELETE", ""],
    ["POST", "/test"],
    ["GET", "/deliveries"],
  ] as const)
    assert.equal((await hopper.send(method, `/api/v1/webhooks/${webhooks[0].id}${path}`, method === "POST" ? {} : undefined)).json().code, "not_found");
  assert.equal((await admin.send("GET", "/api/v1/webhooks")).json().webhooks.length, 2);
  assert.equal((await grace.send("DELETE", `/api/v1/webhooks/${webhooks[0].id}`)).statusCode, 204);
  assert.equal((await server.store.db.selectFrom("deliveries").selectAll().where("target", "=", `webhook:${webhooks[0].id}`).execute()).length, 0);
});
