import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { HandPage } from "../../tests/support/terminal-server.ts";
import type { ClassEvent, ClassView, Grades } from "../contract/classes.ts";
import type { Classroom } from "../contract/classroom.ts";
import type { SeatEvent } from "../contract/events.ts";
import type { Role } from "../contract/people.ts";
import type { Me, SeatView } from "../contract/seat.ts";
import { type FakeBrowser, fakeServer, OUR_PAGE } from "../fake-rooms.ts";
import type { FakeShell } from "../hosts/fake/fake-shell.ts";
import { follow, signedIn, until } from "./testing-people.ts";

let server: Awaited<ReturnType<typeof fakeServer>>;
let origin: string;
const pages: HandPage[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) page.socket.terminate();
  await server.close();
});

const person = (login: string, role: Role): Promise<FakeBrowser> => signedIn(server, login, role);

/** A server on a real socket, an instructor with a class, and learners in it who are at work. */
async function inClass(...names: readonly string[]) {
  server = await fakeServer();
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const grace = await person("grace", "instructor");
  const room = (await grace.send("POST", "/api/v1/classes", { name: "KVM", exercises: [{ exercise: "hot-add" }], seats: 9 })).json<ClassView>();
  const path = `/api/v1/classes/${room.id}`;
  const learners = await Promise.all(
    names.map(async (name) => {
      const browser = await server.browser().open();
      await browser.send("POST", "/api/v1/join", { code: room.code, name });
      return { browser, seat: await browser.startReady() };
    }),
  );
  const grades = async (): Promise<Grades> => (await grace.send("GET", `${path}/grades`)).json();
  const idOf = async (name: string): Promise<string> => (await grades()).learners.find((one) => one.name === name)?.learner ?? "";
  return { grace, room, path, learners, grades, idOf };
}

const hear = <Event>(browser: FakeBrowser, path: string): Promise<Event[]> => follow<Event>(`${origin}${path}`, browser);
const lastClassroom = (heard: readonly SeatEvent[]): Classroom | undefined =>
  heard.flatMap((event) => (event.type === "classroom" ? event.classroom : [])).at(-1);

function open(browser: FakeBrowser, path: string): HandPage {
  const page = new HandPage(`${origin.replace("http", "ws")}${path}`, { origin: OUR_PAGE.origin, cookie: browser.cookie });
  pages.push(page);
  return page;
}
const statusOf = async (browser: FakeBrowser, path: string): Promise<string> => (await browser.send("GET", path)).json().code;
const shellOf = (at: number): FakeShell => server.backend.hosts[at]?.shells[0] as FakeShell;

test("a learner's terminal is watched, and the learner knows; they type together once the learner agrees, and no longer than that", async () => {
  const { grace, path, learners, idOf } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const heard = await hear<SeatEvent>(anna.browser, `/api/v1/seats/${anna.seat.id}/events`);
  const own = await open(anna.browser, `/api/v1/seats/${anna.seat.id}/terminals/1`).attach(100, 30);
  const id = await idOf("Anna");
  const watching = await open(grace, `${path}/members/${id}/terminals/1`).attach(20, 5);
  assert.deepEqual(watching.messages.at(-1), { type: "snapshot", cols: 100, rows: 30 }, "the learner's size holds");
  const [watcher] = await until(() => lastClassroom(heard)?.watchers.length === 1 && lastClassroom(heard)?.watchers);
  assert.ok(watcher);
  assert.deepEqual([watcher.name, watcher.state], ["grace", "watches"]);

  shellOf(0).say("hello");
  await watching.until(() => watching.text === "hello");
  await own.until(() => own.text === "hello");
  watching.type("rm -rf /\r");
  await watching.until(() => watching.messages.some((message) => message.type === "problem" && message.problem.code === "not_allowed"));
  assert.equal(shellOf(0).typed, "", "whoever only watches types nothing");
  const answer = (may: boolean, who = watcher.id) => anna.browser.send("POST", `/api/v1/seats/${anna.seat.id}/watchers/${who}`, { may });
  assert.equal((await answer(true)).statusCode, 204);
  watching.type("unasked");
  assert.equal((await answer(true, "nobody")).json().code, "not_found");

  await grace.send("POST", `${path}/members/${id}/join`, { wanted: true });
  await until(() => lastClassroom(heard)?.watchers[0]?.state === "asks");
  await answer(true);
  await until(() => lastClassroom(heard)?.watchers[0]?.state === "types");
  watching.type("ls\r");
  await watching.until(() => shellOf(0).typed === "ls\r");
  await answer(false);
  const refused = (): number => watching.messages.filter((message) => message.type === "problem").length;
  const before = refused();
  watching.type("again");
  await watching.until(() => refused() > before);
  assert.equal(shellOf(0).typed, "ls\r");

  watching.socket.close();
  await until(() => lastClassroom(heard)?.watchers.length === 0);
});

test("nobody else watches: no other instructor, no learner, no page of others, and nobody what is outside of the class", async () => {
  const { grace, path, learners, idOf } = await inClass("Anna", "Bert");
  const [anna, bert] = learners;
  assert.ok(anna && bert);
  const terminal = `${path}/members/${await idOf("Anna")}/terminals/1`;
  assert.equal(await statusOf(grace, terminal), "bad_request", "a socket is expected, and that is all");
  assert.equal(await statusOf(await person("alan", "instructor"), terminal), "not_found");
  assert.equal(await statusOf(bert.browser, terminal), "sign_in_needed");
  assert.equal(await statusOf(grace, `${path}/members/${await idOf("Anna")}/terminals/2`), "not_found", "no shell is opened for it");
  assert.equal(await statusOf(grace, `${path}/members/nobody/terminals/1`), "not_found");
  const foreign = new HandPage(`${origin.replace("http", "ws")}${terminal}`, { origin: "http://evil.test", cookie: grace.cookie });
  await foreign.until(() => foreign.closed !== undefined);
  assert.equal(foreign.messages.length, 0);

  await anna.browser.send("POST", "/api/v1/seats", { exercise: "balloon", replace: true });
  assert.equal(await statusOf(grace, terminal), "host_not_ready", "what is not of the class is Anna's alone");
  assert.equal((await grace.send("POST", `${path}/members/${await idOf("Anna")}/reset`, {})).json().code, "host_not_ready");
  assert.equal(
    (await anna.browser.send("POST", `/api/v1/seats/${bert.seat.id}/watchers/x`, { may: true })).json().code,
    "not_yours",
    "nobody answers for somebody else",
  );
});

test("messages reach all or one, a hand reaches the instructor, and its answer takes it down", async () => {
  const { grace, path, learners, grades, idOf } = await inClass("Anna", "Bert");
  const [anna, bert] = learners;
  assert.ok(anna && bert);
  const [toAnna, toBert] = await Promise.all([anna, bert].map(({ browser, seat }) => hear<SeatEvent>(browser, `/api/v1/seats/${seat.id}/events`)));
  const live = await hear<ClassEvent>(grace, `${path}/live`);
  assert.ok(toAnna && toBert);
  await grace.send("POST", `${path}/messages`, { text: "Five minutes left." });
  await grace.send("POST", `${path}/messages`, { text: "Look at\nvirsh help.", learner: await idOf("Anna") });
  const notes = await until(() => lastClassroom(toAnna)?.notes.length === 2 && lastClassroom(toAnna)?.notes);
  assert.deepEqual(
    notes.map(({ from, text, all }) => [from, text, all]),
    [
      ["grace", "Five minutes left.", true],
      ["grace", "Look at\nvirsh help.", false],
    ],
  );
  await until(() => lastClassroom(toBert)?.notes.length === 1);
  assert.equal((await grace.send("POST", `${path}/messages`, { text: "" })).statusCode, 400);
  assert.equal((await grace.send("POST", `${path}/messages`, { text: "x", learner: "nobody" })).json().code, "not_found");

  await anna.browser.send("POST", `${path}/hand`, { text: "It hangs." });
  await until(() => lastClassroom(toAnna)?.rooms[0]?.hand !== undefined);
  assert.equal(lastClassroom(toBert)?.rooms[0]?.hand, undefined);
  await until(() => live.some((event) => event.type === "standing" && event.standing.state === "asks" && event.standing.hand?.text === "It hangs."));
  assert.equal((await grace.send("DELETE", `${path}/members/${await idOf("Anna")}/hand`)).statusCode, 204);
  await until(() => lastClassroom(toAnna)?.rooms[0]?.hand === undefined);
  assert.equal((await grades()).learners[0]?.state, "works");
  const stranger = await server.browser().open();
  assert.equal((await stranger.send("POST", `${path}/hand`, {})).json().code, "not_found", "who is not in the class has no hand in it");
  assert.equal((await stranger.send("GET", `${path}/shown/terminal`)).json().code, "not_found");
});

test("the instructor's terminal is shown to the class, and nobody but them types there", async () => {
  const { grace, path, learners } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const heard = await hear<SeatEvent>(anna.browser, `/api/v1/seats/${anna.seat.id}/events`);
  assert.equal((await grace.send("PUT", `${path}/shown`, { terminal: "1" })).json().code, "host_not_ready", "without a host there is nothing to show");
  await grace.startReady("balloon");
  assert.equal((await grace.send("PUT", `${path}/shown`, { terminal: "2" })).json().code, "not_found");
  assert.equal((await grace.send("PUT", `${path}/shown`, { terminal: "1" })).statusCode, 204);
  await until(() => lastClassroom(heard)?.rooms[0]?.shows?.by === "grace");
  const looking = await open(anna.browser, `${path}/shown/terminal`).attach();
  shellOf(1).say("see here");
  await looking.until(() => looking.text === "see here");
  looking.type("mine now");
  await looking.until(() => looking.messages.some((message) => message.type === "problem"));
  assert.equal(shellOf(1).typed, "");
  shellOf(1).exit(0);
  await until(() => lastClassroom(heard)?.rooms[0]?.shows === undefined);
});

test("a pause holds every host of the class and sends the viewers away; what goes on goes on where it stood", async () => {
  const { grace, path, learners } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const seat = `/api/v1/seats/${anna.seat.id}`;
  const own = await open(anna.browser, `${seat}/terminals/1`).attach();
  const stranger = await server.browser().open();
  const other = await stranger.startReady();
  assert.equal((await grace.send("POST", `${path}/pause`, { paused: true })).statusCode, 204);
  await own.until(() => own.messages.some((message) => message.type === "problem" && message.problem.code === "class_paused"));
  assert.deepEqual((await anna.browser.send("GET", seat)).json<SeatView>().held, { code: "class_paused" });
  assert.equal((await stranger.send("GET", `/api/v1/seats/${other.id}`)).json<SeatView>().held, undefined, "others work on");
  await until(() => server.backend.hosts[0]?.state === "frozen");
  for (const [method, what, body] of [
    ["GET", "/terminals/1", undefined],
    ["POST", "/checks", {}],
    ["POST", "/reset", {}],
    ["POST", "/snapshots", { name: "mine" }],
    ["GET", "/files?path=/", undefined],
  ] as const)
    assert.equal((await anna.browser.send(method, `${seat}${what}`, body)).json().code, "class_paused", what);
  assert.equal((await anna.browser.send("POST", "/api/v1/seats", { exercise: "balloon", replace: true })).json().code, "class_paused");

  assert.equal((await grace.send("POST", `${path}/pause`, { paused: false })).statusCode, 204);
  const again = await open(anna.browser, `${seat}/terminals/1`).attach();
  again.type("on");
  await again.until(() => shellOf(0).typed === "on");
});

test("who is no longer in a paused class is held no longer: it was archived, or works on something else", async () => {
  const { grace, path, learners } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const held = async () => (await anna.browser.send("GET", `/api/v1/seats/${anna.seat.id}`)).json<SeatView>().held;
  const freed = async (): Promise<void> => {
    for (const deadline = Date.now() + 2_000; (await held()) !== undefined; await delay(5)) assert.ok(Date.now() < deadline, "it is still held");
  };
  const pause = async (): Promise<void> => {
    await grace.send("POST", `${path}/pause`, { paused: true });
    assert.deepEqual(await held(), { code: "class_paused" });
  };
  await pause();
  await grace.send("PUT", path, { name: "KVM", exercises: [{ exercise: "balloon" }], seats: 9 });
  await freed();
  await grace.send("PUT", path, { name: "KVM", exercises: [{ exercise: "hot-add" }], seats: 9 });
  await pause();
  assert.equal((await grace.send("DELETE", path)).statusCode, 204);
  await freed();
});

test("a learner gives a twin of their host with their hand; it opens as the instructor's own, and goes when the hand does", async () => {
  const { grace, path, learners, idOf } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const id = await idOf("Anna");
  assert.equal((await grace.send("POST", `${path}/members/${id}/twin`, {})).json().code, "not_found", "without a word there is no twin");
  assert.equal((await anna.browser.send("POST", `${path}/hand`, { twin: true })).statusCode, 204);
  assert.equal(server.backend.saved().length, 1);
  await grace.startReady("balloon");
  assert.equal((await grace.send("POST", `${path}/members/${id}/twin`, {})).json().code, "seat_taken");
  const twin = (await grace.send("POST", `${path}/members/${id}/twin`, { replace: true })).json<SeatView>();
  assert.deepEqual([twin.exercise, twin.id === anna.seat.id], ["hot-add", false]);
  await until(() => server.backend.hosts.length === 3);
  assert.equal((await anna.browser.send("GET", `/api/v1/seats/${anna.seat.id}`)).json<SeatView>().phase, "ready", "the original is not touched");
  await anna.browser.send("POST", `${path}/hand`, { twin: true });
  assert.equal(server.backend.saved().length, 1, "a new twin takes the old one's place");
  await grace.send("DELETE", `${path}/members/${id}/hand`);
  assert.deepEqual(server.backend.saved(), []);
});

test("the instructor's host becomes the start of everybody who begins then, as a machine of its own, and no longer than it is given", async () => {
  const { grace, path, learners } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  assert.equal((await grace.send("POST", `${path}/starting-points`, {})).json().code, "host_not_ready");
  await grace.startReady("balloon");
  assert.equal((await grace.send("POST", `${path}/starting-points`, {})).json().code, "unknown_exercise", "only what the class works on");
  await grace.send("POST", "/api/v1/seats", { exercise: "hot-add", replace: true });
  await until(() => server.backend.hosts.length === 3);
  await grace.startReady("hot-add");
  assert.equal((await grace.send("POST", `${path}/starting-points`, {})).statusCode, 204);
  const [saved] = server.backend.saved();
  const anew: (boolean | undefined)[] = [];
  const restore = server.backend.restore.bind(server.backend);
  server.backend.restore = (wanted, options) => {
    assert.equal(wanted, saved);
    anew.push(options?.anew);
    return restore(wanted, options);
  };
  await anna.browser.send("POST", `/api/v1/seats/${anna.seat.id}/reset`, {});
  await until(() => anew.length === 1);
  assert.deepEqual(anew, [true]);
  const stranger = await server.browser().open();
  await stranger.startReady();
  assert.equal(anew.length, 1, "who is not in the class starts as ever");
  assert.equal((await grace.send("DELETE", `${path}/starting-points/hot-add`)).statusCode, 204);
  assert.deepEqual(server.backend.saved(), []);
});

test("a host is reset or given more time by the instructor", async () => {
  const { grace, path, learners, idOf } = await inClass("Anna");
  const [anna] = learners;
  assert.ok(anna);
  const id = await idOf("Anna");
  assert.equal((await grace.send("POST", `${path}/members/${id}/reset`, {})).statusCode, 204);
  await until(() => server.backend.hosts.length === 2);
  assert.equal((await grace.send("POST", `${path}/members/${id}/more`, {})).statusCode, 204);
  assert.equal((await anna.browser.send("GET", "/api/v1/me")).json<Me>().seat?.id, anna.seat.id);
});
