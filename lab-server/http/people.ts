import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import {
  changePasswordSchema,
  type GivenPassword,
  givenPasswordSchema,
  type PeopleView,
  type Person,
  peopleViewSchema,
  personSchema,
  registerSchema,
  type SessionsView,
  sessionsViewSchema,
  setRoleSchema,
  signInSchema,
} from "../contract/people.ts";
import { LabError } from "../errors.ts";
import type { People } from "../people/people.ts";
import type { Sessions } from "../people/sessions.ts";
import type { KnownPerson } from "../store/people.ts";
import type { SessionRecord } from "../store/sessions.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface PeopleRoutesOptions {
  readonly people: People;
  readonly sessions: Sessions;
  /** Whether anybody may make an account. */
  readonly signUp: boolean;
}

const emptySchema = z.strictObject({}).nullish();

const REGISTER: Operation = {
  tag: "account",
  summary: "Make an account",
  description: "What was done in this browser without one becomes its own.",
  body: registerSchema,
  gives: { 201: personSchema },
  problems: ["login_taken"],
};
const SIGN_IN: Operation = { tag: "account", summary: "Sign in", body: signInSchema, gives: { 200: personSchema }, problems: ["wrong_password"] };
const SIGN_OUT: Operation = { tag: "account", summary: "Sign out", gives: DONE };
const SESSIONS: Operation = { tag: "account", summary: "List where one is signed in", gives: { 200: sessionsViewSchema } };
const SIGN_OUT_ELSEWHERE: Operation = { tag: "account", summary: "Sign out everywhere else", gives: DONE };
const PASSWORD: Operation = { tag: "account", summary: "Change one's password", body: changePasswordSchema, gives: DONE, problems: ["wrong_password"] };
const PEOPLE: Operation = { tag: "people", summary: "List everybody", gives: { 200: peopleViewSchema } };
const ROLE: Operation = { tag: "people", summary: "Change somebody's role", body: setRoleSchema, gives: { 200: personSchema } };
const RENEW: Operation = { tag: "people", summary: "Give somebody a new password", body: emptySchema, gives: { 200: givenPasswordSchema } };

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

  app.post("/api/v1/account", { config: { ...COSTLY, api: REGISTER } }, async (request, reply): Promise<Person> => {
    const wanted = parse(registerSchema, request.body);
    if (!signUp) throw new LabError("not_allowed", { log: "accounts are made by admins alone (RINGSIDE_SIGN_UP)" });
    reply.code(201);
    return begin(request, reply, await people.register(wanted, request.anonymous));
  });

  app.post("/api/v1/session", { config: { ...COSTLY, api: SIGN_IN } }, async (request, reply): Promise<Person> => {
    const given = parse(signInSchema, request.body);
    return begin(request, reply, await people.signIn(given, request.anonymous, request.ip));
  });

  app.delete("/api/v1/session", { config: { api: SIGN_OUT } }, async (request, reply) => {
    const { person, id } = signedIn(request);
    await sessions.end(person.id, id);
    reply.signOut();
    return reply.code(204).send();
  });

  app.get("/api/v1/sessions", { config: { api: SESSIONS } }, async (request, reply): Promise<SessionsView> => {
    const { person, id } = signedIn(request);
    reply.header("cache-control", "no-store");
    return sessions.of(person.id, id);
  });

  app.delete("/api/v1/sessions", { config: { api: SIGN_OUT_ELSEWHERE } }, async (request, reply) => {
    const { person, id } = signedIn(request);
    await sessions.endAll(person.id, id);
    return reply.code(204).send();
  });

  app.post("/api/v1/account/password", { config: { ...COSTLY, api: PASSWORD } }, async (request, reply) => {
    const { person, id } = signedIn(request);
    await people.changePassword(person, id, parse(changePasswordSchema, request.body));
    return reply.code(204).send();
  });

  app.get("/api/v1/people", { config: { api: PEOPLE } }, async (_request, reply): Promise<PeopleView> => {
    reply.header("cache-control", "no-store");
    const all = await people.all();
    return { people: all.map(({ createdAt, seenAt, ...person }) => ({ ...shown(person), createdAt, ...(seenAt === undefined ? {} : { seenAt }) })) };
  });

  app.post<{ Params: { person: string } }>("/api/v1/people/:person/role", { config: { api: ROLE } }, async (request): Promise<Person> => {
    const { role } = parse(setRoleSchema, request.body);
    const { person } = signedIn(request);
    // Nobody can lock the last admin out, who would be the one that does it.
    if (request.params.person === person.id) throw new LabError("not_allowed", { log: "an admin's own role is changed by another admin" });
    return shown(await people.setRole(request.params.person, role));
  });

  app.post<{ Params: { person: string } }>(
    "/api/v1/people/:person/password",
    { config: { ...COSTLY, api: RENEW } },
    async (request, reply): Promise<GivenPassword> => {
      parse(emptySchema, request.body);
      reply.header("cache-control", "no-store");
      return { password: await people.resetPassword(request.params.person) };
    },
  );
}
