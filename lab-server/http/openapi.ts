import { z } from "zod";
import { problemSchema } from "../contract/problem.ts";
import { TOKEN_SCOPES } from "../contract/tokens.ts";
import { EVENT_TYPES, labEventSchema } from "../contract/webhooks.ts";
import { names } from "./openapi-names.ts";
import { type Answer, COMMON_PROBLEMS, isSchema, type Operation, TAGS } from "./operation.ts";
import { ACTORS, permissionsOf, permissionWithToken } from "./permissions.ts";
import { STATUS } from "./plugins/problem-status.ts";

/** A route and what it says of itself. */
export interface DescribedRoute {
  readonly method: string;
  /** As the router has it: `/api/v1/seats/:seat`. */
  readonly url: string;
  readonly api: Operation;
}

type Json = Record<string, unknown>;
export interface OpenApiDocument extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> } & Json;
}

const ABOUT = `The interface of one lab server, as its own page uses it. It is versioned by its path: within /api/v1/ a field may be added, none goes away or changes its meaning.

**Who one is.** A browser has cookies: a signed one that names a learner without an account, and one of a session. A request that changes something must then come from a page of the lab (Sec-Fetch-Site or Origin). A machine has a token: \`Authorization: Bearer ringside_…\`, without cookies and without an origin. Tokens are made in the account page; which scope an operation needs stands there as \`x-ringside-tokens\`, empty where only people may.

**Who may do what** stands at each operation as \`x-ringside-permissions\`: \`yes\`, \`no\`, or \`own\`, which means what is theirs and nothing else.

**What goes wrong** is always a Problem: a code that does not change, values, and the two sentences in the language that Accept-Language prefers.

**Streams.** An answer of text/event-stream goes on until the reader leaves; each event's \`data\` is one JSON value, whose schema stands at the operation as \`x-messages\`. WebSockets are operations too: without an upgrade they say why one is refused. Their text frames are JSON, described likewise.`;

/** `/seats/:seat` as OpenAPI has it. */
export const templated = (url: string): string => url.replace(/:(\w+)/g, "{$1}");

const clean = ({ $schema: _schema, $id: _id, ...rest }: Json): Json => rest;

/** What a client may send. */
const inputSchema = (schema: z.ZodType): Json => clean(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json);

/** All answers' schemas, those of the contract by their names. */
class OutputSchemas {
  readonly #registry = z.registry<{ id: string }>();
  readonly #anonymous = new Map<z.ZodType, string>();
  #made: Readonly<Record<string, Json>> | undefined;

  add(schema: z.ZodType): void {
    if (this.#registry.has(schema)) return;
    const id = names.get(schema)?.id ?? `Answer${this.#anonymous.size + 1}`;
    if (!names.has(schema)) this.#anonymous.set(schema, id);
    this.#registry.add(schema, { id });
  }

  /** By name, with references between them. */
  get schemas(): Readonly<Record<string, Json>> {
    this.#made ??= Object.fromEntries(
      Object.entries(z.toJSONSchema(this.#registry, { uri: (id) => `#/components/schemas/${id}`, io: "output", unrepresentable: "any" }).schemas).map(
        ([id, schema]) => [id, clean(schema as Json)],
      ),
    );
    return this.#made;
  }

  get(schema: z.ZodType): Json {
    const anonymous = this.#anonymous.get(schema);
    if (anonymous !== undefined) return this.schemas[anonymous] ?? {};
    return { $ref: `#/components/schemas/${this.#registry.get(schema)?.id}` };
  }

  /** Those that have a name. */
  get named(): Readonly<Record<string, Json>> {
    const unnamed = new Set(this.#anonymous.values());
    return Object.fromEntries(Object.entries(this.schemas).filter(([id]) => !unnamed.has(id)));
  }
}

function parametersOf({ url, api }: DescribedRoute): Json[] {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name = ""]) => {
    const schema = api.params?.[name];
    return { name, in: "path", required: true, schema: schema === undefined ? { type: "string" } : inputSchema(schema) };
  });
  const query = api.query === undefined ? undefined : (inputSchema(api.query) as { properties?: Record<string, Json>; required?: string[] });
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => {
    return { name, in: "query", required: query?.required?.includes(name) ?? false, schema };
  });
  return [...inPath, ...inQuery];
}

function bodyOf({ body }: Operation): Json {
  if (body === undefined) return {};
  if (typeof body === "string") return { requestBody: { required: true, content: { [body]: { schema: {} } } } };
  return { requestBody: { required: !body.safeParse(undefined).success, content: { "application/json": { schema: inputSchema(body) } } } };
}

function answerOf(answer: Answer, outputs: OutputSchemas): Json {
  if (isSchema(answer)) return { description: "The answer.", content: { "application/json": { schema: outputs.get(answer) } } };
  const { type, text, messages } = answer;
  const described = messages === undefined ? {} : { "x-messages": outputs.get(messages) };
  return { description: text, ...(type === undefined ? {} : { content: { [type]: { schema: { type: "string" } } } }), ...described };
}

function problemsOf({ method, url, api }: DescribedRoute): Json {
  const row = Object.values(permissionsOf(method, url) ?? {});
  const codes = new Set([
    ...COMMON_PROBLEMS,
    ...(row.includes("no") ? (["not_signed_in", "sign_in_needed", "not_allowed"] as const) : []),
    ...(url.includes("/:") ? (["not_found"] as const) : []),
    ...(url.includes("/:seat") ? (["not_yours"] as const) : []),
    ...(api.problems ?? []),
  ]);
  const byStatus = Map.groupBy(codes, (code) => STATUS[code]);
  const schema = { $ref: "#/components/schemas/Problem" };
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: list.map((code) => `\`${code}\``).join(", "), content: { "application/json": { schema } }, "x-problems": list.toSorted() },
    ]),
  );
}

const idOf = ({ method, url }: DescribedRoute): string =>
  `${method.toLowerCase()}${url
    .replace("/api/v1", "")
    .replace(/[/:.](\w)/g, (_all, letter: string) => letter.toUpperCase())
    .replace(/\W/g, "")}`;

function operationOf(route: DescribedRoute, outputs: OutputSchemas): Json {
  const { method, url, api } = route;
  const { summary, description, tag, gives, sends } = api;
  const permissions = permissionsOf(method, url);
  const open = permissions?.newcomer === "yes";
  const tokens = TOKEN_SCOPES.filter((scope) => permissionWithToken(method, url, "admin", scope) !== "no");
  return {
    operationId: idOf(route),
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: parametersOf(route),
    ...bodyOf(api),
    responses: { ...problemsOf(route), ...Object.fromEntries(Object.entries(gives).map(([status, answer]) => [status, answerOf(answer, outputs)])) },
    security: [...(open ? [{}] : []), { browser: [] }, { session: [] }, ...(tokens.length > 0 ? [{ token: [] }] : [])],
    ...(sends === undefined ? {} : { "x-sends": inputSchema(sends) }),
    "x-ringside-permissions": Object.fromEntries(ACTORS.map((actor) => [actor, permissions?.[actor] ?? "no"])),
    "x-ringside-tokens": tokens,
  };
}

/** What a receiver is sent, and how it says that it has it. */
function webhookOf(type: string, outputs: OutputSchemas): Json {
  const header = (name: string, description: string): Json => ({ name, in: "header", required: true, description, schema: { type: "string" } });
  return {
    post: {
      summary: type,
      parameters: [
        header("webhook-id", "The event's id, the same however often it is sent."),
        header("webhook-timestamp", "When it was sent, in seconds since 1970."),
        header("webhook-signature", "`v1,` and the HMAC-SHA256 of id, timestamp and body, joined by dots, in base64."),
      ],
      requestBody: { required: true, content: { "application/json": { schema: outputs.get(labEventSchema) } } },
      responses: { "2XX": { description: "It has arrived. Any other answer, or none within 5 s, means that it is sent again." } },
    },
  };
}

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly DescribedRoute[], options: { readonly secure: boolean }): OpenApiDocument {
  const outputs = new OutputSchemas();
  outputs.add(problemSchema);
  outputs.add(labEventSchema);
  for (const { api } of routes)
    for (const answer of Object.values(api.gives)) {
      if (isSchema(answer)) outputs.add(answer);
      else if (answer.messages !== undefined) outputs.add(answer.messages);
    }
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes.toSorted((a, b) => (a.url < b.url ? -1 : 1))) {
    const path = templated(route.url);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, outputs) };
  }
  const cookie = options.secure ? "__Host-ringside" : "ringside";
  return {
    openapi: "3.1.0",
    info: { title: "Ringside", version: "1", description: ABOUT },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: Object.fromEntries([...EVENT_TYPES, "webhook.test"].map((type) => [type, webhookOf(type, outputs)])),
    components: {
      schemas: outputs.named,
      securitySchemes: {
        browser: { type: "apiKey", in: "cookie", name: cookie, description: "A browser without an account. GET /api/v1/me gives it." },
        session: { type: "apiKey", in: "cookie", name: `${cookie}-session`, description: "Somebody who is signed in." },
        token: { type: "http", scheme: "bearer", description: "A program that acts for a person." },
      },
    },
  };
}
