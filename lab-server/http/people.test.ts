import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { PeopleView, Person, SessionsView } from "../contract/people.ts";
import type { Me } from "../contract/seat.ts";
import { type FakeBrowser, type FakeServerOptions, fakeServer } from "../fake-rooms.ts";
import { silentLog } from "../log.ts";
import { CHEAP_PASSWORDS } from "../people/password.ts";
import { People } from "../people/people.ts";
import { WrongTries } from "../people/wrong-tries.ts";

let server: Awaited<ReturnType<typeof fakeServer>> | undefined;
const begin = async (options: FakeServerOptions = {}) => {
  server = await fakeServer(options);
  return server;
};
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const PASSWORD = "correct horse battery";
const ada = { login: "ada", name: "Ada 爱达", password: PASSWORD };
const me = async (browser: FakeBrowser): Promise<Me> => (await browser.send("GET", "/api/v1/me")).json();
const signIn = (browser: FakeBrowser, password = PASSWORD, more: object = {}) => browser.send("POST", "/api/v1/session", { login: "ada", password, ...more });

test("an account keeps what was done without one, and is signed in", async () => {
  const { browser, store } = await begin();
  const tab = await browser().open();
  const seat = await tab.startReady();
  await tab.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  const made = await tab.send("POST", "/api/v1/account", ada);
  assert.equal(made.statusCode, 201);
  const { id, ...person } = made.json<Person>();
  assert.deepEqual(person, { name: "Ada 爱达", role: "learner", login: "ada" });
  const after = await me(tab);
  assert.equal(after.person?.id, id);
  assert.equal(after.seat?.id, seat.id, "its host is there as before");
  assert.equal(after.progress[0]?.exercise, "hot-add");
  const kept = JSON.stringify(
    await Promise.all([store.db.selectFrom("passwords").selectAll().execute(), store.db.selectFrom("sessions").selectAll().execute()]),
  );
  assert.ok(!kept.includes(PASSWORD), "no password in the database");
  assert.ok(!kept.includes(tab.cookie?.split("ringside-session=")[1] ?? "?"), "nor the secret of a session");
});

test("a browser that makes two accounts at once gives what it has done to one of them", async () => {
  const { browser } = await begin();
  const tab = await browser().open();
  const seat = await tab.startReady();
  const cookie = tab.cookie;
  const made = await Promise.all(
    ["ada", "bob"].map((login) => {
      const again = browser();
      again.cookie = cookie;
      return again.send("POST", "/api/v1/account", { ...ada, login });
    }),
  );
  assert.deepEqual(
    made.map(({ statusCode }) => statusCode),
    [201, 201],
  );
  const seats = await Promise.all(
    ["ada", "bob"].map(async (login) => {
      const elsewhere = await browser().open();
      await elsewhere.send("POST", "/api/v1/session", { login, password: PASSWORD });
      return (await me(elsewhere)).seat?.id;
    }),
  );
  assert.deepEqual(
    seats.filter((one) => one !== undefined),
    [seat.id],
  );
});

test("signing in elsewhere gives the same results and the same host; signing out gives the browser back", async () => {
  const { browser } = await begin();
  const first = await browser().open();
  const copied = first.cookie;
  const seat = await first.startReady();
  await first.send("POST", "/api/v1/account", ada);
  const second = await browser().open();
  assert.equal((await me(second)).seat, null);
  assert.equal((await signIn(second)).statusCode, 200);
  assert.equal((await me(second)).seat?.id, seat.id);
  assert.equal((await second.send("DELETE", "/api/v1/session")).statusCode, 204);
  // Nor does the browser in which the account was made stay its learner.
  await first.send("DELETE", "/api/v1/session");
  assert.deepEqual([(await me(first)).seat, (await me(first)).progress], [null, []]);
  const copy = browser();
  copy.cookie = copied;
  assert.deepEqual([(await me(copy)).seat, (await me(copy)).progress], [null, []], "nor does a copy of its cookie from before");
  const out = await me(second);
  assert.deepEqual([out.person, out.seat], [null, null]);
  assert.equal((await second.send("GET", `/api/v1/seats/${seat.id}`)).json().code, "not_yours");
});

test("what was done without an account is taken along only when it is asked for, and only once", async () => {
  const { browser } = await begin();
  await (await browser().open()).send("POST", "/api/v1/account", ada);
  const school = await browser().open();
  const seat = await school.startReady();
  await school.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  await signIn(school);
  assert.deepEqual((await me(school)).progress, []);
  await school.send("DELETE", "/api/v1/session");
  await signIn(school, PASSWORD, { take: true });
  const taken = await me(school);
  assert.deepEqual([taken.progress[0]?.attempts, taken.seat?.id], [1, seat.id], "results and the host that runs");
  await school.send("DELETE", "/api/v1/session");
  await school.send("POST", "/api/v1/account", { ...ada, login: "bob" });
  assert.deepEqual((await me(school)).progress, [], "what is Ada's does not become Bob's as well");
});

test("wrong passwords are all alike, and cost time", async () => {
  const { browser } = await begin();
  const tab = await browser().open();
  await tab.send("POST", "/api/v1/account", ada);
  await tab.send("DELETE", "/api/v1/session");
  const wrong = await signIn(tab, "wrong");
  const nobody = await tab.send("POST", "/api/v1/session", { login: "nobody", password: "wrong" });
  assert.deepEqual(nobody.json(), wrong.json());
  assert.deepEqual([wrong.statusCode, wrong.json().code], [401, "wrong_password"]);
  for (let tries = 0; tries < 4; tries += 1) await signIn(tab, "wrong");
  const slowed = await signIn(tab);
  assert.deepEqual([slowed.statusCode, slowed.json().code], [429, "too_many"], "the right one has to wait too");
});

test("the right password forgives the wrong ones before it; wrong ones at the change of a password cost time as well", async () => {
  const { store, sessions } = await begin();
  const people = new People({
    ...{ store, sessions, tokens: { revokeAll: async () => {} }, handOver: () => {}, passwordCost: CHEAP_PASSWORDS, log: silentLog },
    tries: new WrongTries({ free: 2 }),
  });
  const person = await people.register(ada, "a learner");
  const come = (password: string) => people.signIn({ login: "ada", password, take: false }, "a learner", "1.2.3.4");
  for (let round = 0; round < 2; round += 1) {
    await assert.rejects(come("wrong"), { code: "wrong_password" });
    assert.equal((await come(PASSWORD)).id, person.id);
  }
  const change = (current: string) => people.changePassword(person, "here", { current, password: "another long one" });
  for (let tries = 0; tries < 2; tries += 1) await assert.rejects(change("wrong"), { code: "wrong_password" });
  await assert.rejects(change(PASSWORD), { code: "too_many" });
});

test("whoever tries many names from one address is slowed down, and the others there only with them", async () => {
  const { store, sessions } = await begin();
  const people = new People({
    ...{ store, sessions, tokens: { revokeAll: async () => {} }, handOver: () => {}, passwordCost: CHEAP_PASSWORDS, log: silentLog },
    addresses: new WrongTries({ free: 3 }),
  });
  await people.register(ada, "a learner");
  const from = (address: string, login: string) => people.signIn({ login, password: PASSWORD, take: false }, "a learner", address);
  for (const login of ["b", "c", "d"]) await assert.rejects(from("1.2.3.4", login), { code: "wrong_password" });
  await assert.rejects(from("1.2.3.4", "ada"), { code: "too_many" });
  assert.equal((await from("5.6.7.8", "ada")).name, ada.name);
});

test("a login is somebody's once, whatever its case; a password must be long", async () => {
  const { browser } = await begin();
  await (await browser().open()).send("POST", "/api/v1/account", ada);
  const other = await browser().open();
  assert.equal((await other.send("POST", "/api/v1/account", { ...ada, login: "ADA" })).json().code, "login_taken");
  const short = await other.send("POST", "/api/v1/account", { ...ada, login: "eve", password: "short" });
  assert.match(short.json().params.reason, /at least 10 characters/);
  assert.equal((await other.send("POST", "/api/v1/account", { ...ada, login: "a b" })).statusCode, 400);
});

test("a new password signs out everywhere else, and so does whoever asks for it", async () => {
  const { browser } = await begin();
  const here = await browser().open();
  await here.send("POST", "/api/v1/account", ada);
  const there = await browser().open();
  await signIn(there);
  const { sessions } = (await here.send("GET", "/api/v1/sessions")).json<SessionsView>();
  assert.deepEqual(sessions.map(({ here: mine }) => mine).sort(), [false, true]);
  assert.equal((await here.send("POST", "/api/v1/account/password", { current: "wrong", password: "a longer password" })).statusCode, 401);
  assert.equal((await here.send("POST", "/api/v1/account/password", { current: PASSWORD, password: "a longer password" })).statusCode, 204);
  assert.equal((await me(there)).person, null);
  assert.equal((await me(here)).person?.login, "ada");
  await signIn(there, "a longer password");
  assert.equal((await here.send("DELETE", "/api/v1/sessions")).statusCode, 204);
  assert.equal((await me(there)).person, null);
});

test("admins give roles and new passwords, and everybody concerned signs in anew", async () => {
  const { browser, people } = await begin();
  const admin = await browser().open();
  const { id } = (await admin.send("POST", "/api/v1/account", { ...ada, login: "root", name: "Root" })).json<Person>();
  await people.setRole(id, "admin");
  await admin.send("POST", "/api/v1/session", { login: "root", password: PASSWORD });
  const tab = await browser().open();
  const made = (await tab.send("POST", "/api/v1/account", ada)).json<Person>();
  const { people: all } = (await admin.send("GET", "/api/v1/people")).json<PeopleView>();
  assert.deepEqual(
    all.map(({ login, role }) => [login, role]),
    [
      ["ada", "learner"],
      ["root", "admin"],
    ],
  );
  assert.equal((await admin.send("POST", `/api/v1/people/${made.id}/role`, { role: "instructor" })).json().role, "instructor");
  assert.equal((await me(tab)).person, null, "what is open was opened under another role");
  await signIn(tab);
  assert.equal((await me(tab)).person?.role, "instructor");
  assert.equal((await admin.send("POST", `/api/v1/people/${id}/role`, { role: "learner" })).json().code, "not_allowed", "not one's own");
  assert.equal((await admin.send("POST", "/api/v1/people/nobody/role", { role: "learner" })).statusCode, 404);
  const { password } = (await admin.send("POST", `/api/v1/people/${made.id}/password`, {})).json();
  assert.equal((await me(tab)).person, null);
  assert.equal((await signIn(tab, password)).statusCode, 200);
});

test("where accounts are made by admins alone, nobody makes their own", async () => {
  const { browser } = await begin({ signUp: false });
  assert.equal((await (await browser().open()).send("POST", "/api/v1/account", ada)).json().code, "not_allowed");
});

test("a forged or a stale session is nobody's, and its cookie goes", async () => {
  const { browser, store } = await begin();
  const tab = await browser().open();
  await tab.send("POST", "/api/v1/account", ada);
  const cookie = tab.cookie;
  tab.cookie = `${cookie?.split("; ")[0]}; ringside-session=${"A".repeat(43)}`;
  assert.equal((await me(tab)).person, null);
  assert.ok(!tab.cookie?.includes("ringside-session"));
  tab.cookie = cookie;
  await store.db.updateTable("sessions").set({ seen_at: "2026-01-01T00:00:00.000Z" }).execute();
  assert.equal((await me(tab)).person, null);
  assert.deepEqual(await store.db.selectFrom("sessions").selectAll().execute(), []);
});
