import type { TokenScope } from "../contract/tokens.ts";
import type { Requester, World } from "./fuzz-world.ts";
import { brokenBody, type Chance, fitting, type Known, pathPart, type Schema, spoilt, wild } from "./fuzzing.ts";
import type { Actor, Permission } from "./permissions.ts";

/** As the OpenAPI document has it, with its method and path. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly "x-ringside-permissions": Readonly<Record<Actor, Permission>>;
  readonly "x-ringside-tokens": readonly TokenScope[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** Whether somebody gets past the door. */
export function may({ name, role, scope }: Requester, operation: Operation): boolean {
  const actor = role ?? (name as "newcomer" | "anonymous");
  return operation["x-ringside-permissions"][actor] !== "no" && (scope === undefined || operation["x-ringside-tokens"].includes(scope));
}

/** A request, for `inject`. */
export interface Built {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: string;
  /** The body, if it is JSON. */
  readonly json?: unknown;
  /** Why it must be refused, whatever it says. */
  readonly refused?: string;
}

/** A request to an operation, by somebody. */
export function build(chance: Chance, operation: Operation, by: Requester, known: Known): Built {
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
export function valuesFor(chance: Chance, by: Requester, foreign: World["foreign"]): Known["values"] {
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
    // Numbers, so everybody can guess everybody's.
    ":attempt": ["1", "2", "3", "5", "8"],
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
export function remember(by: Requester, { path, method }: Operation, body: string): void {
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
