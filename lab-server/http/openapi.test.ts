import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { fakeServer } from "../fake-rooms.ts";
import { type OpenApiDocument, templated } from "./openapi.ts";
import { ACTORS, PERMISSIONS, permissionsOf } from "./permissions.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let document: OpenApiDocument;
before(async () => {
  server = await fakeServer();
  document = (await server.browser().send("GET", "/api/v1/openapi.json")).json();
});
after(() => server.close());

test("the document is OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(document["openapi"], "3.1.0");
});

test("every route of the table is in it, with who may, and nothing else is", () => {
  const described = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      described.add(`${method.toUpperCase()} ${path}`);
      assert.ok(operation["summary"], `${method} ${path}`);
    }
  for (const route of Object.keys(PERMISSIONS)) {
    const [method = "", url = ""] = route.split(" ");
    const operation = document.paths[templated(url)]?.[method.toLowerCase()];
    assert.ok(operation, `${route} says nothing of itself: give it a config.api (see http/operation.ts)`);
    assert.deepEqual(operation["x-ringside-permissions"], permissionsOf(method, url));
    assert.deepEqual(Object.keys(operation["x-ringside-permissions"] as object), [...ACTORS]);
    described.delete(`${method} ${templated(url)}`);
  }
  assert.deepEqual([...described], []);
});

test("ids are unique, references lead somewhere, and what a route takes is what it parses by", () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, name = ""] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) assert.ok(document.components.schemas[name], name);
  const start = document.paths["/api/v1/seats"]?.["post"] as { requestBody: { content: Record<string, { schema: Record<string, unknown> }> } };
  const schema = start.requestBody.content["application/json"]?.schema;
  assert.deepEqual(schema?.["required"], ["exercise"]);
  assert.equal(schema?.["additionalProperties"], false);
});

test("streams and sockets tell what their messages are", () => {
  const events = document.paths["/api/v1/seats/{seat}/events"]?.["get"] as { responses: Record<string, Record<string, unknown>> };
  assert.deepEqual(events.responses["200"]?.["x-messages"], { $ref: "#/components/schemas/SeatEvent" });
  const terminal = document.paths["/api/v1/seats/{seat}/terminals/{terminal}"]?.["get"];
  assert.ok(terminal?.["x-sends"]);
});
