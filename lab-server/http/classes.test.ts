import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { ClassesView, ClassView, Grades, JoinedClass } from "../contract/classes.ts";
import type { Role } from "../contract/people.ts";
import { type FakeBrowser, type FakeServerOptions, fakeServer } from "../fake-rooms.ts";
import { joinClass, makeClass, solve, WISH } from "./testing-classes.ts";
import { signedIn } from "./testing-people.ts";

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

test("an instructor makes a class, learners join with its code, and the grades add up", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  assert.match(made.code, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.deepEqual([made.members, made.capacity.enough, made.paused], [0, true, false]);

  const anna = await server?.browser().open();
  assert.ok(anna);
  const looked = await anna.send("GET", `/api/v1/join/${made.code.toLowerCase()}`);
  assert.deepEqual(looked.json(), { name: "KVM, spring", instructor: "grace", exercises: 2 });
  assert.equal((await joinClass(anna, made.code)).statusCode, 400, "without an account a name is needed");
  assert.equal((await joinClass(anna, made.code.replace("-", " ").toLowerCase(), "Anna")).json<JoinedClass>().as, "Anna");
  const bert = await person("bert", "learner");
  assert.equal((await joinClass(bert, made.code)).json<JoinedClass>().as, "bert");
  assert.equal((await anna.send("GET", "/api/v1/classes")).json<ClassesView>().joined[0]?.name, "KVM, spring");

  await solve(anna, "hot-add");
  const grades = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>();
  assert.equal(grades.most, 150);
  assert.deepEqual(
    grades.learners.map(({ name, points, cells }) => [name, points, cells.map((cell) => [cell.passed, cell.tasks, cell.attempts])]),
    [
      [
        "Anna",
        100,
        [
          [1, 1, 1],
          [0, 1, 0],
        ],
      ],
      [
        "bert",
        0,
        [
          [0, 1, 0],
          [0, 1, 0],
        ],
      ],
    ],
  );
  assert.deepEqual(grades.learners[0]?.now, { exercise: "hot-add", phase: "ready", frozen: false, terminals: ["1"], watchers: [], done: ["task"] });
});

test("a class is full, closed or its code off: nobody comes in, and wrong codes cost time", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher, { seats: 1 });
  const [anna, bert] = [await server?.browser().open(), await server?.browser().open()];
  assert.ok(anna && bert);
  assert.equal((await joinClass(anna, made.code, "Anna")).statusCode, 200);
  assert.equal((await joinClass(bert, made.code, "Bert")).json().code, "class_full");
  assert.equal((await joinClass(anna, made.code, "Anna B.")).json<JoinedClass>().as, "Anna B.", "who is in may change the name");
  await teacher.send("PUT", `/api/v1/classes/${made.id}`, { ...WISH, seats: 2, codeOn: false });
  assert.equal((await joinClass(bert, made.code, "Bert")).json().code, "no_such_class");
  await teacher.send("PUT", `/api/v1/classes/${made.id}`, { ...WISH, seats: 2, closesAt: "2026-01-01T00:00:00Z" });
  assert.equal((await joinClass(bert, made.code, "Bert")).json().code, "class_over");
  await teacher.send("PUT", `/api/v1/classes/${made.id}`, { ...WISH, seats: 2 });
  const { code } = (await teacher.send("POST", `/api/v1/classes/${made.id}/code`, {})).json<ClassView>();
  assert.equal((await joinClass(bert, made.code, "Bert")).json().code, "no_such_class", "the old code is no key any more");
  for (let tries = 0; tries < 5; tries += 1) await joinClass(bert, "0000-0000", "Bert");
  assert.equal((await joinClass(bert, code, "Bert")).json().code, "too_many");
  const carl = await server?.browser().open();
  assert.ok(carl);
  assert.equal((await joinClass(carl, code, "Carl")).statusCode, 200, "somebody else behind the same address is not held up");
});

test("another instructor's class is not there; an admin has all; learners have none", async () => {
  await begin();
  const [grace, alan, root, anna] = [
    await person("grace", "instructor"),
    await person("alan", "instructor"),
    await person("root", "admin"),
    await person("anna", "learner"),
  ];
  const made = await makeClass(grace);
  await joinClass(anna, made.code);
  assert.equal((await anna.send("POST", "/api/v1/classes", WISH)).json().code, "not_allowed", "a learner makes none");
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["PUT", "", WISH],
    ["POST", "/code", {}],
    ["GET", "/grades", undefined],
    ["GET", "/grades.csv", undefined],
    ["DELETE", "/members/none", undefined],
    ["DELETE", "", undefined],
  ] as const) {
    assert.equal((await alan.send(method, `/api/v1/classes/${made.id}${path}`, body)).json().code, "not_found", `${method} ${path}`);
    assert.equal((await anna.send(method, `/api/v1/classes/${made.id}${path}`, body)).json().code, "not_allowed", `${method} ${path}`);
  }
  assert.equal((await root.send("GET", `/api/v1/classes/${made.id}`)).json<ClassView>().members, 1);
  assert.equal((await grace.send("DELETE", `/api/v1/classes/${made.id}`)).statusCode, 204);
  assert.equal((await grace.send("GET", `/api/v1/classes/${made.id}`)).statusCode, 404);
  assert.deepEqual((await anna.send("GET", "/api/v1/classes")).json<ClassesView>().joined, []);
});

test("when the machine cannot hold the class it is said when the class is made", async () => {
  await begin({ room: 4 });
  const teacher = await person("grace", "instructor");
  assert.deepEqual((await makeClass(teacher, { seats: 30 })).capacity, { hosts: 4, wanted: 30, enough: false });
  const asked = await teacher.send("POST", "/api/v1/classes/capacity", { ...WISH, seats: 30, hosts: 4 });
  assert.deepEqual(asked.json(), { hosts: 4, wanted: 4, enough: true });
});

test("what is done late counts less, and an account later changes nothing of it", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher, { exercises: [{ exercise: "hot-add", dueAt: "2026-01-01T00:00:00Z", latePercent: 40 }] });
  const anna = await server?.browser().open();
  assert.ok(anna);
  await joinClass(anna, made.code, "Anna");
  await solve(anna, "hot-add");
  await anna.send("POST", "/api/v1/account", { login: "anna", name: "Anna", password: "correct horse battery" });
  await joinClass(anna, made.code, "Anna A.");
  const { learners } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>();
  assert.deepEqual(
    learners.map(({ name, points, cells }) => [name, points, cells[0]?.late]),
    [["Anna A.", 40, true]],
  );
});

test("a bad WISH is refused with its field", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const refused = async (more: object): Promise<string> => (await teacher.send("POST", "/api/v1/classes", { ...WISH, ...more })).json().params.reason ?? "";
  assert.match(await refused({ name: "" }), /^name: expected a name/);
  assert.match(await refused({ exercises: [] }), /^exercises: expected at least one exercise/);
  assert.match(await refused({ exercises: [{ exercise: "hot-add" }, { exercise: "hot-add" }] }), /^exercises: expected each exercise once/);
  assert.match(await refused({ seats: 0 }), /^seats/);
  assert.match(await refused({ opensAt: "2026-12-02T00:00:00Z", closesAt: "2026-12-01T00:00:00Z" }), /^closesAt: expected a moment after opensAt/);
  const unknown = await teacher.send("POST", "/api/v1/classes", { ...WISH, exercises: [{ exercise: "none" }] });
  assert.equal(unknown.json().code, "unknown_exercise");
});

test("who is taken out is out until they join again, and nobody but the class's own instructor takes them out", async () => {
  await begin();
  const [grace, alan] = [await person("grace", "instructor"), await person("alan", "instructor")];
  const made = await makeClass(grace);
  const anna = await server?.browser().open();
  assert.ok(anna);
  await joinClass(anna, made.code, "Anna");
  const members = async () => (await grace.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>().learners;
  const [{ learner = "" } = {}] = await members();
  assert.equal((await alan.send("DELETE", `/api/v1/classes/${made.id}/members/${learner}`)).json().code, "not_found");
  assert.equal((await members()).length, 1);
  assert.equal((await grace.send("DELETE", `/api/v1/classes/${made.id}/members/${learner}`)).statusCode, 204);
  assert.deepEqual([(await members()).length, (await anna.send("GET", "/api/v1/classes")).json<ClassesView>().joined.length], [0, 0]);
  await joinClass(anna, made.code, "Anna again");
  assert.deepEqual(
    (await members()).map(({ name }) => name),
    ["Anna again"],
  );
});

test("who joined without an account and takes it along is in the class once", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const account = { login: "anna", name: "Anna", password: "correct horse battery" };
  await server?.people.registerAs(account, "learner");
  const anna = await server?.browser().open();
  assert.ok(anna);
  await joinClass(anna, made.code, "Anna, nameless");
  await solve(anna, "hot-add");
  await anna.send("POST", "/api/v1/session", { login: "anna", password: account.password, take: true });
  await joinClass(anna, made.code, "Anna");
  const { learners } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>();
  assert.deepEqual(
    learners.map(({ name, points }) => [name, points]),
    [["Anna", 100]],
  );
});

test("who joined without an account and then signs in is in the class with what they do from then on", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const account = { login: "anna", name: "Anna", password: "correct horse battery" };
  await server?.people.registerAs(account, "learner");
  const anna = await server?.browser().open();
  assert.ok(anna);
  await joinClass(anna, made.code, "Anna, nameless");
  await anna.send("POST", "/api/v1/session", { login: "anna", password: account.password, take: true });
  await solve(anna, "hot-add");
  const { learners } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>();
  assert.deepEqual(
    learners.map(({ name, points }) => [name, points]),
    [["Anna, nameless", 100]],
  );
});

test("who is in a class under two ids that turn out to be one person is in it once", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const account = { login: "anna", name: "Anna", password: "correct horse battery" };
  await server?.people.registerAs(account, "learner");
  const names = async () => {
    const { learners } = (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>();
    return learners.map(({ name, points }) => [name, points]);
  };
  const visits = [];
  for (const name of ["at home", "at school"]) {
    const anna = await server?.browser().open();
    assert.ok(anna);
    visits.push(anna);
    await joinClass(anna, made.code, `Anna ${name}`);
  }
  await solve(visits[1] as FakeBrowser, "hot-add");
  for (const anna of visits) {
    await anna.send("POST", "/api/v1/session", { login: "anna", password: account.password, take: true });
  }
  assert.deepEqual(await names(), [["Anna at home", 100]]);
});

test("a class is changed to exercises that there are", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const changed = await teacher.send("PUT", `/api/v1/classes/${made.id}`, { ...WISH, exercises: [{ exercise: "none" }] });
  assert.equal(changed.json().code, "unknown_exercise");
  assert.equal((await teacher.send("GET", `/api/v1/classes/${made.id}`)).json<ClassView>().exercises.length, 2);
});

test("a right code forgives wrong ones before it; many browsers at one address cannot guess codes", async () => {
  await begin();
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const anna = await server?.browser().open();
  assert.ok(anna && server);
  for (let round = 0; round < 2; round += 1) {
    for (let tries = 0; tries < 4; tries += 1) assert.equal((await anna.send("GET", "/api/v1/join/0000-0000")).json().code, "no_such_class");
    assert.equal((await anna.send("GET", `/api/v1/join/${made.code}`)).statusCode, 200);
  }
  for (let tries = 0; tries < 60; tries += 1) await (await server.browser().open()).send("GET", "/api/v1/join/0000-0000");
  assert.equal((await (await server.browser().open()).send("GET", `/api/v1/join/${made.code}`)).json().code, "too_many");
});

test("what somebody did elsewhere without an account counts in their class once they take it along", async () => {
  await begin();
  assert.ok(server);
  const teacher = await person("grace", "instructor");
  const made = await makeClass(teacher);
  const anna = await person("anna", "learner");
  await joinClass(anna, made.code);
  const elsewhere = await server.browser().open();
  await solve(elsewhere, "hot-add");
  const points = async () => (await teacher.send("GET", `/api/v1/classes/${made.id}/grades`)).json<Grades>().learners.map((one) => one.points);
  assert.deepEqual(await points(), [0]);
  const known = await server.people.byIdentity({ issuer: "https://school.example", subject: "anna", name: "anna", role: "learner" }, undefined);
  await server.people.take(known, (await server.store.db.selectFrom("attempts").select("learner").executeTakeFirstOrThrow()).learner);
  assert.deepEqual(await points(), [100]);
});
