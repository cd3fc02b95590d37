import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { ClassView } from "../contract/classes.ts";
import type { Role } from "../contract/people.ts";
import type { SeatView } from "../contract/seat.ts";
import type { MadeToken, TokenScope } from "../contract/tokens.ts";
import type { MadeWebhook } from "../contract/webhooks.ts";
import type { Exercise } from "../exercises/exercise.ts";
import { type FakeBrowser, fakeCatalogue, fakeServer, OUR_PAGE } from "../fake-rooms.ts";
import { createLog } from "../log.ts";

/*
 * A lab with people in it: those who make wild requests, and those whose things must stay theirs.
 */

export type FakeLab = Awaited<ReturnType<typeof fakeServer>>;
const PASSWORD = "correct horse battery";

/** Somebody who makes requests. */
export interface Requester {
  readonly name: string;
  readonly role: Role | undefined;
  /** By a token, and not as a browser. */
  readonly scope: TokenScope | undefined;
  headers: Record<string, string>;
  /** Ids that are theirs, by what they name in a path. */
  readonly own: Record<string, string[]>;
  /** Makes them who they were again, after they have signed out or such. */
  renew(): Promise<void>;
}

export interface World {
  readonly server: FakeLab;
  readonly requesters: readonly Requester[];
  /** Other people's ids, by what they name in a path. */
  readonly foreign: Readonly<Record<string, readonly string[]>>;
  /** Never in an answer, never in the log, whoever asks. */
  readonly secrets: readonly string[];
  /** What only those whom it is about, and admins, may read. */
  readonly privateTexts: readonly string[];
  /** All that was logged. */
  log(): string;
  /** Fails when something of those who did nothing is lost or changed. */
  assertNothingLost(): Promise<void>;
}

const EXAM_SOLUTION = "echo exam-solution-1f9c";
const OTHERS_PASSWORD = "victorias own words 5512";

export async function plantWorld(): Promise<World> {
  const lines: string[] = [];
  const destination = new Writable({
    write: (piece, _encoding, done) => {
      lines.push(String(piece));
      done();
    },
  });
  const server = await fakeServer({
    room: 40,
    catalogue: examCatalogue(),
    log: createLog("debug", destination),
    // No name has an address here: nothing leaves the machine.
    lookup: ((_name: string, _options: object, callback: (error: Error) => void) => callback(new Error("no network here"))) as never,
  });
  const requesters = await makeRequesters(server);
  const planted = await plantOthers(server);
  return { server, requesters, ...planted, log: () => lines.join("") };
}

/** The second exercise is an exam, whose solution nobody sees. */
function examCatalogue() {
  const file = join(import.meta.dirname, "..", "..", "node_modules", ".fuzz-exam-solution.sh");
  writeFileSync(file, `${EXAM_SOLUTION}\n`);
  const plain = fakeCatalogue(file);
  const all = plain.list().map((one): Exercise => ({ ...one, definition: { ...one.definition, exam: true } }));
  return { list: () => all, get: (id: string) => all.find((one) => one.id === id) ?? plain.get(id) };
}

async function signUp(server: FakeLab, login: string, name: string, role: Role, password = PASSWORD): Promise<{ browser: FakeBrowser; id: string }> {
  const browser = await server.browser().open();
  const { id } = (await browser.send("POST", "/api/v1/account", { login, name, password })).json<{ id: string }>();
  if (role !== "learner") {
    await server.people.setRole(id, role);
    await browser.send("POST", "/api/v1/session", { login, password });
  }
  return { browser, id };
}

async function makeRequesters(server: FakeLab): Promise<Requester[]> {
  const all: Requester[] = [{ name: "newcomer", role: undefined, scope: undefined, headers: { ...OUR_PAGE }, own: {}, renew: async () => {} }];
  const anonymous: Requester = {
    name: "anonymous",
    role: undefined,
    scope: undefined,
    headers: {},
    own: {},
    renew: async () => {
      const browser = await server.browser().open();
      anonymous.headers = { ...OUR_PAGE, cookie: browser.cookie ?? "" };
    },
  };
  await anonymous.renew();
  all.push(anonymous);
  for (const role of ["learner", "instructor", "admin"] as const) {
    const { browser, id } = await signUp(server, `fuzz-${role}`, `Fuzz ${role}`, role);
    const own: Requester["own"] = { person: [], token: [] };
    const person: Requester = {
      name: role,
      role,
      scope: undefined,
      headers: { ...OUR_PAGE, cookie: browser.cookie ?? "" },
      own,
      renew: async () => {
        const session = /ringside-session=([^;]+)/.exec(person.headers["cookie"] ?? "")?.[1] ?? "";
        if ((await server.sessions.find(session)) !== undefined) return;
        const { secret } = await server.sessions.begin(id, "fuzz");
        person.headers = { ...OUR_PAGE, cookie: `ringside-session=${secret}` };
      },
    };
    all.push(person);
    for (const scope of ["read", "full"] as const satisfies readonly TokenScope[]) {
      const { secret } = await server.tokens.make(id, { name: scope, scope, days: 366 });
      all.push({
        name: `${role}, token ${scope}`,
        role,
        scope,
        headers: { host: OUR_PAGE.host, authorization: `Bearer ${secret}` },
        own,
        renew: async () => {},
      });
    }
  }
  await giveWork(server, all);
  // Somebody for admins to change, and nobody else.
  const pawn = await signUp(server, "pawn", "Pawn", "learner");
  for (const { role, own } of all) if (role === "admin") own["person"] = [pawn.id];
  return all;
}

/** A class, who is in it, and hosts: so that what they ask for is sometimes there. */
async function giveWork(server: FakeLab, all: readonly Requester[]): Promise<void> {
  const send = async (by: Requester | undefined, method: "POST", url: string, body: object) => {
    const answer = await server.app.inject({ method, url, headers: by?.headers ?? {}, body });
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json();
  };
  const named = (name: string): Requester | undefined => all.find((one) => one.name === name);
  for (const teacher of ["instructor", "admin"]) {
    const { id, code } = await send(named(teacher), "POST", "/api/v1/classes", { name: teacher, exercises: [{ exercise: "hot-add" }] });
    for (const one of all) if (one.role === named(teacher)?.role) Object.assign(one.own, { class: [id], code: [code] });
    for (const name of ["learner", "anonymous", "instructor"]) {
      const member = named(name);
      await send(member, "POST", "/api/v1/join", { code, name });
      if (member !== undefined) member.own["class"] = [...(member.own["class"] ?? []), id];
    }
    const { learners } = (await server.app.inject({ method: "GET", url: `/api/v1/classes/${id}/grades`, headers: named(teacher)?.headers ?? {} })).json();
    for (const one of all) if (one.name === teacher) one.own["learner"] = learners.map(({ learner }: { learner: string }) => learner);
  }
  for (const one of all)
    if (one.scope === undefined && one.name !== "newcomer") one.own["seat"] = [(await send(one, "POST", "/api/v1/seats", { exercise: "hot-add" })).id];
}

async function plantOthers(server: FakeLab): Promise<Omit<World, "server" | "requesters" | "log">> {
  const owner = await signUp(server, "ottilie", "Ottilie Privat-3371", "instructor", OTHERS_PASSWORD);
  const made = await owner.browser.send("POST", "/api/v1/classes", { name: "Privatklasse-8812", exercises: [{ exercise: "hot-add" }] });
  const { id: classId, code } = made.json<ClassView>();
  const vic = await signUp(server, "victoria-login-77", "Victoria Privat-9020", "learner", OTHERS_PASSWORD);
  await vic.browser.send("POST", "/api/v1/join", { code, name: "Vicky Privat-6604" });
  const seat = await vic.browser.startReady();
  await vic.browser.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  const snapshots = (await vic.browser.send("POST", `/api/v1/seats/${seat.id}/snapshots`, { name: "Privatstand-1182" })).json<SeatView>().snapshots;
  await vic.browser.send("POST", `/api/v1/classes/${classId}/hand`, { text: "Privatfrage-4419" });
  await owner.browser.send("POST", `/api/v1/classes/${classId}/messages`, { text: "Privatwort-7730" });
  const hook = (
    await owner.browser.send("POST", "/api/v1/webhooks", { url: "https://privat-5518.example/", events: ["check.made"], class: classId })
  ).json<MadeWebhook>();
  const token = (await vic.browser.send("POST", "/api/v1/tokens", { name: "Privatzeichen-2093", scope: "full" })).json<MadeToken>();
  const nobody = await server.browser().open();
  const other = await nobody.startReady("balloon");
  const learner = (await server.store.db.selectFrom("people").select("learner").where("id", "=", vic.id).executeTakeFirstOrThrow()).learner;

  const { db } = server.store;
  const people = [owner.id, vic.id];
  const snapshot = async () => ({
    people: await db.selectFrom("people").selectAll().where("id", "in", people).execute(),
    passwords: await db.selectFrom("passwords").selectAll().where("person", "in", people).execute(),
    classes: await db.selectFrom("classes").selectAll().where("id", "=", classId).execute(),
    exercises: await db.selectFrom("class_exercises").selectAll().where("class", "=", classId).execute(),
    members: await db.selectFrom("members").selectAll().where("class", "=", classId).execute(),
    attempts: await db.selectFrom("attempts").selectAll().where("seat", "in", [seat.id, other.id]).execute(),
    seats: await db.selectFrom("seats").select(["id", "learner", "exercise", "ended_at"]).where("id", "in", [seat.id, other.id]).execute(),
    snapshots: await db.selectFrom("snapshots").select(["id", "seat", "name"]).where("seat", "=", seat.id).execute(),
    hands: await db.selectFrom("hands").selectAll().where("class", "=", classId).execute(),
    messages: await db.selectFrom("class_messages").selectAll().where("class", "=", classId).execute(),
    webhooks: await db.selectFrom("webhooks").selectAll().where("class", "=", classId).execute(),
    tokens: await db.selectFrom("tokens").select(["id", "person", "scope"]).where("person", "in", people).execute(),
  });
  const before = await snapshot();
  assert.equal(before.attempts.length, 1);
  const hashes = [
    ...before.passwords,
    ...(await db.selectFrom("tokens").select("hash").execute()),
    ...(await db.selectFrom("sessions").select("hash").execute()),
  ];
  const sessionOf = (browser: FakeBrowser): string => /ringside-session=([^;]+)/.exec(browser.cookie ?? "")?.[1] ?? "";
  return {
    foreign: {
      seat: [seat.id, other.id],
      class: [classId],
      learner: [learner],
      person: people,
      watcher: people,
      snapshot: snapshots.map(({ id }) => id),
      webhook: [hook.webhook.id],
      token: [token.token.id],
    },
    secrets: [...hashes.map(({ hash }) => hash), OTHERS_PASSWORD, token.secret, hook.secret, sessionOf(vic.browser), sessionOf(owner.browser), EXAM_SOLUTION],
    privateTexts: [
      ...["Privat-3371", "Privatklasse-8812", "Privat-9020", "victoria-login-77", "Privat-6604", "Privatstand-1182", "Privatfrage-4419", "Privatwort-7730"],
      ...["privat-5518", "Privatzeichen-2093", code, vic.id, owner.id, learner, seat.id, classId, token.token.id, hook.webhook.id],
    ],
    assertNothingLost: async () => {
      const after = await snapshot();
      for (const [table, rows] of Object.entries(before)) assert.deepEqual(after[table as keyof typeof after], rows, `${table} of somebody who did nothing`);
      for (const [browser, one] of [
        [vic.browser, seat],
        [nobody, other],
      ] as const) {
        const now = (await browser.send("GET", `/api/v1/seats/${one.id}`)).json<SeatView>();
        assert.deepEqual([now.phase, now.host?.id], ["ready", one.host?.id]);
      }
      const grades = (await owner.browser.send("GET", `/api/v1/classes/${classId}/grades`)).json();
      assert.deepEqual(
        grades.learners.map(({ name, points }: { name: string; points: number }) => [name, points]),
        [["Vicky Privat-6604", 100]],
      );
    },
  };
}
