import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { SeatEvent } from "../contract/events.ts";
import { fakeCatalogue } from "../fake-rooms.ts";
import { Budget } from "../hosts/budget.ts";
import { FakeBackend } from "../hosts/fake/fake-backend.ts";
import { HostPool } from "../hosts/pool.ts";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "../store/database.ts";
import { HostTerminals } from "../terminals/host-terminals.ts";
import type { Prepared } from "./prepare.ts";
import type { Parked, Seat } from "./seat.ts";
import { Seats, type SeatsOptions } from "./seats.ts";

/* What others decide about a seat: that it is held, when it may have a host, where that one begins, and what is kept of it. */

const HELD = { code: "class_paused" } as const;
let stateDir: string;
let store: Store;
let backend: FakeBackend;
/** Hosts that were restored. */
let restored: string[];
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-saved-starts-"));
  store = await openStore({ stateDir, log: silentLog });
  backend = new FakeBackend();
  restored = [];
  const restore = backend.restore.bind(backend);
  backend.restore = (saved, options) => {
    restored.push(saved);
    return restore(saved, options);
  };
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

function make(more: Partial<SeatsOptions> = {}, room = 9): Seats {
  const pool = new HostPool<Prepared>({ backend, budget: new Budget({ memoryMiB: room * 1_000, vcpus: room * 2 }), size: 0, log: silentLog });
  const catalogue = fakeCatalogue("", "running", { size: { from: 1, to: 1_000_000, step: 1 } });
  const terminalsFor: SeatsOptions["terminalsFor"] = (host) => new HostTerminals(host);
  return new Seats({ store, pool, backend, catalogue, parameterKey: Buffer.alloc(32), readBaseline: async () => ({}), terminalsFor, log: silentLog, ...more });
}
async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns += 1) {
    assert.ok(turns < 20_000, `it did not happen: ${holds}`);
    await turn();
  }
}
async function ready(seats: Seats, learner = "ada", exercise = "hot-add"): Promise<Seat> {
  const { seat } = seats.start(learner, exercise, false);
  await until(() => seat.phase === "ready");
  return seat;
}
/** A host that is somebody else's to forget. */
function saved(id: string): Parked {
  backend.savedHosts.set(id, "running");
  return { id, baseline: { n: { status: 0, output: id } } };
}

test("nothing new begins on a seat that is held, and what is told of it says so", async () => {
  const seats = make();
  const seat = await ready(seats);
  await seats.takeSnapshot("ada", seat.id, "mine");
  const [snapshot] = seat.snapshots;
  const told: SeatEvent[] = [];
  seat.subscribe((event) => told.push(event));
  seat.hold(HELD);
  assert.ok(told.some((event) => event.type === "seat" && event.seat.held?.code === "class_paused"));
  const before = backend.hosts.length;
  for (const begin of [
    () => seats.reset("ada", seat.id),
    () => seats.returnTo("ada", seat.id, snapshot?.id ?? ""),
    () => seats.goOnFrom("ada", seat.id, saved("other")),
    async () => seats.start("ada", "balloon", true),
    async () => seats.startFrom("ada", "hot-add", true, { saved: saved("other") }),
  ])
    await assert.rejects(begin, HELD, String(begin));
  assert.deepEqual([backend.hosts.length, seats.of("ada"), seat.phase], [before, seat, "ready"]);
  seat.hold(undefined);
  const last = told.at(-1);
  assert.equal(last?.type === "seat" && last.seat.held, undefined);
  await seats.returnTo("ada", seat.id, snapshot?.id ?? "");
  await until(() => seat.phase === "ready");
});

test("a held host is parked when somebody waits, and stays parked until it is held no more", async () => {
  const seats = make({}, 1);
  const seat = await ready(seats);
  seat.hold(HELD);
  await until(() => seat.frozenSince !== undefined);
  seats.parkOne();
  await until(() => seat.phase === "parked");
  await assert.rejects(seats.wake("ada", seat.id), HELD);
  assert.equal(seat.phase, "parked");
  seat.hold(undefined);
  await seats.wake("ada", seat.id);
  await until(() => seat.phase === "ready");
});

test("a host that comes to a seat which is held by then is there, and followed", async () => {
  let followed = 0;
  const seats = make({
    whileReady: () => {
      followed += 1;
      return () => {};
    },
  });
  const { seat } = seats.start("ada", "hot-add", false);
  seat.hold(HELD);
  await until(() => seat.phase === "ready" || seat.phase === "failed");
  assert.deepEqual([seat.phase, followed], ["ready", 1]);
});

test("a seat has no host before it is admitted; it tells its place, and a wait that was given up is over", async () => {
  const asked: { seat: Seat; signal: AbortSignal; onPlace: (place: number) => void; admit: () => void }[] = [];
  const seats = make({
    enter: (seat, signal, onPlace) => new Promise((done) => asked.push({ seat, signal, onPlace, admit: () => done(undefined) })),
  });
  const { seat } = seats.start("ada", "hot-add", false);
  await until(() => asked.length === 1);
  asked[0]?.onPlace(2);
  assert.deepEqual([seat.view.phase, seat.view.place, backend.hosts.length], ["queued", 2, 0]);
  asked[0]?.admit();
  await until(() => seat.phase === "ready");
  const { seat: other } = seats.start("bob", "hot-add", false);
  await until(() => asked.length === 2);
  await seats.end("bob", other.id);
  assert.equal(asked[1]?.signal.aborted, true);
  asked[1]?.onPlace(1);
  assert.equal(other.phase, "ended", "what comes too late is not told");
});

test("a seat that goes on from a saved host begins there, with what it had drawn, and not at the class's starting point", async () => {
  const seats = make({ enter: async () => ({ ...saved("point"), anew: true }) });
  const own = await ready(seats);
  assert.deepEqual([restored, own.ready().baseline], [["point"], { n: { status: 0, output: "point" } }]);
  const twin = { saved: saved("twin"), parameters: { size: 17 } };
  assert.throws(() => seats.startFrom("ada", "hot-add", false, twin), { code: "seat_taken" }, "also at the same exercise");
  const seat = seats.startFrom("ada", "hot-add", true, twin);
  await until(() => seat.phase === "ready");
  assert.deepEqual([restored, seat.ready().baseline, seat.parameters], [["point", "twin"], { n: { status: 0, output: "twin" } }, { size: 17 }]);
  assert.deepEqual([own.phase, seats.of("ada")], ["ended", seat]);
  assert.ok(backend.saved().includes("twin"), "it stays the caller's to forget");
});

test("what is set aside is kept before the seat ends: as it runs, or as it was parked", async () => {
  const seats = make();
  const kept: string[] = [];
  const keep = async ({ id }: Parked): Promise<void> => void kept.push(id);
  const running = await ready(seats, "ada");
  assert.equal(await seats.setAside(running, "exam-left", undefined, keep), true);
  assert.deepEqual([running.phase, backend.saved(), seats.of("ada")], ["ended", kept, undefined]);
  const parked = await ready(seats, "bob");
  await parked.ready().host.freeze();
  seats.parkOne();
  await until(() => parked.phase === "parked");
  const { id } = parked.parked ?? {};
  assert.equal(await seats.setAside(parked, "exam-left", undefined, keep), true);
  assert.deepEqual([kept.at(-1), parked.phase, backend.saved().length], [id, "ended", 2], "it is not thrown away with its seat");
});

test("what could not be kept is forgotten, and the seat is as it was", async () => {
  const seats = make();
  const seat = await ready(seats);
  const refused = seats.setAside(seat, "exam-left", undefined, async () => {
    throw new Error("no");
  });
  await assert.rejects(refused, /no/);
  assert.deepEqual([seat.phase, seats.of("ada"), backend.saved()], ["ready", seat, []]);
});
