import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { LabError } from "../errors.ts";
import { fakeCatalogue } from "../fake-rooms.ts";
import { Budget } from "../hosts/budget.ts";
import { FakeBackend, type FakeBackendOptions } from "../hosts/fake/fake-backend.ts";
import type { FakeHost } from "../hosts/fake/fake-host.ts";
import { HostPool } from "../hosts/pool.ts";
import { recoverHosts } from "../hosts/recover.ts";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "../store/database.ts";
import { findSeat, openSeats } from "../store/seats.ts";
import { HostTerminals } from "../terminals/host-terminals.ts";
import type { Prepared } from "./prepare.ts";
import type { Seat } from "./seat.ts";
import { type LifeLimits, NO_LIMITS } from "./seat-life.ts";
import { Seats } from "./seats.ts";

const [MIN, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const CLASS: LifeLimits = { parkAfterMs: 2 * HOUR, keepForMs: 14 * DAY, lifeMs: 4 * HOUR, warnBeforeMs: 10 * MIN, moreMs: HOUR, moreTimes: 2 };

let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-life-"));
  store = await openStore({ stateDir, log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

/** Time that only a test moves. The clock can be set; `pass` lets time go by. */
function timeOf(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let steady = 1_000;
  let clock = Date.parse("2026-11-27T09:00:00Z");
  t.mock.method(Date, "now", () => clock);
  return {
    steady: () => steady,
    setClock: (ms: number) => {
      clock = ms;
    },
    pass: async (ms: number) => {
      // What is set off by one moment may set a timer for the next one.
      const most = ms > DAY ? HOUR : 5 * MIN;
      for (let left = ms; left > 0; left -= most) {
        const step = Math.min(left, most);
        steady += step;
        clock += step;
        t.mock.timers.tick(step);
        for (let turns = 0; turns < 8; turns += 1) await turn();
      }
    },
  };
}

function make(steady: () => number, limits: LifeLimits = CLASS, options: FakeBackendOptions = {}) {
  const backend = new FakeBackend(options);
  const catalogue = fakeCatalogue();
  const readBaseline = async () => ({});
  const pool = new HostPool<Prepared>({ backend, budget: new Budget({ memoryMiB: 9_000, vcpus: 18 }), size: 0, log: silentLog });
  const terminalsFor = (host: ConstructorParameters<typeof HostTerminals>[0]) => new HostTerminals(host);
  const parameterKey = Buffer.alloc(32);
  return { backend, seats: new Seats({ store, pool, backend, catalogue, parameterKey, readBaseline, terminalsFor, limits, steady, log: silentLog }) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
async function ready(seats: Seats, learner = "ada"): Promise<Seat> {
  const { seat } = seats.start(learner, "hot-add", false);
  await until(() => seat.phase === "ready");
  return seat;
}

const leftOf = (seat: Seat): number | undefined => seat.view.expires?.inMs;

test("a warning comes in time, more time moves it, and at the end the host is parked and told of; who wakes it has new time", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady);
  const seat = await ready(seats);
  const told: number[] = [];
  seat.subscribe((event) => event.type === "seat" && event.seat.expires && told.push(event.seat.expires.inMs));
  await pass(3 * HOUR + 49 * MIN);
  assert.deepEqual([seat.view.expires, told], [undefined, []]);
  await seats.more("ada", seat.id);
  await pass(MIN);
  assert.deepEqual([seat.view.expires, told], [{ kind: "life", inMs: 10 * MIN, moreMs: HOUR }, [10 * MIN]], "asked for too early, more changes nothing");
  await pass(3 * MIN);
  assert.equal(leftOf(seat), 7 * MIN);
  await assert.rejects(seats.more("bob", seat.id), { code: "not_yours" });
  await Promise.all([seats.more("ada", seat.id), seats.more("ada", seat.id)]);
  assert.equal(leftOf(seat), undefined);
  await pass(57 * MIN);
  assert.equal(seat.view.expires?.moreMs, HOUR, "two clicks at once were one");
  await seats.more("ada", seat.id);
  await pass(HOUR);
  assert.deepEqual(seat.view.expires, { kind: "life", inMs: 10 * MIN });
  await seats.more("ada", seat.id);
  assert.equal(leftOf(seat), 10 * MIN, "there is no more to be had");
  await pass(10 * MIN);
  assert.equal(seat.phase, "parked");
  assert.deepEqual([seat.view.problem, seat.view.expires], [{ code: "time_up" }, { kind: "kept", inMs: 14 * DAY }]);
  assert.equal(backend.living.length, 0);
  await seats.wake("ada", seat.id);
  await until(() => seat.phase === "ready");
  assert.equal(seat.view.problem, undefined);
  await pass(3 * HOUR);
  assert.equal(seat.view.expires, undefined);
  await pass(50 * MIN);
  assert.deepEqual(seat.view.expires, { kind: "life", inMs: 10 * MIN, moreMs: HOUR });
});

test("more time that is given counts at any moment, also beyond what the learner may have; what has no end gets none", async (t) => {
  const { steady, pass } = timeOf(t);
  const { seats } = make(steady);
  const seat = await ready(seats);
  await pass(HOUR);
  await seats.grant("ada", seat.id);
  await pass(2 * HOUR + 55 * MIN);
  assert.equal(seat.view.expires, undefined);
  await pass(55 * MIN);
  assert.deepEqual(seat.view.expires, { kind: "life", inMs: 10 * MIN, moreMs: HOUR });
  await seats.more("ada", seat.id);
  await pass(HOUR);
  assert.deepEqual(seat.view.expires, { kind: "life", inMs: 10 * MIN }, "the learner can have no more");
  await seats.grant("ada", seat.id);
  await pass(15 * MIN);
  assert.deepEqual([seat.phase, seat.view.expires], ["ready", undefined]);
  await assert.rejects(seats.grant("bob", seat.id), { code: "not_yours" });

  const endless = make(steady, NO_LIMITS).seats;
  const other = await ready(endless, "bob");
  await endless.grant("bob", other.id);
  await endless.close(0);
  assert.equal((await openSeats(store)).find(({ id }) => id === other.id)?.life.more, 0);
});

test("a host that stands still spends nothing of its time, and is parked after so long", async (t) => {
  const { steady, pass } = timeOf(t);
  const { seats } = make(steady);
  const seat = await ready(seats);
  await pass(3 * HOUR + 55 * MIN);
  await seat.ready().host.freeze();
  assert.equal(leftOf(seat), undefined);
  await pass(2 * HOUR - MIN);
  assert.equal(seat.phase, "ready");
  await seat.ready().host.thaw();
  assert.equal(leftOf(seat), 5 * MIN);
  await seat.ready().host.freeze();
  await pass(2 * HOUR);
  assert.equal(seat.phase, "parked");
  assert.equal(seat.view.problem, undefined);
  await seats.wake("ada", seat.id);
  await until(() => seat.phase === "ready");
  assert.equal(leftOf(seat), 5 * MIN, "parked or not, the time is the same");
});

test("without limits nothing is ever due", async (t) => {
  const { steady, pass } = timeOf(t);
  const { seats } = make(steady, NO_LIMITS);
  const seat = await ready(seats);
  await pass(30 * DAY);
  await seat.ready().host.freeze();
  await pass(30 * DAY);
  assert.deepEqual([seat.phase, seat.view.expires], ["ready", undefined]);
});

test("a host that cannot be parked: standing still it stays and is tried again, out of time it ends and the learner is told", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady);
  const seat = await ready(seats);
  const save = t.mock.method(backend, "save", () => Promise.reject(new LabError("no_disk", { log: "full" })));
  await seat.ready().host.freeze();
  await pass(4 * HOUR);
  assert.deepEqual([seat.phase, save.mock.callCount()], ["ready", 2]);
  await seat.ready().host.thaw();
  await pass(4 * HOUR);
  assert.deepEqual([seat.phase, seat.view.problem], ["ended", { code: "time_up_lost", params: { exercise: "hot-add" } }]);
  assert.deepEqual(await seats.farewell("ada"), { code: "time_up_lost", params: { exercise: "hot-add" } });
  seats.start("ada", "hot-add", false);
  await turn();
  await until(() => seats.of("ada")?.phase === "ready");
  assert.equal(await seats.farewell("ada"), undefined, "with a new seat the old one is no news");
});

test("a host that is just busy when its time is up is parked a little later, and more time granted while it is saved counts", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady);
  const seat = await ready(seats);
  const checked = Promise.withResolvers<void>();
  void seat.during("check", () => checked.promise);
  await pass(4 * HOUR);
  assert.equal(seat.phase, "ready");
  checked.resolve();
  await until(() => seat.operation === undefined);
  const saving = Promise.withResolvers<void>();
  const save = backend.save.bind(backend);
  backend.save = async (host) => {
    await saving.promise;
    return save(host);
  };
  await pass(30_000);
  assert.equal(seat.operation, "park");
  await seats.more("ada", seat.id);
  saving.resolve();
  await until(() => seat.operation === undefined);
  assert.deepEqual([seat.phase, backend.saved()], ["ready", []]);
  await pass(HOUR);
  assert.equal(seat.phase, "parked");
});

test("a parked host is kept so long and then cleared away, and its learner is told at the next visit", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady, { ...CLASS, keepForMs: 40 * DAY });
  const seat = await ready(seats);
  await seat.ready().host.freeze();
  await pass(2 * HOUR + 40 * DAY - HOUR);
  assert.deepEqual([seat.phase, seat.view.expires], ["parked", { kind: "kept", inMs: HOUR }]);
  await pass(HOUR);
  assert.equal(seat.phase, "ended");
  assert.deepEqual([backend.saved(), seats.of("ada")], [[], undefined]);
  assert.deepEqual(await seats.farewell("ada"), { code: "host_unused", params: { exercise: "hot-add" } });
});

test("a lost host is cleared away as well, and a new one in time starts its time anew", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady);
  const [ada, bob] = [await ready(seats, "ada"), await ready(seats, "bob")];
  await pass(3 * HOUR + 55 * MIN);
  for (const host of backend.hosts) host.lose();
  await pass(13 * DAY);
  await seats.reset("ada", ada.id);
  await until(() => ada.phase === "ready");
  assert.equal(ada.view.expires, undefined);
  await pass(DAY);
  assert.equal(bob.phase, "ended");
});

test("times outlive the server: what has run, how often there was more, and since when a host waits", async (t) => {
  const { steady, pass, setClock } = timeOf(t);
  const before = make(steady);
  const [ada, bob] = [await ready(before.seats, "ada"), await ready(before.seats, "bob")];
  await pass(3 * HOUR + 50 * MIN);
  await before.seats.more("ada", ada.id);
  await bob.ready().host.freeze();
  await pass(2 * HOUR);
  assert.deepEqual([ada.phase, bob.phase], ["parked", "parked"], "ada has run out of her time, bob was idle");
  await before.seats.wake("bob", bob.id);
  await until(() => bob.phase === "ready");
  const { host } = bob.ready();
  await pass(MIN);

  // The server is killed; bob's host runs on for a day, ada's waits.
  setClock(Date.now() + DAY);
  const after = make(steady, CLASS, { leftovers: { [host.id]: "answers" } });
  for (const id of before.backend.saved()) after.backend.savedHosts.set(id, "running");
  const records = await openSeats(store);
  await after.seats.recover(records, await recoverHosts(after.backend, new Set([host.id]), silentLog), []);
  const [ada2, bob2] = [after.seats.of("ada") as Seat, after.seats.of("bob") as Seat];
  assert.deepEqual([ada2.phase, ada2.view.problem], ["parked", { code: "time_up" }]);
  assert.ok((ada2.view.expires?.inMs ?? 0) < 13 * DAY);
  assert.deepEqual(bob2.view.expires, { kind: "life", inMs: 10 * MIN, moreMs: HOUR }, "the day costs no warning");
});

test("what ran while no server was there costs nobody the warning, and a clock that was set clears nothing away at once", async (t) => {
  const { steady, pass, setClock } = timeOf(t);
  const before = make(steady);
  const [ada, bob] = [await ready(before.seats, "ada"), await ready(before.seats, "bob")];
  await bob.ready().host.freeze();
  await pass(2 * HOUR);
  const { host } = ada.ready();

  const now = Date.now();
  setClock(now + 9_000 * DAY);
  const after = make(steady, CLASS, { leftovers: { [host.id]: "answers" } });
  for (const id of before.backend.saved()) after.backend.savedHosts.set(id, "running");
  await after.seats.recover(await openSeats(store), await recoverHosts(after.backend, new Set([host.id]), silentLog), []);
  const [ada2, bob2] = [after.seats.of("ada") as Seat, after.seats.of("bob") as Seat];
  assert.equal(ada2.view.expires?.inMs, 10 * MIN);
  await pass(59 * MIN);
  assert.equal(bob2.phase, "parked");
  setClock(now + HOUR);
  await pass(2 * MIN);
  assert.equal(bob2.phase, "parked", "the clock was put right in time");
  await pass(14 * DAY);
  assert.equal(bob2.phase, "ended");
});

test("after a restart of the machine the learner is told so, and not that the host broke", async (t) => {
  const { steady } = timeOf(t);
  const before = make(steady);
  const ids = new Map<string, string>();
  for (const learner of ["ada", "bob"]) ids.set(learner, (await ready(before.seats, learner)).ready().host.id);
  const { backend, seats } = make(steady, CLASS, { leftovers: { [ids.get("ada") ?? ""]: "restarted", [ids.get("bob") ?? ""]: "silent" } });
  await seats.recover(await openSeats(store), await recoverHosts(backend, new Set(ids.values()), silentLog), []);
  const [ada, bob] = [seats.of("ada") as Seat, seats.of("bob") as Seat];
  assert.deepEqual([ada.phase, ada.view.problem], ["lost", { code: "node_restarted" }]);
  assert.deepEqual([bob.phase, bob.view.problem], ["lost", { code: "host_lost" }]);
  assert.throws(() => ada.ready(), { code: "node_restarted" });
  await seats.reset("ada", ada.id);
  await until(() => ada.phase === "ready");
});

test("a host that was on its way back when the server stopped waits on", async (t) => {
  const { steady, pass } = timeOf(t);
  const { backend, seats } = make(steady);
  const seat = await ready(seats);
  await seat.ready().host.freeze();
  await pass(2 * HOUR);
  const [saved] = backend.saved();
  backend.births.push({ kind: "stuck" });
  await seats.wake("ada", seat.id);
  await turn();
  assert.equal(seat.phase, "starting");
  await seats.close(1_000);
  assert.deepEqual([seat.phase, backend.saved()], ["parked", [saved]]);
  const record = await findSeat(store, seat.id);
  assert.deepEqual([record?.parked, record?.ended], [saved, false]);
});

test("a host that cannot be saved says so, and is not chosen to make room", async (t) => {
  const { steady } = timeOf(t);
  const { backend, seats } = make(steady);
  const seat = await ready(seats);
  const host = backend.hosts[0] as FakeHost;
  host.savable = false;
  const save = t.mock.method(backend, "save");
  assert.equal(seat.view.host?.savable, false);
  await host.freeze();
  seats.parkOne();
  await turn();
  assert.equal(save.mock.callCount(), 0);
});
