import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ClassEvent, Grades } from "../contract/classes.ts";
import type { AttemptList } from "../contract/evidence.ts";
import type { Role } from "../contract/people.ts";
import type { Me } from "../contract/seat.ts";
import { type FakeBrowser, type FakeServerOptions, fakeServer } from "../fake-rooms.ts";
import { addMember } from "../store/classes.ts";
import { joinClass, makeClass, solve, WISH } from "./testing-classes.ts";
import { follow, signedIn, until } from "./testing-people.ts";

let server: Awaited<ReturnType<typeof fakeServer>> | undefined;
const begin = async (options: FakeServerOptions = {}) => {
  server = await fakeServer(options);
  return server;
};
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const person = (login: string, role: Role): Promise<FakeBrowser> => {
  assert.ok(server);
  return signedIn(server, login, role);
};

test("whoever looks at a class is told of what changes, learner by learner, and of nothing else", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const other = await makeClass(teacher, { name: "another one" });
  const [anna, bert] = [await server?.browser().open(), await server?.browser().open()];
  assert.ok(anna && bert && server);
  await joinClass(anna, made.code, "Anna");
  const url = await server.app.listen({ port: 0, host: "127.0.0.1" });
  const [heard, elsewhere] = [
    await follow<ClassEvent>(`${url}/api/v1/classes/${made.id}/live`, teacher),
    await follow<ClassEvent>(`${url}/api/v1/classes/${other.id}/live`, teacher),
  ];
  await until(() => heard.length === 2 && elsewhere.length === 2);
  assert.equal(heard[1]?.type, "room");
  assert.equal(heard[0]?.type === "grades" && heard[0].grades.learners[0]?.points, 0);

  await solve(anna, "hot-add");
  await until(() => heard.some((event) => event.type === "standing" && event.standing.points === 100));
  await solve(bert, "hot-add");
  const before = heard.length;
  await delay(300);
  assert.equal(heard.length, before, "before he is in it nothing is told of him");
  const named = (name: string) => heard.filter((event) => event.type === "standing" && event.standing.name === name);
  await joinClass(bert, made.code, "Bert");
  await until(() => named("Bert").some((event) => event.type === "standing" && event.standing.points === 100));
  await joinClass(bert, made.code, "Bertie");
  await until(() => named("Bertie").length > 0);
  assert.equal(heard.length, before + 2, "of the others nothing is told again");
  assert.equal(elsewhere.length, 2);

  const { learner } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>().learners[0] ?? {};
  await teacher.send("DELETE", `/api/v1/classes/${made.id}/members/${learner}`);
  await teacher.send("PUT", `/api/v1/classes/${made.id}`, { ...WISH, name: "KVM, summer" });
  await until(() => heard.at(-1)?.type === "grades");
  const last = heard.at(-1);
  assert.deepEqual(last?.type === "grades" && [last.grades.name, last.grades.learners.map(({ name }) => name)], ["KVM, summer", ["Bertie"]]);
});

test("who came without an account and signs in later is followed on", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const account = { login: "anna", name: "Anna", password: "correct horse battery" };
  await server?.people.registerAs(account, "learner");
  const anna = await server?.browser().open();
  assert.ok(anna && server);
  await joinClass(anna, made.code, "Anna");
  const url = await server.app.listen({ port: 0, host: "127.0.0.1" });
  const heard = await follow<ClassEvent>(`${url}/api/v1/classes/${made.id}/live`, teacher);
  await until(() => heard.length === 2);
  await anna.send("POST", "/api/v1/session", { login: "anna", password: account.password, take: true });
  await until(() => heard.length === 3);
  await solve(anna, "hot-add");
  await until(() => heard.some((event) => event.type === "standing" && event.standing.name === "Anna" && event.standing.points === 100));
  const { learner } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>().learners[0] ?? {};
  const { attempts } = (await teacher.send("GET", `/api/v1/classes/${made.id}/learners/${learner}/attempts?exercise=hot-add`)).json<AttemptList>();
  assert.equal(attempts.length, 1, "what the points rest on is there to be opened");
  assert.equal((await teacher.send("POST", `/api/v1/classes/${made.id}/members/${learner}/reset`, {})).statusCode, 204, "and so is the host");
});

test("the grid of a thousand learners comes whole, and then what changes", async () => {
  await begin();
  assert.ok(server);
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher, { seats: 1_000 });
  for (let each = 0; each < 999; each += 1)
    await addMember(
      server.store,
      { class: made.id, learner: randomBytes(16).toString("hex"), name: `Learner ${each}`, joinedAt: "2026-11-01T00:00:00.000Z" },
      1_000,
    );
  const url = await server.app.listen({ port: 0, host: "127.0.0.1" });
  const heard = await follow<ClassEvent>(`${url}/api/v1/classes/${made.id}/live`, teacher);
  await until(() => heard.length === 2);
  assert.equal(heard[0]?.type === "grades" && heard[0].grades.learners.length, 999);
  assert.ok(JSON.stringify(heard[0]).length > 300_000, "it is more than a stream of another kind holds");
  await joinClass(await server.browser().open(), made.code, "The last one");
  await until(() => heard[2]?.type === "standing" && heard[2].standing.name === "The last one");
});

test("whoever is signed out sees nothing more of a class", async () => {
  await begin();
  assert.ok(server);
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const url = await server.app.listen({ port: 0, host: "127.0.0.1" });
  const response = await fetch(`${url}/api/v1/classes/${made.id}/live`, { headers: { cookie: teacher.cookie ?? "" } });
  const reader = response.body?.getReader();
  assert.equal((await reader?.read())?.done, false);
  const { person: grace } = (await teacher.send("GET", "/api/v1/me")).json<Me>();
  await server.people.setRole(grace?.id ?? "", "learner");
  const ended = (async () => {
    while ((await reader?.read())?.done === false);
    return "ended";
  })().catch(() => "cut");
  assert.match(await Promise.race([ended, delay(5_000, "it goes on")]), /ended|cut/);
});
