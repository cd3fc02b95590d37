import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { changePasswordSchema, type PeopleView, type Person, registerSchema, type SessionsView, setRoleSchema, signInSchema } from "../contract/people.ts";
import { LabError } from "../errors.ts";
import type { People } from "../people/people.ts";
import type { Sessions } from "../people/sessions.ts";
import type { KnownPerson } from "../store/people.ts";
import type { SessionRecord } from "../store/sessions.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface PeopleRoutesOptions {
  readonly people: People;
  readonly sessions: Sessions;
  /** Whether anybody may make an account. */
  readonly signUp: boolean;
}

const emptySchema = z.strictObject({}).nullish();

/** What others may know of a person. */
export const shown = ({ id, name, role, login }: Person): Person => ({ id, name, role, ...(login === undefined ? {} : { login }) });

/** Whose session it is; the table of permissions lets nobody else come so far. */
export function signedIn(request: FastifyRequest): SessionRecord {
  if (request.session === undefined) throw new LabError("sign_in_needed", { log: "no session" });
  return request.session;
}

/** Signs a person in, in the browser that asks. */
export async function beginSession(
  { people, sessions }: Pick<PeopleRoutesOptions, "people" | "sessions">,
  request: FastifyRequest,
  reply: FastifyReply,
  person: KnownPerson,
): Promise<void> {
  // A browser has one session; the one before is over, not forgotten.
  if (request.session !== undefined) await sessions.end(request.session.person.id, request.session.id);
  if (request.anonymous !== "" && (await people.isClaimed(request.anonymous))) reply.beginAnew();
  reply.signIn(await sessions.begin(person.id, request.headers["user-agent"] ?? ""));
  reply.header("cache-control", "no-store");
}

/** Accounts, signing in and out, and for admins everybody who has one. */
export async function peopleRoutes(app: FastifyInstance, { people, sessions, signUp }: PeopleRoutesOptions): Promise<void> {
  const begin = async (request: FastifyRequest, reply: FastifyReply, person: KnownPerson): Promise<Person> => {
    await beginSession({ people, sessions }, request, reply, person);
    return shown(person);
  };

  app.post("/api/v1/account", { config: COSTLY }, async (request, reply): Promise<Person> => {
    const wanted = parse(registerSchema, request.body);
    if (!signUp) throw new LabError("not_allowed", { log: "accounts are made by admins alone (RINGSIDE_SIGN_UP)" });
    reply.code(201);
    return begin(request, reply, await people.register(wanted, request.anonymous));
  });

  app.post("/api/v1/session", { config: COSTLY }, async (request, reply): Promise<Person> => {
    const given = parse(signInSchema, request.body);
    return begin(request, reply, await people.signIn(given, request.anonymous, request.ip));
  });

  app.delete("/api/v1/session", async (request, reply) => {
    const { person, id } = signedIn(request);
    await sessions.end(person.id, id);
    reply.signOut();
    return reply.code(204).send();
  });

  app.get("/api/v1/sessions", async (request, reply): Promise<SessionsView> => {
    const { person, id } = signedIn(request);
    reply.header("cache-control", "no-store");
    return sessions.of(person.id, id);
  });

  app.delete("/api/v1/sessions", async (request, reply) => {
    const { person, id } = signedIn(request);
    await sessions.endAll(person.id, id);
    return reply.code(204).send();
  });

  app.post("/api/v1/account/password", { config: COSTLY }, async (request, reply) => {
    const { person, id } = signedIn(request);
    await people.changePassword(person, id, parse(changePasswordSchema, request.body));
    return reply.code(204).send();
  });

  app.get("/api/v1/people", async (_request, reply): Promise<PeopleView> => {
    reply.header("cache-control", "no-store");
    const all = await people.all();
    return { people: all.map(({ createdAt, seenAt, ...person }) => ({ ...shown(person), createdAt, ...(seenAt === undefined ? {} : { seenAt }) })) };
  });

  app.post<{ Params: { person: string } }>("/api/v1/people/:person/role", async (request): Promise<Person> => {
    const { role } = parse(setRoleSchema, request.body);
    const { person } = signedIn(request);
    // Nobody can lock the last admin out, who would be the one that does it.
    if (request.params.person === person.id) throw new LabError("not_allowed", { log: "an admin's own role is changed by another admin" });
    return shown(await people.setRole(request.params.person, role));
  });

  app.post<{ Params: { person: string } }>("/api/v1/people/:person/password", { config: COSTLY }, async (request, reply) => {
    parse(emptySchema, request.body);
    reply.header("cache-control", "no-store");
    return { password: await people.resetPassword(request.params.person) };
  });
}
