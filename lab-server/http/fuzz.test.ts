import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { text as textOf } from "node:stream/consumers";
import { mock, test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import type { TokenScope } from "../contract/tokens.ts";
import { plantWorld, type Requester, type World } from "./fuzz-world.ts";
import { brokenBody, Chance, fitting, type Known, pathPart, type Schema, spoilt, wild } from "./fuzzing.ts";
import type { Actor, Permission } from "./permissions.ts";
import { AnswerCheck } from "./testing.ts";

/*
 * 10,000 requests made of the OpenAPI document, as everybody, at a whole server. RINGSIDE_FUZZ_SEED repeats a run, RINGSIDE_FUZZ_COUNT makes it longer.
 */

const SEED = Number(process.env["RINGSIDE_FUZZ_SEED"] ?? randomInt(2 ** 31));
const COUNT = Number(process.env["RINGSIDE_FUZZ_COUNT"] ?? 10_000);
/** Between two requests the clock goes on so far that nobody is told to wait, ms; but for some, who are in a hurry. */
const PAUSE_MS = 1_500;
const HURRY = { from: 0.5, to: 0.54 };

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly "x-ringside-permissions": Readonly<Record<Actor, Permission>>;
  readonly "x-ringside-tokens": readonly TokenScope[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

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

/** Whether somebody gets past the door. */
function may({ name, role, scope }: Requester, operation: Operation): boolean {
  const actor = role ?? (name as "newcomer" | "anonymous");
  return operation["x-ringside-permissions"][actor] !== "no" && (scope === undefined || operation["x-ringside-tokens"].includes(scope));
}

interface Built {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: string;
  /** The body, if it is JSON. */
  readonly json?: unknown;
  /** Why it must be refused, whatever it says. */
  readonly refused?: string;
}

function build(chance: Chance, operation: Operation, by: Requester, known: Known): Built {
  const part = (name: string, schema: Schema): string => pathPart(chance, chance.is(0.9) ? fitting(chance, schema, known, `:${name}`) : wild(chance));
  const query = new URLSearchParams();
  let url = operation.path;
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (place === "path") url = url.replace(`{${name}}`, () => part(name, schema));
    else if (required ? chance.is(0.95) : chance.is(0.5)) {
      const value = chance.is(0.8) ? fitting(chance, schema, known, name) : wild(chance);
      query.append(name, (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed().slice(0, 2_000));
    }
  }
  if (chance.is(0.03)) query.append(chance.of(["extra", "__proto__", "path", "constructor"]), "1");
  if (query.size > 0) url += `?${query}`;
  const headers: Record<string, string> = { ...by.headers, "accept-language": chance.of(["en", "zh-CN,zh;q=0.9", "", "x".repeat(200), "*;q=0"]) };
  let refused: string | undefined;
  const spoil = (share: number, why: string, change: () => void): void => {
    if (refused !== undefined || !chance.is(share)) return;
    refused = why;
    change();
  };
  spoil(0.01, "a name that is not the lab's", () => Object.assign(headers, { host: "evil.example" }));
  if (by.scope !== undefined) {
    spoil(0.01, "a token and a cookie", () => Object.assign(headers, { cookie: "ringside=x" }));
    spoil(0.01, "a token with another letter", () => Object.assign(headers, { authorization: `${headers["authorization"]}x` }));
  } else if (operation.method !== "GET")
    spoil(0.02, "a page of another site", () => Object.assign(headers, { origin: "https://evil.example", "sec-fetch-site": "cross-site" }));
  return { method: operation.method, url, ...bodyFor(chance, operation, known, headers), ...(refused !== undefined && { refused }) };
}

function bodyFor(chance: Chance, operation: Operation, known: Known, headers: Record<string, string>): Pick<Built, "headers" | "payload" | "json"> {
  const content = operation.requestBody?.content;
  if (content === undefined && !chance.is(0.05)) return { headers };
  if (content?.["application/octet-stream"] !== undefined) {
    return {
      headers: { ...headers, "content-type": chance.is(0.9) ? "application/octet-stream" : "text/plain" },
      payload: chance.of(["", "hello", "\0\ud800", "x".repeat(20_000), "<domain/>"]),
    };
  }
  const fits = fitting(chance, content?.["application/json"]?.schema ?? {}, known);
  const kind = chance.next();
  const json = kind < 0.5 ? fits : kind < 0.85 ? spoilt(chance, fits) : wild(chance);
  const type = chance.is(0.97)
    ? "application/json"
    : chance.of(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "x"]);
  const written = JSON.stringify(json);
  const payload = kind > 0.95 ? brokenBody(chance, written) : written;
  return {
    headers: { ...headers, "content-type": type },
    payload,
    ...(payload === written && type === "application/json" && { json: JSON.parse(written) as unknown }),
  };
}

/** What means something to the server, and whose it is. */
function valuesFor(chance: Chance, by: Requester, foreign: World["foreign"]): Known["values"] {
  const values: Record<string, (string | number)[]> = {
    exercise: ["hot-add", "hot-add", "balloon", "no-such-exercise"],
    task: ["task"],
    number: [1],
    login: [`fuzz-${chance.below(1e9)}`, "fuzz-learner"],
    password: ["correct horse battery"],
    current: ["not the password it is"],
    text: ["words", "两行\nwords"],
    path: ["/etc/hosts", "/root", "/"],
    version: ["any", "new"],
    url: ["https://hooks.example/in", "https://127.0.0.1/", "http://hooks.example/"],
    authUrl: ["https://platform.example/auth"],
    tokenUrl: ["https://platform.example/token"],
    jwksUrl: ["https://platform.example/jwks"],
    issuer: ["https://platform.example"],
    clientId: [`client-${chance.below(1e9)}`],
    frameOrigins: [],
    seed: ["5"],
    script: ["true\n", "echo hello"],
    terminal: ["1"],
    learner: by.own["learner"] ?? [],
    class: by.own["class"] ?? [],
    code: by.own["code"] ?? ["ABCD-EFGH"],
    ":exercise": ["hot-add"],
    ":terminal": ["1", "console:guest"],
    ":screen": ["desktop", "guest:smartgo_01"],
    ":code": by.own["code"] ?? ["ABCD-EFGH"],
  };
  for (const name of ["seat", "class", "learner", "person", "watcher", "snapshot", "webhook", "token", "grading", "registration", "recording"]) {
    const own = by.own[name] ?? [];
    // Admins may do nearly everything with everybody's, so what others have would not be there at the end.
    const others = by.role === "admin" && name !== "seat" && name !== "token" && name !== "snapshot" ? [] : (foreign[name] ?? []);
    values[`:${name}`] = own.length > 0 && chance.is(0.75) ? own : others.length > 0 ? [...others] : [...own, "none"];
  }
  return values;
}

/** Ids that came back are theirs from now on. */
function remember(by: Requester, { path, method }: Operation, body: string): void {
  const keep = (name: string, id: unknown): void => {
    if (typeof id !== "string") return;
    const list = by.own[name] ?? [];
    by.own[name] = list;
    if (!list.includes(id)) list.push(id);
    if (list.length > 8) list.shift();
  };
  if (method === "GET" && path !== "/api/v1/classes/{class}/grades") return;
  const value = body.startsWith("{") ? (JSON.parse(body) as Record<string, unknown>) : {};
  const kinds: Readonly<Record<string, string>> = {
    "/api/v1/seats": "seat",
    "/api/v1/classes": "class",
    "/api/v1/gradings": "grading",
    "/api/v1/lti/registrations": "registration",
  };
  if (kinds[path] !== undefined) keep(kinds[path], value["id"]);
  if (path === "/api/v1/classes") keep("code", value["code"]);
  if (path === "/api/v1/webhooks") keep("webhook", (value["webhook"] as { id: string }).id);
  if (path === "/api/v1/tokens") keep("token", (value["token"] as { id: string }).id);
  for (const { id } of (value["snapshots"] as { id: string }[] | undefined) ?? []) keep("snapshot", id);
  for (const { learner } of (value["learners"] as { learner: string }[] | undefined) ?? []) keep("learner", learner);
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
