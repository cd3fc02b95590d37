import assert from "node:assert/strict";
import { test } from "node:test";
import fastify from "fastify";
import { ltiServer, platformAt } from "../../tests/support/lti-server.ts";
import { LabError } from "../errors.ts";
import { ltiAdminRoutes } from "./lti-admin.ts";
import { addErrors } from "./plugins/errors.ts";

test("administrators look after the platforms, and nobody else sees anything", async (context) => {
  const server = await ltiServer();
  const app = fastify();
  context.after(async () => {
    await app.close();
    await server.close();
  });
  addErrors(app);
  const administrator = async (request: { headers: Record<string, unknown> }): Promise<string> => {
    if (request.headers["x-who"] !== "admin") throw new LabError("not_found", { log: "no administrator" });
    return "admin";
  };
  await app.register(ltiAdminRoutes, { lti: server.lti, administrator });
  const send = (method: "GET" | "POST" | "DELETE", url: string, body?: object, who = "admin") =>
    app.inject({ method, url, headers: { "x-who": who }, ...(body && { payload: body }) });

  for (const [method, url] of [
    ["GET", "/api/v1/lti"],
    ["POST", "/api/v1/lti/registrations"],
    ["POST", "/api/v1/lti/registrations/x/deployments"],
    ["DELETE", "/api/v1/lti/registrations/x"],
    ["POST", "/api/v1/lti/registration-links"],
    ["POST", "/api/v1/lti/keys/rotate"],
    ["GET", "/api/v1/lti/scores"],
  ] as const) {
    assert.equal((await send(method, url, undefined, "learner")).statusCode, 404, `${method} ${url}`);
  }

  const platform = platformAt("https://school.example");
  const added = (await send("POST", "/api/v1/lti/registrations", platform)).json();
  assert.deepEqual({ ...added, id: "" }, { ...platform, id: "" });
  const again = await send("POST", "/api/v1/lti/registrations", platform);
  assert.deepEqual([again.statusCode, again.json().code], [400, "bad_request"]);
  for (const bad of [
    { jwksUrl: "http://10.0.0.1/jwks" },
    { tokenUrl: "https://127.0.0.1/token" },
    { authUrl: "javascript:alert(1)" },
    { frameOrigins: ["https://a; sandbox"] },
  ]) {
    const refused = await send("POST", "/api/v1/lti/registrations", { ...platform, clientId: "other", ...bad });
    assert.ok([400, 502].includes(refused.statusCode), JSON.stringify(bad));
  }
  assert.deepEqual((await send("POST", `/api/v1/lti/registrations/${added.id}/deployments`, { deployment: "2" })).json().deployments, ["1", "2"]);
  const link = (await send("POST", "/api/v1/lti/registration-links")).json();
  assert.match(link.url, /^https:\/\/lab\.example\/lti\/register\/[\w-]{43}$/);
  assert.equal((await send("POST", "/api/v1/lti/keys/rotate")).statusCode, 204);
  assert.equal(server.lti.keys.publicKeys.keys.length, 2);
  const score = { scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" } as const;
  await server.lti.scores.put({ registration: added.id, subject: "7", lineItem: "https://10.0.0.1/lineitem" }, score);
  await server.lti.scores.send();
  const { scores } = (await send("GET", "/api/v1/lti/scores")).json();
  assert.deepEqual([scores.length, scores[0].state, scores[0].subject], [1, "waiting", "7"]);
  assert.equal((await send("DELETE", `/api/v1/lti/registrations/${added.id}`)).statusCode, 204);
  assert.deepEqual((await send("GET", "/api/v1/lti")).json(), {
    tool: { name: "Ringside", loginUrl: "https://lab.example/lti/login", launchUrl: "https://lab.example/lti/launch", jwksUrl: "https://lab.example/lti/jwks" },
    registrations: [],
  });
});
