import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { SeatEvent } from "../contract/events.ts";
import { MOST_SNAPSHOTS } from "../contract/seat.ts";
import type { Verdict } from "../contract/verdict.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { GradeOptions } from "../grading/grade.ts";
import { Budget } from "../hosts/budget.ts";
import { FakeBackend, type FakeBackendOptions } from "../hosts/fake/fake-backend.ts";
import type { FakeHost } from "../hosts/fake/fake-host.ts";
import { HostPool } from "../hosts/pool.ts";
import { recoverHosts } from "../hosts/recover.ts";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "../store/database.ts";
import { progressOf } from "../store/progress.ts";
import { findSeat, openSeats } from "../store/seats.ts";
import { openSnapshots } from "../store/snapshots.ts";
import { HostTerminals } from "../terminals/host-terminals.ts";
import { checkSeat } from "./check-seat.ts";
import { type Prepared, preparer } from "./prepare.ts";
import type { Seat } from "./seat.ts";
import { Seats } from "./seats.ts";

const text = { en: "text", "zh-cn": "文字" };
function exercise(id: string, setup?: string): Exercise {
  const definition = {
    title: text,
    summary: text,
    minutes: 5,
    template: "running" as const,
    exam: false,
    parameters: {},
    redraw: false,
    tasks: [{ id: "task", text, hints: [] }],
  };
  const view = { ...definition, id, module: "m" };
  return { id, module: "m", definition, version: "v1", view, setup, checks: { baseline: {}, facts: {}, tasks: {} }, solve: "", mistakes: [] };
}
const EXERCISES = [exercise("hot-add"), exercise("balloon", "virsh setmem smartgo_01 512M")];
const catalogue: Catalogue = {
  list: () => EXERCISES,
  get: (id) => {
    const found = EXERCISES.find((one) => one.id === id);
    if (found === undefined) throw new LabError("unknown_exercise", { params: { exercise: id }, log: id });
    return found;
  },
};

let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-seats-"));
  store = await openStore({ stateDir, log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

function make(options: FakeBackendOptions & { warm?: number; room?: number } = {}) {
  const backend = new FakeBackend(options);
  const room = options.room ?? 9;
  const readBaseline = async () => ({ boot: { status: 0, output: "first" } });
  const pool = new HostPool<Prepared>({
    backend,
    budget: new Budget({ memoryMiB: room * 1000, vcpus: room * 2 }),
    size: options.warm ?? 0,
    prepare: preparer(EXERCISES, readBaseline),
    quietMs: 60_000,
    log: silentLog,
  });
  const terminalsFor = (host: ConstructorParameters<typeof HostTerminals>[0]) => new HostTerminals(host);
  const seats = new Seats({ store, pool, backend, catalogue, parameterKey: Buffer.alloc(32), readBaseline, terminalsFor, log: silentLog });
  return { backend, pool, seats };
}

/** Waits until something holds; the test's own time limit is the bound. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
const inPhase = (seat: Seat, phase: Seat["phase"]) => until(() => seat.phase === phase);
const code = (expected: string) => (error: unknown) => error instanceof LabError && error.code === expected;
const states = (seat: Seat) => seat.view.steps.map(({ id, state }) => `${id} ${state}`);

test("a start with an empty pool shows every step, runs setup.sh and keeps the seat", async () => {
  const { backend, seats } = make();
  const { seat, created } = seats.start("ada", "balloon", false);
  assert.equal(created, true);
  const seen: string[] = [];
  seat.subscribe((event) => {
    if (event.type !== "seat") return;
    const running = event.seat.steps.find((step) => step.state === "running")?.id ?? event.seat.phase;
    if (seen.at(-1) !== running) seen.push(running);
  });
  assert.equal(seat.phase, "starting");
  await inPhase(seat, "ready");
  assert.deepEqual(seen, ["clone", "wake", "connect", "setup", "shell", "ready"]);
  assert.ok(seat.view.steps.every((step) => step.state === "done" && step.ms !== undefined));
  const host = backend.hosts[0] as FakeHost;
  assert.deepEqual(host.commands, [{ command: 'exec bash -c "$(cat)" setup.sh', stdin: "virsh setmem smartgo_01 512M" }]);
  assert.equal(host.shells.length, 1);
  assert.equal(host.watchers, 0, "nobody is said to look when nobody does");
  assert.deepEqual(seat.ready().terminals.names, ["1"]);
  assert.equal(seat.view.host?.id, host.id);
  const record = await findSeat(store, seat.id);
  assert.deepEqual([record?.hostId, record?.baseline], [host.id, { boot: { status: 0, output: "first" } }]);
});

test("a start from the pool opens nothing and asks nothing: shell and baseline are there", async () => {
  const { backend, pool, seats } = make({ warm: 1 });
  pool.start();
  await until(() => backend.hosts[0]?.shells.length === 1);
  backend.hosts[0]?.shells[0]?.say("[root@host ~]# ");
  await until(() => pool.counts.warm === 1);
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  assert.deepEqual(states(seat), ["queue done", "clone done", "wake done", "connect done", "setup skipped", "shell done"]);
  assert.equal(backend.hosts[0]?.shells.length, 1);
  assert.equal(backend.hosts[0]?.commands.length, 0);
  assert.deepEqual(seat.ready().baseline, { boot: { status: 0, output: "first" } });
});

// Waiting for a prompt that never comes would take twice the limit.
test("a start that meets a host half prepared takes it as it is and reads what is missing", { timeout: 5000 }, async () => {
  const { backend, pool, seats } = make({ warm: 1 });
  pool.start();
  await until(() => backend.hosts[0]?.shells.length === 1);
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  assert.equal(backend.hosts[0]?.shells.length, 1, "the shell is there, though its prompt is not");
  assert.equal(seat.view.host?.id, backend.hosts[0]?.id);
  assert.deepEqual(seat.ready().baseline, { boot: { status: 0, output: "first" } });
});

test("two tabs that click Start at once get one seat and one host", async () => {
  const { backend, seats } = make();
  const [first, second] = [seats.start("ada", "hot-add", false), seats.start("ada", "hot-add", false)];
  assert.equal(first.seat, second.seat);
  assert.deepEqual([first.created, second.created], [true, false]);
  await inPhase(first.seat, "ready");
  assert.equal(seats.start("ada", "hot-add", true).seat, first.seat);
  assert.equal(backend.hosts.length, 1);
  assert.equal((await openSeats(store)).length, 1);
});

test("another exercise is seat_taken, or replaces the seat when asked", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  assert.throws(() => seats.start("ada", "balloon", false), code("seat_taken"));
  assert.throws(() => seats.start("ada", "no-such", true), code("unknown_exercise"));
  const next = seats.start("ada", "balloon", true).seat;
  assert.equal(seat.phase, "ended");
  await inPhase(next, "ready");
  assert.deepEqual(
    backend.living.map((host) => host.id),
    [next.view.host?.id],
  );
  await assert.rejects(seats.find("ada", seat.id), code("seat_ended"));
});

test("another learner's seat is not yours, alive or over, and a made-up one is not found", async () => {
  const { seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  await assert.rejects(seats.find("bob", seat.id), code("not_yours"));
  await assert.rejects(seats.reset("bob", seat.id), code("not_yours"));
  await assert.rejects(seats.end("bob", seat.id), code("not_yours"));
  await seats.end("ada", seat.id);
  await assert.rejects(seats.find("bob", seat.id), code("not_yours"));
  await assert.rejects(seats.find("ada", "0".repeat(24)), code("not_found"));
});

test("a full machine gives places, and the next in line starts when a host has ended", async () => {
  const { seats } = make({ room: 1 });
  const first = seats.start("ada", "hot-add", false).seat;
  await inPhase(first, "ready");
  const second = seats.start("bob", "hot-add", false).seat;
  const third = seats.start("eve", "hot-add", false).seat;
  await until(() => third.view.place === 2);
  assert.deepEqual([second.phase, second.view.place], ["queued", 1]);
  assert.throws(() => second.ready(), code("host_not_ready"));
  await seats.end("bob", second.id);
  await until(() => third.view.place === 1);
  await seats.end("ada", first.id);
  await inPhase(third, "ready");
  assert.equal(third.view.place, undefined);
});

test("setup.sh that fails is a failed start with its step; the host goes, and one click tries again", async () => {
  let broken = true;
  const { backend, seats } = make({ script: () => (broken ? { code: 3, stderr: "no such domain" } : {}) });
  const { seat } = seats.start("ada", "balloon", false);
  await inPhase(seat, "failed");
  assert.deepEqual(seat.view.problem, { code: "host_failed", params: { step: "setup" } });
  assert.ok(states(seat).includes("setup failed"));
  assert.throws(() => seat.ready(), code("host_not_ready"));
  await until(() => backend.living.length === 0);
  broken = false;
  await seats.reset("ada", seat.id);
  await inPhase(seat, "ready");
});

test("a backend that fails, and a shell that cannot be opened, name their step", async () => {
  const refuse = () => Promise.reject(new LabError("host_not_ready", { log: "channel refused" }));
  const { backend, seats } = make({ script: (_command, _options, host) => Object.assign(host, { openShell: refuse }) && {} });
  backend.births.push({ kind: "fail", step: "wake" });
  const ada = seats.start("ada", "hot-add", false).seat;
  await inPhase(ada, "failed");
  assert.ok(states(ada).includes("wake failed"));
  const bob = seats.start("bob", "balloon", false).seat;
  await inPhase(bob, "failed");
  assert.deepEqual(bob.view.problem, { code: "host_failed", params: { step: "shell" } });
});

test("a host that is lost is told at once, and a reset gives a new one under the same seat", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const events: SeatEvent[] = [];
  seat.subscribe((event) => events.push(event));
  backend.hosts[0]?.lose();
  const last = events.at(-1);
  assert.ok(last?.type === "seat");
  assert.deepEqual([last.seat.phase, last.seat.problem], ["lost", { code: "host_lost" }]);
  assert.throws(() => seat.ready(), code("host_lost"));
  await seats.reset("ada", seat.id);
  await inPhase(seat, "ready");
  assert.equal(seat.view.host?.id, backend.hosts[1]?.id);
  assert.equal((await findSeat(store, seat.id))?.hostId, backend.hosts[1]?.id);
});

test("a host lost during the start makes a lost seat, not a failed one", async () => {
  const lose = (host: { lose(): void }) => {
    host.lose();
    return {};
  };
  const { backend, seats } = make({ script: (_command, _options, host) => lose(host) });
  const ada = seats.start("ada", "balloon", false).seat;
  await inPhase(ada, "lost");
  backend.births.push({ kind: "lost" });
  const bob = seats.start("bob", "hot-add", false).seat;
  await inPhase(bob, "lost");
  await turn();
  assert.deepEqual([ada.phase, bob.phase], ["lost", "lost"], "and what the start still does changes nothing");
});

test("reset: a new host at once, the old one goes behind it, and nothing can be checked meanwhile", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const old = backend.hosts[0] as FakeHost;
  old.endsAfter = new Promise(() => {});
  const slow = Promise.withResolvers<void>();
  backend.births.push({ kind: "slow", until: slow.promise });
  await seats.reset("ada", seat.id);
  await until(() => states(seat).includes("connect running"));
  assert.throws(() => seat.ready(), code("host_not_ready"));
  const grade = () => assert.fail("graded a host that is being replaced");
  await assert.rejects(checkSeat(seat, { store, grade, log: silentLog }), code("host_not_ready"));
  await seats.reset("ada", seat.id);
  assert.ok(states(seat).includes("connect running"), "a second click while it resets begins nothing");
  slow.resolve();
  await inPhase(seat, "ready");
  assert.equal(backend.hosts.length, 2);
  assert.equal(old.state, "ending");
  assert.ok(old.shells[0]?.closed);
});

test("ending a seat that is still queued or starting leaves nothing behind", async () => {
  const { backend, seats } = make();
  backend.births.push({ kind: "stuck" });
  const { seat } = seats.start("ada", "hot-add", false);
  await until(() => states(seat).includes("connect running"));
  await seats.end("ada", seat.id);
  assert.equal(seat.phase, "ended");
  await turn();
  assert.equal(backend.hosts.length, 0);
  assert.equal(seats.of("ada"), undefined);
});

const verdict = (outcome: "passed" | "errored"): Omit<Verdict, "attempts"> => ({
  exercise: "hot-add",
  outcome,
  tasks: [outcome === "passed" ? { task: "task", outcome, found: text } : { task: "task", outcome, reason: text }],
  at: "2026-11-22T09:00:00.000Z",
  ms: 12,
});

test("a check keeps its attempt, tells every tab, and runs alone; an errored one counts for nothing", async () => {
  const { seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const events: SeatEvent[] = [];
  seat.subscribe((event) => events.push(event));
  const grading = Promise.withResolvers<void>();
  const slow = async ({ attempts }: GradeOptions): Promise<Verdict> => {
    await grading.promise;
    return { ...verdict("passed"), attempts: await attempts.record(verdict("passed"), {}) };
  };
  const first = checkSeat(seat, { store, grade: slow, log: silentLog });
  await assert.rejects(checkSeat(seat, { store, grade: slow, log: silentLog }), code("busy"));
  grading.resolve();
  assert.equal((await first).attempts, 1);
  assert.equal(events.at(-1)?.type, "verdict");
  const errored = async ({ attempts }: GradeOptions): Promise<Verdict> => ({ ...verdict("errored"), attempts: await attempts.count() });
  assert.equal((await checkSeat(seat, { store, grade: errored, log: silentLog })).attempts, 1);
  assert.equal((await progressOf(store, "ada"))[0]?.attempts, 1);
  const logged = await store.db.selectFrom("errored_checks").selectAll().execute();
  assert.equal(logged.length, 1);
});

test("a check whose host goes away says what became of the host", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const grade = async ({ host }: GradeOptions): Promise<Verdict> => {
    await seats.reset("ada", seat.id);
    await host.exec("true");
    return assert.fail("the old host answered");
  };
  await assert.rejects(checkSeat(seat, { store, grade, log: silentLog }), code("host_not_ready"));
  await inPhase(seat, "ready");
  assert.equal(seat.operation, undefined);
  assert.equal(backend.living.length, 1);
});

test("after kill -9 seats come back with their hosts, lost ones say so, and other leftovers go", async () => {
  const before = make();
  const ids: Record<string, string> = {};
  for (const learner of ["ada", "bob", "eve"]) {
    const { seat } = before.seats.start(learner, "hot-add", false);
    await inPhase(seat, "ready");
    ids[learner] = seat.ready().host.id;
  }
  const claimed = await openSeats(store);
  const { backend, seats } = make({ leftovers: { [ids.ada as string]: "answers", [ids.bob as string]: "silent", stray: "answers" } });
  const adopted = await recoverHosts(backend, new Set(claimed.flatMap(({ hostId }) => hostId ?? [])), silentLog);
  await seats.recover(claimed, adopted, []);
  assert.deepEqual(backend.removed, ["stray"]);
  const [ada, bob, eve] = ["ada", "bob", "eve"].map((learner) => seats.of(learner) as Seat);
  assert.equal(ada?.phase, "ready");
  assert.equal(ada?.ready().host.id, ids.ada);
  assert.deepEqual(ada?.ready().baseline, { boot: { status: 0, output: "first" } });
  assert.ok(ada?.view.steps.every((step) => step.state === "done"));
  assert.deepEqual([bob?.phase, eve?.phase], ["lost", "lost"]);
  assert.deepEqual(ada?.ready().terminals.names, [], "shells are opened again when somebody attaches");
  backend.hosts[0]?.lose();
  assert.equal(ada?.phase, "lost");
  await seats.reset("bob", bob?.id ?? "");
  await inPhase(bob as Seat, "ready");
});

test("a graceful stop parks every host that is ready, ends what was on its way, and refuses new ones", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  backend.births.push({ kind: "stuck" });
  const starting = seats.start("bob", "hot-add", false).seat;
  await seats.close(1_000);
  assert.deepEqual([seat.phase, starting.phase], ["parked", "ended"]);
  assert.deepEqual(starting.view.problem, { code: "shutting_down" });
  assert.equal(backend.living.length, 0);
  const open = await openSeats(store);
  assert.deepEqual(
    open.map(({ id, hostId, parked }) => [id, hostId, parked]),
    [[seat.id, undefined, backend.saved()[0]]],
  );
  assert.throws(() => seats.start("eve", "hot-add", false), code("shutting_down"));
});

test("a learner saves the host and returns to it, also after it was lost; the snapshots end with the seat", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await assert.rejects(seats.takeSnapshot("ada", seat.id, "too early"), code("host_not_ready"));
  await inPhase(seat, "ready");
  await seats.takeSnapshot("ada", seat.id, "before I try this");
  const [first] = seat.view.snapshots;
  assert.equal(first?.name, "before I try this");
  const old = seat.ready().host;

  await seats.returnTo("ada", seat.id, first?.id ?? "");
  await inPhase(seat, "ready");
  assert.notEqual(seat.ready().host.id, old.id);
  assert.deepEqual(seat.ready().baseline, { boot: { status: 0, output: "first" } });
  assert.equal(old.state, "ended");
  assert.deepEqual(
    backend.living.map(({ id }) => id),
    [seat.ready().host.id],
  );
  assert.deepEqual(seat.ready().terminals.names, ["1"]);

  backend.living[0]?.lose();
  assert.equal(seat.phase, "lost");
  await seats.returnTo("ada", seat.id, first?.id ?? "");
  await inPhase(seat, "ready");

  await assert.rejects(seats.returnTo("ada", seat.id, "saved-99"), code("not_found"));
  await assert.rejects(seats.returnTo("bob", seat.id, first?.id ?? ""), code("not_yours"));
  await seats.end("ada", seat.id);
  assert.deepEqual(backend.saved(), []);
  assert.deepEqual(await openSnapshots(store), []);
});

test("there are so many snapshots and no more, and a removed one makes room", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  for (let n = 1; n <= MOST_SNAPSHOTS; n += 1) await seats.takeSnapshot("ada", seat.id, `number ${n}`);
  await assert.rejects(seats.takeSnapshot("ada", seat.id, "one more"), code("snapshots_full"));
  const gone = seat.view.snapshots[1]?.id ?? "";
  await seats.removeSnapshot("ada", seat.id, gone);
  assert.ok(!backend.saved().includes(gone));
  await seats.takeSnapshot("ada", seat.id, "one more");
  assert.deepEqual(
    seat.view.snapshots.map(({ name }) => name),
    ["number 1", "number 3", "number 4", "number 5", "one more"],
  );
});

test("while a host is saved it is not checked, and a seat that ends meanwhile leaves nothing behind", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const save = backend.save.bind(backend);
  backend.save = async (host) => {
    await held;
    return save(host);
  };
  const saving = seats.takeSnapshot("ada", seat.id, "slow");
  await until(() => seat.operation === "snapshot");
  await assert.rejects(checkSeat(seat, { store, grade: () => assert.fail("it was checked"), log: silentLog }), code("busy"));
  await seats.end("ada", seat.id);
  release();
  await assert.rejects(saving, code("seat_ended"));
  assert.deepEqual(backend.saved(), []);
});

test("a later server finds the snapshots of its seats, and removes what belongs to none", async () => {
  const before = make();
  const { seat } = before.seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  await before.seats.takeSnapshot("ada", seat.id, "kept");
  await before.seats.takeSnapshot("ada", seat.id, "its files are gone");
  const [kept, gone] = seat.view.snapshots;
  const { backend, seats } = make();
  backend.savedHosts.set(kept?.id ?? "", "running").set("stray", "running");
  await seats.recover(await openSeats(store), new Map(), await openSnapshots(store));
  assert.deepEqual(backend.saved(), [kept?.id]);
  const found = seats.of("ada");
  assert.deepEqual(found?.view.snapshots, [kept]);
  assert.notEqual(kept?.id, gone?.id);
  await seats.returnTo("ada", seat.id, kept?.id ?? "");
  await inPhase(found as Seat, "ready");
  assert.deepEqual(found?.ready().baseline, { boot: { status: 0, output: "first" } });
});

test("a look by the lab counts only when all is done, gives way to the learner, and keeps to itself what it could not find out", async () => {
  const { seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const published: string[] = [];
  seat.subscribe((event) => event.type === "verdict" && published.push(`${event.verdict.outcome} ${event.asked}`));
  const giving =
    (outcome: Verdict["outcome"]) =>
    async ({ attempts }: GradeOptions): Promise<Verdict> => {
      const graded = { exercise: "hot-add", outcome, tasks: [], at: "2026-01-01T00:00:00.000Z", ms: 1 };
      return { ...graded, attempts: await (outcome === "errored" ? attempts.count() : attempts.record(graded, {})) };
    };
  const look = (outcome: Verdict["outcome"]) => checkSeat(seat, { store, grade: giving(outcome), log: silentLog, asked: false });
  assert.equal((await look("failed")).attempts, 0);
  assert.equal((await look("errored")).attempts, 0);
  assert.equal((await look("passed")).attempts, 1);
  assert.deepEqual(published, ["failed false", "passed false"]);
  assert.equal(seat.verdict?.verdict.outcome, "passed");

  const aborted = Promise.withResolvers<void>();
  const slow = async ({ signal }: GradeOptions): Promise<Verdict> => {
    await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
    aborted.resolve();
    throw new LabError("seat_ended", { log: "aborted" });
  };
  const looking = checkSeat(seat, { store, grade: slow, log: silentLog, asked: false });
  looking.catch(() => {});
  assert.equal(seat.operation, "look");
  await assert.rejects(checkSeat(seat, { store, grade: slow, log: silentLog, asked: false }), code("busy"));
  assert.equal((await checkSeat(seat, { store, grade: giving("failed"), log: silentLog })).attempts, 2);
  await aborted.promise;
  await assert.rejects(looking, code("seat_ended"));
  await seats.reset("ada", seat.id);
  assert.equal(seat.verdict, undefined, "a new host has no verdict yet");
});

test("a later server finds a parked host, wakes it when its learner comes, and keeps what was read at the start", async () => {
  const before = make();
  const { seat } = before.seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  await before.seats.close(1_000);
  const [saved] = before.backend.saved();
  const { backend, seats } = make();
  backend.savedHosts.set(saved ?? "", "running");
  await seats.recover(await openSeats(store), new Map(), []);
  const found = seats.of("ada") as Seat;
  assert.equal(found.phase, "parked");
  assert.throws(() => found.ready(), code("host_parked"));
  await assert.rejects(seats.wake("bob", seat.id), code("not_yours"));
  await seats.wake("ada", seat.id);
  await inPhase(found, "ready");
  assert.deepEqual(found.ready().baseline, { boot: { status: 0, output: "first" } });
  assert.deepEqual(found.ready().terminals.names, ["1"]);
  await until(() => backend.saved().length === 0);
  const [record] = await openSeats(store);
  assert.deepEqual([record?.hostId, record?.parked], [found.ready().host.id, undefined]);
});

test("a parked host that is reset or ended leaves nothing on the disk", async () => {
  for (const act of [(seats: Seats, id: string) => seats.reset("ada", id), (seats: Seats, id: string) => seats.end("ada", id)]) {
    const before = make();
    const { seat } = before.seats.start("ada", "hot-add", false);
    await inPhase(seat, "ready");
    await before.seats.close(1_000);
    const { backend, seats } = make();
    backend.savedHosts.set(before.backend.saved()[0] ?? "", "running");
    await seats.recover(await openSeats(store), new Map(), []);
    await act(seats, seat.id);
    assert.deepEqual(backend.saved(), []);
    await seats.end("ada", seat.id).catch(() => {});
  }
});

test("when somebody waits and the memory is short, the host that has stood still longest is parked; a running one never", async () => {
  const { backend, pool, seats } = make({ room: 2 });
  const [ada, bob] = ["ada", "bob"].map((learner) => seats.start(learner, "hot-add", false).seat);
  assert.ok(ada !== undefined && bob !== undefined);
  await inPhase(ada, "ready");
  await inPhase(bob, "ready");
  const eve = seats.start("eve", "hot-add", false).seat;
  await inPhase(eve, "queued");
  seats.parkOne();
  await until(() => pool.counts.waiting === 1);
  assert.deepEqual([ada.phase, bob.phase], ["ready", "ready"]);
  await bob.ready().host.freeze();
  await ada.ready().host.freeze();
  seats.parkOne();
  await inPhase(eve, "ready");
  assert.deepEqual([ada.phase, bob.phase], ["ready", "parked"]);
  assert.equal(backend.saved().length, 1);
  await seats.wake("bob", bob.id);
  await inPhase(bob, "queued");
  seats.parkOne();
  await inPhase(bob, "ready");
  assert.equal(ada.phase, "parked");
});

test("a host that somebody comes back to while it is being parked stays", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const { host } = seat.ready();
  await host.freeze();
  const save = backend.save.bind(backend);
  backend.save = async (saving) => {
    await saving.thaw();
    return save(saving);
  };
  seats.parkOne();
  await until(() => seat.operation === undefined);
  assert.equal(seat.phase, "ready");
  assert.equal(seat.ready().host, host);
  assert.deepEqual(backend.saved(), []);
});

test("what cannot be parked at a stop is left standing for the next server", async () => {
  const { backend, seats } = make();
  const { seat } = seats.start("ada", "hot-add", false);
  await inPhase(seat, "ready");
  const { host } = seat.ready();
  backend.save = () => Promise.reject(new LabError("no_disk", { log: "full" }));
  await seats.close(1_000);
  assert.equal((host as FakeHost).left, true);
  const [record] = await openSeats(store);
  assert.equal(record?.hostId, host.id);
});

test("a seat that changes while it is written down as parked is not parked", async () => {
  for (const change of [(seat: Seat) => seat.ready().host.thaw(), (seat: Seat, seats: Seats) => seats.end("ada", seat.id)]) {
    const { backend, seats } = make();
    const { seat } = seats.start("ada", "hot-add", false);
    await inPhase(seat, "ready");
    const { host } = seat.ready();
    await host.freeze();
    const save = backend.save.bind(backend);
    backend.save = async (saving) => {
      const saved = await save(saving);
      // After the look at the seat that follows, and before what it writes is written.
      queueMicrotask(() => queueMicrotask(() => void change(seat, seats)));
      return saved;
    };
    seats.parkOne();
    await until(() => seat.operation === undefined);
    assert.notEqual(seat.phase, "parked");
    assert.deepEqual(backend.saved(), []);
    const open = await openSeats(store);
    assert.deepEqual(
      open.map(({ hostId, parked }) => [hostId, parked]),
      seat.phase === "ready" ? [[host.id, undefined]] : [],
    );
    await seats.end("ada", seat.id).catch(() => {});
  }
});
