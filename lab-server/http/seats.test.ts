import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type SeatView, seatViewSchema } from "../contract/seat.ts";
import type { Verdict } from "../contract/verdict.ts";
import { type FakeServerOptions, fakeServer, passedVerdict } from "../fake-rooms.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
const begin = async (options: FakeServerOptions = {}) => {
  server = await fakeServer(options);
  return server;
};
afterEach(() => server.close());

test("a learner starts, checks, resets and ends", async () => {
  const { browser, backend } = await begin();
  const ada = await browser().open();
  assert.deepEqual((await ada.send("GET", "/api/v1/me")).json().seat, null);
  const started = await ada.send("POST", "/api/v1/seats", { exercise: "hot-add" });
  assert.equal(started.statusCode, 201);
  assert.equal((await ada.send("POST", "/api/v1/seats", { exercise: "hot-add" })).statusCode, 200);
  const seat = await ada.startReady();
  assert.equal(seat.phase, "ready");
  const verdict = await ada.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  assert.deepEqual([verdict.statusCode, verdict.json().attempts], [200, 1]);
  const me = (await ada.send("GET", "/api/v1/me")).json();
  assert.equal(me.seat.id, seat.id);
  assert.deepEqual(me.progress, [{ exercise: "hot-add", attempts: 1, passedTasks: ["task"], passedAt: passedVerdict.at }]);
  assert.deepEqual(me.accelerator, { kind: "tcg", forced: false, reason: "no-nesting" });
  const reset = await ada.send("POST", `/api/v1/seats/${seat.id}/reset`, {});
  assert.deepEqual([reset.statusCode, reset.json().id], [200, seat.id]);
  assert.equal((await ada.send("DELETE", `/api/v1/seats/${seat.id}`)).statusCode, 204);
  assert.equal((await ada.send("GET", `/api/v1/seats/${seat.id}`)).statusCode, 410);
  await server.seats.close(1_000);
  assert.equal(backend.living.length, 0);
});

test("two tabs that start at once get one host", async () => {
  const { browser, backend } = await begin();
  const ada = await browser().open();
  const both = await Promise.all([1, 2].map(() => ada.send("POST", "/api/v1/seats", { exercise: "hot-add" })));
  assert.deepEqual(both.map((response) => response.statusCode).sort(), [200, 201]);
  assert.equal(both[0]?.json().id, both[1]?.json().id);
  await ada.startReady();
  assert.equal(backend.hosts.length, 1);
});

test("bad input is refused with a problem and harms nothing", async () => {
  const { browser, backend } = await begin();
  const ada = await browser().open();
  const refused = async (body: unknown, status: number, code: string) => {
    const response = await ada.send("POST", "/api/v1/seats", body as object);
    assert.deepEqual([response.statusCode, response.json().code], [status, code], JSON.stringify(body));
    assert.ok(response.json().message.length > 5 && response.json().next.length > 5);
  };
  await refused({ exercise: "no-such" }, 404, "unknown_exercise");
  await refused({ exercise: "../etc" }, 400, "bad_request");
  await refused({}, 400, "bad_request");
  await refused({ exercise: "hot-add", host: "mine" }, 400, "bad_request");
  await refused({ exercise: "hot-add", replace: "yes" }, 400, "bad_request");
  await refused({ exercise: "a".repeat(20_000) }, 413, "too_large");
  const notJson = await ada.send("POST", "/api/v1/seats", undefined, { "content-type": "text/plain" });
  assert.equal(notJson.statusCode, 400);
  for (const url of ["/api/v1/seats/%00", "/api/v1/seats/..%2f..%2fetc", `/api/v1/seats/${"0".repeat(24)}`, "/api/v1/nothing"]) {
    const response = await ada.send("GET", url);
    assert.deepEqual([response.statusCode, response.json().code], [404, "not_found"], url);
  }
  assert.equal(backend.hosts.length, 0);
});

test("another learner's seat can be neither seen nor touched", async () => {
  const { browser, backend } = await begin();
  const ada = await browser().open();
  const seat = await ada.startReady();
  const eve = await browser().open();
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["GET", "/events", undefined],
    ["GET", "/terminals/1", undefined],
    ["POST", "/reset", {}],
    ["POST", "/checks", {}],
    ["DELETE", "", undefined],
  ] as const) {
    const response = await eve.send(method, `/api/v1/seats/${seat.id}${path}`, body);
    assert.deepEqual([response.statusCode, response.json().code], [403, "not_yours"], `${method} ${path}`);
  }
  assert.equal(backend.hosts[0]?.state, "running");
  assert.equal((await ada.send("GET", `/api/v1/seats/${seat.id}`)).json<SeatView>().phase, "ready");
});

test("a second exercise is seat_taken and names the first", async () => {
  const { browser } = await begin();
  const ada = await browser().open();
  await ada.startReady();
  const taken = await ada.send("POST", "/api/v1/seats", { exercise: "balloon" });
  assert.deepEqual([taken.statusCode, taken.json().code, taken.json().params], [409, "seat_taken", { exercise: "hot-add" }]);
  assert.equal((await ada.send("POST", "/api/v1/seats", { exercise: "balloon", replace: true })).statusCode, 201);
});

test("a check while the host is replaced, or while another check runs, is refused", async () => {
  const [begun, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const grade = async (): Promise<Verdict> => {
    begun.resolve();
    await slow.promise;
    return { ...passedVerdict, attempts: 1 };
  };
  const { browser, backend } = await begin({ grade });
  const ada = await browser().open();
  const seat = await ada.startReady();
  const check = () => ada.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  const first = check();
  await begun.promise;
  const second = await check();
  assert.deepEqual([second.statusCode, second.json().code], [409, "busy"]);
  slow.resolve();
  assert.equal((await first).statusCode, 200);
  backend.births.push({ kind: "stuck" });
  await ada.send("POST", `/api/v1/seats/${seat.id}/reset`, {});
  const early = await check();
  assert.deepEqual([early.statusCode, early.json().code], [409, "host_not_ready"]);
});

test("a full machine tells the place", async () => {
  const { browser } = await begin({ room: 1 });
  await (await browser().open()).startReady();
  const bob = await browser().open();
  let seat = await bob.startReady();
  while (seat.place === undefined) seat = (await bob.send("GET", `/api/v1/seats/${seat.id}`)).json();
  assert.deepEqual([seat.phase, seat.place], ["queued", 1]);
});

test("too many requests are told when to come again", async () => {
  const { browser } = await begin();
  const ada = await browser().open();
  const bob = await browser().open();
  for (let n = 0; n < 60; n += 1) await ada.send("POST", "/api/v1/seats", {});
  const last = await ada.send("POST", "/api/v1/seats", {});
  assert.deepEqual([last.statusCode, last.json().code], [429, "too_many"]);
  assert.ok(Number(last.headers["retry-after"]) >= 1 && Number(last.headers["retry-after"]) <= 60);
  assert.equal((await bob.send("POST", "/api/v1/seats", {})).statusCode, 400, "another learner at the same address is not held up");
});

test("a learner takes a snapshot, returns to it and removes it, and nobody else may", async () => {
  const { browser } = await begin();
  const [ada, eve] = await Promise.all([browser().open(), browser().open()]);
  const seat = await ada.startReady();
  const address = `/api/v1/seats/${seat.id}/snapshots`;
  for (const body of [{}, { name: "" }, { name: "x".repeat(61) }, { name: 7 }, { name: "a", host: "b" }]) {
    assert.equal((await ada.send("POST", address, body)).statusCode, 400, JSON.stringify(body));
  }
  assert.equal((await eve.send("POST", address, { name: "mine" })).statusCode, 403);
  const taken = await ada.send("POST", address, { name: " before I try this " });
  assert.equal(taken.statusCode, 201);
  const [snapshot] = (taken.json() as SeatView).snapshots;
  assert.equal(snapshot?.name, "before I try this");
  assert.equal((await eve.send("POST", `${address}/${snapshot?.id}/return`, {})).statusCode, 403);
  assert.equal((await eve.send("DELETE", `${address}/${snapshot?.id}`)).statusCode, 403);
  assert.equal((await ada.send("POST", `${address}/none/return`, {})).statusCode, 404);
  assert.equal((await ada.send("POST", `${address}/${snapshot?.id}/return`, {})).statusCode, 200);
  const removed = await ada.send("DELETE", `${address}/${snapshot?.id}`);
  assert.deepEqual([removed.statusCode, removed.json().snapshots], [200, []]);
});

test("the view has what was drawn, and the solution that is shown begins with it", async () => {
  const { browser } = await begin({ parameters: { vcpus: { from: 2, to: 4, step: 1 }, guest: { oneOf: ["web_03", "db_11"] } } });
  const ada = await browser().open();
  const seat = await ada.startReady();
  const { vcpus, guest } = seatViewSchema.parse(seat).parameters ?? {};
  assert.ok(Number(vcpus) >= 2 && Number(vcpus) <= 4);
  const solution = await ada.send("POST", `/api/v1/seats/${seat.id}/solution`, {});
  assert.deepEqual(solution.json(), { solution: `export PARAM_VCPUS=${vcpus}\nexport PARAM_GUEST=${guest}\n\necho solved\n` });
  await ada.send("DELETE", `/api/v1/seats/${seat.id}`);
  assert.equal("parameters" in (await ada.startReady("balloon")), false);
});

test("hints are recorded, the solution is given and recorded, and both only to whom the seat belongs", async () => {
  const { browser, store } = await begin();
  const [ada, eve] = await Promise.all([browser().open(), browser().open()]);
  const seat = await ada.startReady();
  const hints = `/api/v1/seats/${seat.id}/hints`;
  assert.equal((await ada.send("POST", hints, { task: "task", number: 1 })).statusCode, 204);
  assert.equal((await ada.send("POST", hints, { task: "task", number: 2 })).statusCode, 404);
  assert.equal((await ada.send("POST", hints, { task: "other", number: 1 })).statusCode, 404);
  assert.equal((await ada.send("POST", hints, { task: "task", number: 0 })).statusCode, 400);
  assert.equal((await eve.send("POST", hints, { task: "task", number: 1 })).statusCode, 403);
  assert.equal((await eve.send("POST", `/api/v1/seats/${seat.id}/solution`, {})).statusCode, 403);
  const solution = await ada.send("POST", `/api/v1/seats/${seat.id}/solution`, {});
  assert.deepEqual([solution.statusCode, solution.json()], [200, { solution: "echo solved\n" }]);
  const rows = await store.db.selectFrom("help").select(["exercise", "task", "hint"]).orderBy("id").execute();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { exercise: "hot-add", task: "task", hint: 1 },
      { exercise: "hot-add", task: null, hint: null },
    ],
  );
});

test("more time is for the seat's own learner, takes no body, and changes nothing where none is due", async () => {
  const { browser } = await begin();
  const [ada, bob] = [await browser().open(), await browser().open()];
  const seat = await ada.startReady();
  assert.equal((await bob.send("POST", `/api/v1/seats/${seat.id}/more`, {})).statusCode, 403);
  assert.equal((await ada.send("POST", `/api/v1/seats/${seat.id}/more`, { times: 9 })).statusCode, 400);
  const more = await ada.send("POST", `/api/v1/seats/${seat.id}/more`, {});
  assert.deepEqual([more.statusCode, more.json().id, more.json().expires], [200, seat.id, undefined]);
});
