import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { fakeServer, passedVerdict } from "../fake-rooms.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const arrived: { readonly headers: IncomingHttpHeaders; readonly path: string; readonly body: string }[] = [];
let status = 200;
const lrs = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  arrived.push({ headers: request.headers, path: `${request.method} ${request.url}`, body });
  response.writeHead(status).end("[]");
}).listen(0, "127.0.0.1");
await once(lrs, "listening");
after(() => lrs.close());
const endpoint = `http://127.0.0.1:${(lrs.address() as AddressInfo).port}/xapi/`;

for (const names of [false, true])
  test(`attempts become statements of xAPI 1.0.3, with ${names ? "names" : "pseudonyms"}`, async () => {
    let outcome: "passed" | "failed" = "failed";
    const server = await fakeServer({
      xapi: { endpoint, key: "lab", secret: "s3cret", names },
      grade: async ({ attempts }) => {
        const tasks = outcome === "passed" ? [...passedVerdict.tasks] : [{ task: "task", outcome, expected: words, found: words, look: words }];
        const graded = { ...passedVerdict, outcome, tasks };
        return { ...graded, attempts: await attempts.record(graded, {}) };
      },
    });
    const words = { en: "x", "zh-cn": "x" };
    const ada = await server.browser().open();
    await ada.send("POST", "/api/v1/account", { login: "ada", name: "Ada", password: "correct horse battery" });
    const seat = await ada.startReady();
    for (const wanted of ["failed", "passed", "passed"] as const) {
      outcome = wanted;
      await ada.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
      await server.news.settled();
      await server.deliveries.send();
    }
    const requests = arrived.splice(0);
    assert.equal(requests.length, 3);
    for (const { headers, path } of requests) {
      assert.equal(path, "POST /xapi/statements");
      assert.equal(headers["x-experience-api-version"], "1.0.3");
      assert.equal(headers.authorization, `Basic ${Buffer.from("lab:s3cret").toString("base64")}`);
    }
    const statements = requests.map(({ body }) => JSON.parse(body));
    const verbs = statements.map((some) => some.map((one: { verb: { id: string } }) => one.verb.id.split("/").at(-1)));
    assert.deepEqual(verbs, [["attempted"], ["attempted", "passed", "completed"], ["attempted"]]);
    const [failed] = statements[0];
    assert.deepEqual(failed.result, { score: { scaled: 0, raw: 0, min: 0, max: 1 }, success: false, completion: false });
    assert.deepEqual(statements[1][1].result, { score: { scaled: 1, raw: 1, min: 0, max: 1 }, success: true, completion: true });
    assert.equal(failed.actor.account.homePage, "http://127.0.0.1:4680");
    assert.match(failed.actor.account.name, /^[0-9a-f]{32}$/);
    assert.equal(failed.actor.name, names ? "Ada" : undefined);
    const ids = statements.flat().map(({ id }: { id: string }) => id);
    assert.ok(ids.every((id: string) => UUID.test(id)) && new Set(ids).size === ids.length);
    assert.ok(statements.flat().every(({ context }: { context: { registration: string } }) => UUID.test(context.registration)));
    assert.equal(new Set(statements.flat().map(({ context }: { context: { registration: string } }) => context.registration)).size, 1);

    // It had them already: an answer was lost.
    status = 409;
    await ada.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
    await server.news.settled();
    await server.deliveries.send();
    status = 200;
    arrived.length = 0;
    const states = await server.store.db.selectFrom("deliveries").select("state").execute();
    assert.deepEqual(
      states.map(({ state }) => state),
      ["sent", "sent", "sent", "sent"],
    );
    await server.close();
  });
