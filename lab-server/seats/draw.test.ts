import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { exerciseSchema } from "../contract/exercise.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Verdict } from "../contract/verdict.ts";
import { drawParameters, learnerSeed } from "../exercises/draw-parameters.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { GradeOptions } from "../grading/grade.ts";
import { Budget } from "../hosts/budget.ts";
import { FakeBackend } from "../hosts/fake/fake-backend.ts";
import { HostPool } from "../hosts/pool.ts";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "../store/database.ts";
import { findSeat, openSeats } from "../store/seats.ts";
import { openSnapshots } from "../store/snapshots.ts";
import { HostTerminals } from "../terminals/host-terminals.ts";
import { checkSeat } from "./check-seat.ts";
import { type Prepared, preparer } from "./prepare.ts";
import type { Seat } from "./seat.ts";
import { Seats } from "./seats.ts";

const text = { en: "{vcpus} {token}", "zh-cn": "{vcpus} {token}" };
const PARAMETERS = { vcpus: { from: 2, to: 4 }, token: { from: 0, to: 1_000_000_000 } };
const parameterKey = Buffer.alloc(32, 5);

function exercise(id: string, setup: string | undefined, more: object = {}): Exercise {
  const definition = exerciseSchema.parse({ title: text, summary: text, minutes: 5, parameters: PARAMETERS, tasks: [{ id: "task", text }], ...more });
  const checks = () => ({ baseline: {}, facts: {}, tasks: {} });
  return { id, module: "m", definition, version: "v1", view: { ...definition, id, module: "m" }, setup, checks, solve: "", mistakes: [] };
}
const SAME = exercise("same", "virsh setvcpus $PARAM_VCPUS");
const ANEW = exercise("anew", "virsh setvcpus $PARAM_VCPUS", { redraw: true });
const BARE = exercise("bare", undefined);

let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-draw-"));
  store = await openStore({ stateDir, log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

function make({ backend = new FakeBackend(), warm = 0, exercises = [SAME, ANEW, BARE] } = {}) {
  const asked: [exercise: string, parameters: ParameterValues][] = [];
  const readBaseline = async (_host: unknown, { id }: Exercise, parameters: ParameterValues) => {
    asked.push([id, parameters]);
    return { drawn: { status: 0, output: JSON.stringify(parameters) } };
  };
  const prepare = preparer(exercises, readBaseline);
  const pool = new HostPool<Prepared>({ backend, budget: new Budget({ memoryMiB: 9_000, vcpus: 18 }), size: warm, prepare, quietMs: 60_000, log: silentLog });
  const catalogue = { list: () => exercises, get: (id: string) => exercises.find((one) => one.id === id) as Exercise };
  const terminalsFor = (host: ConstructorParameters<typeof HostTerminals>[0]) => new HostTerminals(host);
  const seats = new Seats({ store, pool, backend, catalogue, parameterKey, readBaseline, terminalsFor, log: silentLog });
  return { backend, pool, seats, asked };
}

async function ready(seat: Seat): Promise<Seat> {
  while (seat.phase !== "ready") await turn();
  return seat;
}
const begin = (seats: Seats, learner: string, id: string) => ready(seats.start(learner, id, false).seat);
const drawnOf = (learner: string, id: string, attempt: number) =>
  drawParameters(SAME.definition.parameters, learnerSeed(parameterKey, { learner, exercise: id, attempt }));

test("what is drawn is kept with the seat, shown in its view, and given to setup.sh, to the baseline and to the check", async () => {
  const { backend, seats, asked } = make();
  const seat = await begin(seats, "ada", "same");
  const drawn = drawnOf("ada", "same", 1);
  assert.deepEqual(seat.view.parameters, drawn);
  assert.deepEqual((await findSeat(store, seat.id))?.parameters, drawn);
  const exported = `export PARAM_VCPUS=${drawn["vcpus"]}\nexport PARAM_TOKEN=${drawn["token"]}\n`;
  assert.deepEqual(backend.hosts[0]?.commands, [{ command: `${exported}exec bash -c "$(cat)" setup.sh`, stdin: SAME.setup }]);
  assert.deepEqual(asked, [["same", drawn]]);
  const grade = async ({ parameters }: GradeOptions): Promise<Verdict> => {
    assert.deepEqual(parameters, drawn);
    return { exercise: "same", outcome: "errored", tasks: [], at: "2026-11-27T09:00:00.000Z", ms: 1, attempts: 0 };
  };
  await checkSeat(seat, { store, grade, log: silentLog });
});

test("a learner draws the same at every start, another one something else; with redraw each start draws anew, and a reset never", async () => {
  const { backend, seats } = make();
  for (const [id, second] of [
    ["same", 1],
    ["anew", 2],
  ] as const) {
    const first = await begin(seats, "ada", id);
    assert.deepEqual(first.parameters, drawnOf("ada", id, 1));
    await seats.reset("ada", first.id);
    await ready(first);
    assert.deepEqual(first.parameters, drawnOf("ada", id, 1));
    const [before, after] = backend.hosts.slice(-2).map((host) => host.commands[0]?.command);
    assert.equal(after, before);
    await seats.end("ada", first.id);
    assert.deepEqual((await findSeat(store, first.id))?.parameters, drawnOf("ada", id, 1), "a seat that has ended can be judged again");
    const again = await begin(seats, "ada", id);
    assert.deepEqual(again.parameters, drawnOf("ada", id, second));
    await seats.end("ada", again.id);
  }
  const [ada, bob] = [drawnOf("ada", "same", 1), (await begin(seats, "bob", "same")).parameters];
  assert.notDeepEqual(bob, ada);
});

test("parking, a snapshot and a restart of the server keep what was drawn, also when the exercise was changed meanwhile", async () => {
  const { backend, seats } = make();
  const seat = await begin(seats, "ada", "anew");
  const drawn = seat.parameters;
  await seats.takeSnapshot("ada", seat.id, "here");
  const snapshot = seat.snapshots[0]?.id ?? "";
  await seats.returnTo("ada", seat.id, snapshot);
  await ready(seat);
  assert.deepEqual(seat.parameters, drawn);
  await seats.close(1_000);

  const changed = exercise("anew", ANEW.setup, { redraw: true, parameters: { ...PARAMETERS, vcpus: { from: 20, to: 40 }, name: { "one-of": ["a", "b"] } } });
  const later = make({ backend, exercises: [changed] });
  await later.seats.recover(await openSeats(store), new Map(), await openSnapshots(store));
  const found = later.seats.of("ada");
  assert.ok(found);
  assert.equal(found.phase, "parked");
  const { name, ...kept } = found.parameters;
  assert.deepEqual(kept, drawn);
  assert.ok(name === "a" || name === "b");
  assert.deepEqual(found.view.parameters, found.parameters);
  await later.seats.wake("ada", found.id);
  await ready(found);
  assert.deepEqual(JSON.parse(found.ready().baseline["drawn"]?.output ?? ""), drawn);
});

test("a host made in advance knows no learner: its baseline is read when the seat is taken", async () => {
  const { backend, pool, seats, asked } = make({ warm: 1 });
  pool.start();
  while (backend.hosts[0]?.shells.length !== 1) await turn();
  backend.hosts[0]?.shells[0]?.say("[root@host ~]# ");
  while (pool.counts.warm !== 1) await turn();
  assert.deepEqual(asked, []);
  const seat = await begin(seats, "ada", "bare");
  assert.equal(seat.view.host?.id, backend.hosts[0]?.id);
  assert.deepEqual(asked, [["bare", drawnOf("ada", "bare", 1)]]);
});
