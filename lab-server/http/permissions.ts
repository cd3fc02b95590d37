import type { Role } from "../contract/people.ts";
import type { TokenScope } from "../contract/tokens.ts";

/** Who makes a request: a browser that is seen for the first time, one that is known, or somebody who is signed in. */
export const ACTORS = ["newcomer", "anonymous", "learner", "instructor", "admin"] as const satisfies readonly ("newcomer" | "anonymous" | Role)[];
export type Actor = (typeof ACTORS)[number];

/**
 * `yes`: may. `own`: only for what is theirs, which the route makes sure of; somebody else's is refused. `no`: may not.
 * A newcomer who may not is asked to come with a cookie, an anonymous learner to sign in.
 */
export type Permission = "yes" | "own" | "no";
type Row = readonly [newcomer: Permission, anonymous: Permission, learner: Permission, instructor: Permission, admin: Permission];

/** What a learner has by having a cookie: a seat, and what hangs on it. Nobody has more of it by being more. */
const OWN_SEAT: Row = ["no", "own", "own", "own", "own"];
const OWN_SEAT_READ: Row = ["own", "own", "own", "own", "own"];
const SIGNED_IN: Row = ["no", "no", "yes", "yes", "yes"];
const TEACHES: Row = ["no", "no", "no", "yes", "yes"];
/** Instructors have their own classes, admins all. */
const OWN_CLASS: Row = ["no", "no", "no", "own", "yes"];
/** Each has their own, admins too. */
const OWN_GRADING: Row = ["no", "no", "no", "own", "own"];
const ADMIN: Row = ["no", "no", "no", "no", "yes"];

/** Who may do what: every route and every socket below `/api/v1/`. A route that is not here cannot be made. */
export const PERMISSIONS: Readonly<Record<string, Row>> = {
  "GET /api/v1/me": ["yes", "yes", "yes", "yes", "yes"],
  "GET /api/v1/openapi.json": ["yes", "yes", "yes", "yes", "yes"],

  "POST /api/v1/seats": ["no", "yes", "yes", "yes", "yes"],
  "GET /api/v1/seats/:seat": OWN_SEAT_READ,
  "DELETE /api/v1/seats/:seat": OWN_SEAT,
  "POST /api/v1/seats/:seat/reset": OWN_SEAT,
  "POST /api/v1/seats/:seat/wake": OWN_SEAT,
  "POST /api/v1/seats/:seat/more": OWN_SEAT,
  "POST /api/v1/seats/:seat/checks": OWN_SEAT,
  "POST /api/v1/seats/:seat/hints": OWN_SEAT,
  "POST /api/v1/seats/:seat/solution": OWN_SEAT,
  "GET /api/v1/seats/:seat/events": OWN_SEAT_READ,
  "GET /api/v1/seats/:seat/xray": OWN_SEAT_READ,
  "GET /api/v1/seats/:seat/files": OWN_SEAT_READ,
  "GET /api/v1/seats/:seat/files/text": OWN_SEAT_READ,
  "GET /api/v1/seats/:seat/files/raw": OWN_SEAT_READ,
  "PUT /api/v1/seats/:seat/files": OWN_SEAT,
  "GET /api/v1/seats/:seat/definitions": OWN_SEAT_READ,
  "GET /api/v1/seats/:seat/definitions/:kind": OWN_SEAT_READ,
  "PUT /api/v1/seats/:seat/definitions/:kind": OWN_SEAT,
  "POST /api/v1/seats/:seat/snapshots": OWN_SEAT,
  "POST /api/v1/seats/:seat/snapshots/:snapshot/return": OWN_SEAT,
  "DELETE /api/v1/seats/:seat/snapshots/:snapshot": OWN_SEAT,
  // WebSockets. The same address without an upgrade tells why one was refused.
  "GET /api/v1/seats/:seat/terminals/:terminal": OWN_SEAT,
  "GET /api/v1/seats/:seat/screens/:screen": OWN_SEAT,
  "POST /api/v1/seats/:seat/terminals/:terminal/recording": OWN_SEAT,
  "DELETE /api/v1/seats/:seat/terminals/:terminal/recording": OWN_SEAT,
  "GET /api/v1/recordings": OWN_SEAT_READ,
  "GET /api/v1/recordings/:recording": OWN_SEAT_READ,
  "DELETE /api/v1/recordings/:recording": OWN_SEAT,

  "GET /api/v1/sso": ["yes", "yes", "yes", "yes", "yes"],
  "GET /api/v1/sso/login": ["yes", "yes", "yes", "yes", "yes"],
  "GET /api/v1/sso/callback": ["no", "yes", "yes", "yes", "yes"],
  "POST /api/v1/account": ["no", "yes", "no", "no", "no"],
  "POST /api/v1/session": ["no", "yes", "yes", "yes", "yes"],
  "DELETE /api/v1/session": SIGNED_IN,
  "POST /api/v1/account/password": SIGNED_IN,
  "GET /api/v1/sessions": SIGNED_IN,
  "DELETE /api/v1/sessions": SIGNED_IN,
  "GET /api/v1/tokens": SIGNED_IN,
  "POST /api/v1/tokens": SIGNED_IN,
  "DELETE /api/v1/tokens/:token": ["no", "no", "own", "own", "own"],

  // What one is in, and what one teaches: never somebody else's.
  "GET /api/v1/classes": OWN_SEAT_READ,
  "POST /api/v1/classes": TEACHES,
  "POST /api/v1/classes/capacity": TEACHES,
  "GET /api/v1/classes/:class": OWN_CLASS,
  "PUT /api/v1/classes/:class": OWN_CLASS,
  "DELETE /api/v1/classes/:class": OWN_CLASS,
  "POST /api/v1/classes/:class/code": OWN_CLASS,
  "GET /api/v1/classes/:class/grades": OWN_CLASS,
  "GET /api/v1/classes/:class/grades.csv": OWN_CLASS,
  "GET /api/v1/classes/:class/live": OWN_CLASS,
  "DELETE /api/v1/classes/:class/members/:learner": OWN_CLASS,
  "GET /api/v1/classes/:class/exam": OWN_CLASS,
  "POST /api/v1/classes/:class/exam/minutes": OWN_CLASS,
  "POST /api/v1/classes/:class/exam/reopen": OWN_CLASS,
  "POST /api/v1/classes/:class/exam/grade": OWN_CLASS,
  "GET /api/v1/classes/:class/appeals": OWN_CLASS,
  "GET /api/v1/classes/:class/learners/:learner/attempts": OWN_CLASS,
  "POST /api/v1/classes/:class/learners/:learner/points": OWN_CLASS,
  "GET /api/v1/classes/:class/attempts/:attempt": OWN_CLASS,
  "POST /api/v1/classes/:class/attempts/:attempt/regrade": OWN_CLASS,
  "POST /api/v1/classes/:class/attempts/:attempt/counts": OWN_CLASS,
  "POST /api/v1/classes/:class/attempts/:attempt/answer": OWN_CLASS,
  "GET /api/v1/classes/:class/attempts/:attempt/recordings/:recording": OWN_CLASS,
  // Exams that one is in, and one's own verdicts with what they rest on.
  "GET /api/v1/exams": OWN_SEAT_READ,
  "POST /api/v1/exams/:class/begin": OWN_SEAT,
  "POST /api/v1/exams/:class/hand-in": OWN_SEAT,
  "GET /api/v1/attempts": OWN_SEAT_READ,
  "GET /api/v1/attempts/:attempt": OWN_SEAT_READ,
  "POST /api/v1/attempts/:attempt/appeal": OWN_SEAT,
  // The room while it works. A learner's host is shown and touched only while they are at an exercise of the class.
  "POST /api/v1/classes/:class/messages": OWN_CLASS,
  "POST /api/v1/classes/:class/pause": OWN_CLASS,
  "PUT /api/v1/classes/:class/shown": OWN_CLASS,
  "DELETE /api/v1/classes/:class/shown": OWN_CLASS,
  "POST /api/v1/classes/:class/starting-points": OWN_CLASS,
  "DELETE /api/v1/classes/:class/starting-points/:exercise": OWN_CLASS,
  "POST /api/v1/classes/:class/members/:learner/reset": OWN_CLASS,
  "POST /api/v1/classes/:class/members/:learner/more": OWN_CLASS,
  "POST /api/v1/classes/:class/members/:learner/join": OWN_CLASS,
  "POST /api/v1/classes/:class/members/:learner/twin": OWN_CLASS,
  "DELETE /api/v1/classes/:class/members/:learner/hand": OWN_CLASS,
  "GET /api/v1/classes/:class/members/:learner/terminals/:terminal": OWN_CLASS,
  // Members of the class, whatever they are besides.
  "POST /api/v1/classes/:class/hand": OWN_SEAT,
  "DELETE /api/v1/classes/:class/hand": OWN_SEAT,
  "GET /api/v1/classes/:class/shown/terminal": OWN_SEAT,
  "POST /api/v1/seats/:seat/watchers/:watcher": OWN_SEAT,
  // The code is the key.
  "GET /api/v1/join/:code": ["yes", "yes", "yes", "yes", "yes"],
  "POST /api/v1/join": ["no", "yes", "yes", "yes", "yes"],

  "GET /api/v1/gradings": TEACHES,
  "POST /api/v1/gradings": TEACHES,
  "GET /api/v1/gradings/:grading": OWN_GRADING,
  "DELETE /api/v1/gradings/:grading": OWN_GRADING,

  // An instructor's are those of their own classes.
  "GET /api/v1/webhooks": TEACHES,
  "POST /api/v1/webhooks": TEACHES,
  "DELETE /api/v1/webhooks/:webhook": OWN_CLASS,
  "POST /api/v1/webhooks/:webhook/test": OWN_CLASS,
  "GET /api/v1/webhooks/:webhook/deliveries": OWN_CLASS,

  "GET /api/v1/lti": ADMIN,
  "POST /api/v1/lti/registrations": ADMIN,
  "POST /api/v1/lti/registrations/:registration/deployments": ADMIN,
  "DELETE /api/v1/lti/registrations/:registration": ADMIN,
  "POST /api/v1/lti/registration-links": ADMIN,
  "POST /api/v1/lti/keys/rotate": ADMIN,
  "GET /api/v1/lti/scores": ADMIN,

  // Who teaches a course at its platform; nobody else has it, whatever they are here.
  "GET /api/v1/lti/courses": ["no", "no", "no", "own", "own"],
  "GET /api/v1/lti/courses/:course/members": ["no", "no", "no", "own", "own"],

  "GET /api/v1/people": ADMIN,
  "POST /api/v1/people/:person/role": ADMIN,
  "POST /api/v1/people/:person/password": ADMIN,
};

/** The row of a route; undefined where the table has none. */
export function permissionsOf(method: string, url: string): Readonly<Record<Actor, Permission>> | undefined {
  const row = Object.hasOwn(PERMISSIONS, `${method} ${url}`) ? PERMISSIONS[`${method} ${url}`] : undefined;
  return row && (Object.fromEntries(ACTORS.map((actor, at) => [actor, row[at] ?? "no"])) as Record<Actor, Permission>);
}

/**
 * What no token may, whatever its scope: who somebody is, how they sign in, what they may be, and more tokens. A token that is found
 * can then be revoked, and nothing of it is left.
 */
export const PEOPLE_ALONE: ReadonlySet<string> = new Set([
  "GET /api/v1/sso/login",
  "GET /api/v1/sso/callback",
  "POST /api/v1/account",
  "POST /api/v1/session",
  "DELETE /api/v1/session",
  "POST /api/v1/account/password",
  "GET /api/v1/sessions",
  "DELETE /api/v1/sessions",
  "GET /api/v1/tokens",
  "POST /api/v1/tokens",
  "DELETE /api/v1/tokens/:token",
  "POST /api/v1/people/:person/role",
  "POST /api/v1/people/:person/password",
]);

/** Asked for by GET, and yet more than a look: what is typed there is done. */
const MORE_THAN_READING: ReadonlySet<string> = new Set([
  "GET /api/v1/seats/:seat/terminals/:terminal",
  "GET /api/v1/seats/:seat/screens/:screen",
  "GET /api/v1/classes/:class/members/:learner/terminals/:terminal",
]);

/** What a token of a person may: never more than the person, and less by its scope. */
export function permissionWithToken(method: string, url: string, role: Role, scope: TokenScope): Permission {
  const route = `${method} ${url}`;
  const permission = permissionsOf(method, url)?.[role] ?? "no";
  if (PEOPLE_ALONE.has(route)) return "no";
  if (scope === "read" && (method !== "GET" || MORE_THAN_READING.has(route))) return "no";
  return permission;
}
