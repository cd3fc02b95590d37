import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { text as textOf } from "node:stream/consumers";
import { mock, test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { build, may, type Operation, remember, valuesFor } from "./fuzz-requests.ts";
import { plantWorld, type Requester, type World } from "./fuzz-world.ts";
import { Chance } from "./fuzzing.ts";
import { AnswerCheck } from "./testing.ts";

/*
 * 10,000 requests made of the OpenAPI document, as everybody, at a whole server. RINGSIDE_FUZZ_SEED repeats a run, RINGSIDE_FUZZ_COUNT makes it longer.
 */

const SEED = Number(process.env["RINGSIDE_FUZZ_SEED"] ?? randomInt(2 ** 31));
const COUNT = Number(process.env["RINGSIDE_FUZZ_COUNT"] ?? 10_000);
/** Between two requests the clock goes on so far that nobody is told to wait, ms; but for some, who are in a hurry. */
const PAUSE_MS = 1_500;
const HURRY = { from: 0.5, to: 0.54 };

/** A password is a third of a second of work, and a key as much: each of these is tried, but seldom. */
const SELDOM = /^\/api\/v1\/(account|session|account\/password|people\/\{person\}\/password|lti\/keys\/rotate|webhooks\/\{webhook\}\/test)$/;

/** Requests that were made, for whoever has to find out. */
interface Asked {
  readonly what: string;
  readonly sent: string;
  readonly by: Requester;
  readonly answer: string;
}

test(`${COUNT} requests: no fault of the server, nothing leaked, nothing lost`, async (t) => {
  t.diagnostic(`RINGSIDE_FUZZ_SEED=${SEED}`);
  const chance = new Chance(SEED);
  const world = await plantWorld();
  const { server, requesters, foreign } = world;
  const document = server.app.openApi();
  const check = new AnswerCheck(document);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path }) as unknown as Operation),
  );
  const often = operations.filter(({ path }) => !SELDOM.test(path));
  const seldom = operations.filter(({ path }) => SELDOM.test(path));
  const asked: Asked[] = [];
  const reached = new Set<string>();
  const statuses = new Map<number, number>();
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  try {
    for (let number = 0; number < COUNT; number += 1) {
      const hurries = number > COUNT * HURRY.from && number < COUNT * HURRY.to;
      if (!hurries) mock.timers.tick(PAUSE_MS);
      const operation = chance.is(0.004) ? chance.of(seldom) : chance.of(often);
      const able = requesters.filter((one) => may(one, operation));
      const by = able.length > 0 && chance.is(0.6) ? chance.of(able) : chance.of(requesters);
      const request = build(chance, operation, by, { values: valuesFor(chance, by, foreign), schemas: document.components.schemas });
      const what = `request ${number} (seed ${SEED}), ${by.name}: ${operation.method} ${request.url}`;
      const answer = await within(server.app.inject({ ...request, payloadAsStream: true } as never) as never as Promise<LightMyRequestResponse>, what);
      const body = await read(answer, what);
      const { statusCode, headers } = answer;
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      const sent = `${request.url}\n${request.payload ?? ""}`;
      if (statusCode >= 500) {
        const why = world
          .log()
          .split("\n")
          .findLast((line) => line.includes('"level":50'));
        assert.fail(`${what}: ${statusCode} ${body}\n${request.payload?.slice(0, 500)}\n${why}`);
      }
      const problem = statusCode >= 400 && statusCode !== 426;
      if (problem || check.pathOf(request.url) === operation.path)
        check.check(operation.method, problem ? operation.path.replace(/\{\w+\}/g, "x") : request.url, { statusCode, headers, body });
      if (request.refused) assert.ok(statusCode >= 400, `${what}: ${request.refused}, and yet ${statusCode}`);
      if (request.json !== undefined && statusCode < 300 && check.allowsBody(operation.method, operation.path, trimmed(request.json)) === false)
        assert.fail(`${what}: the document does not allow ${request.payload?.slice(0, 500)}, and yet ${statusCode}`);
      if (by.scope !== undefined) assert.equal(headers["set-cookie"], undefined, what);
      if (statusCode < 300) {
        reached.add(`${operation.method} ${operation.path}`);
        remember(by, operation, body);
      }
      asked.push({ what, sent, by, answer: `${JSON.stringify(headers)}\n${body}` });
      if (operation.tags.includes("account")) await by.renew();
    }
  } finally {
    mock.timers.reset();
  }
  t.diagnostic(
    `statuses: ${[...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status} ${count}`)
      .join(", ")}`,
  );
  t.diagnostic(
    `${reached.size} of ${operations.length} operations were done; not: ${operations
      .map(({ method, path }) => `${method} ${path}`)
      .filter((one) => !reached.has(one))
      .join(", ")}`,
  );
  // Else it was a test of the door alone.
  assert.ok(COUNT < 5_000 || reached.size > operations.length / 2, `${reached.size} of ${operations.length} operations were done`);

  await assertNothingLeaked(world, asked);
  await world.assertNothingLost();
  await server.close();
});

async function assertNothingLeaked(world: World, asked: readonly Asked[]): Promise<void> {
  const { db } = world.server.store;
  const hashes = [
    ...(await db.selectFrom("passwords").select("hash").execute()),
    ...(await db.selectFrom("tokens").select("hash").execute()),
    ...(await db.selectFrom("sessions").select("hash").execute()),
  ];
  const never = [...world.secrets, ...hashes.map(({ hash }) => hash)];
  for (const { what, sent, by, answer } of asked) {
    for (const secret of never) assert.ok(!answer.includes(secret), `${what}: the answer has a secret: ${secret}`);
    // Admins see everybody.
    if (by.role === "admin") continue;
    for (const one of world.privateTexts)
      assert.ok(!answer.includes(one) || sent.includes(one), `${what}: the answer has ${one}, which is somebody else's\n${answer.slice(0, 1_000)}`);
  }
  const log = world.log();
  const given = world.requesters.flatMap(({ headers }) => [
    headers["authorization"]?.slice("Bearer ".length),
    /ringside-session=([^;]+)/.exec(headers["cookie"] ?? "")?.[1],
  ]);
  for (const secret of [...never, "correct horse battery", ...given])
    assert.ok(secret === undefined || !log.includes(secret), `the log has a secret: ${secret}`);
  assert.ok(!/ringside_[\w-]{43}/.test(log), "the log has a token");
}

/** Text at the ends counts for nothing: zod trims before it looks. */
function trimmed(value: unknown): unknown {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, trimmed(one)]));
  return value;
}

/** The body; of a stream that goes on, what comes at once. */
async function read(answer: LightMyRequestResponse, what: string): Promise<string> {
  const stream = answer.stream();
  if (!String(answer.headers["content-type"] ?? "").startsWith("text/event-stream")) return within(textOf(stream), what);
  const first = await within(
    new Promise<string>((resolve, reject) =>
      stream
        .once("data", (piece) => resolve(String(piece)))
        .once("error", reject)
        .once("end", () => resolve("")),
    ),
    what,
  );
  stream.destroy();
  return first;
}

async function within<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer`)), 20_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
