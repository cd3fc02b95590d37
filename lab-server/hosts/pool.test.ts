import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { LabError } from "../errors.ts";
import { silentLog } from "../log.ts";
import type { Host } from "./backend.ts";
import { Budget } from "./budget.ts";
import { FakeBackend, type FakeBackendOptions } from "./fake/fake-backend.ts";
import type { FakeHost } from "./fake/fake-host.ts";
import { HostPool, type PoolOptions } from "./pool.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

/** Lets everything that is ready to happen happen. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await turn();
}

/** Room for `room` hosts of 1000 MiB and 2 vCPUs each. */
function make<T = undefined>(room: number, options: Partial<PoolOptions<T>> & { fake?: FakeBackendOptions } = {}) {
  const backend = new FakeBackend(options.fake);
  const budget = new Budget({ memoryMiB: room * 1000, vcpus: room * 2 });
  const pool = new HostPool<T>({ backend, budget, size: 0, quietMs: 0, log: silentLog, ...options });
  pool.start();
  return { backend, budget, pool };
}

function gate(): { promise: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

const code = (expected: string) => (error: unknown) => error instanceof LabError && error.code === expected;

test("where there is room for few, the template that was asked for last is refilled first", async () => {
  const { backend, pool } = make(3, { size: 1, fake: { templates: ["running", "empty", "fleet"] } });
  await settle();
  const warm = () => backend.living.map((host) => host.template).sort();
  assert.deepEqual(warm(), ["empty", "fleet", "running"]);
  const first = await pool.take("fleet", {});
  const second = await pool.take("empty", {});
  await settle();
  assert.deepEqual(warm(), ["empty", "fleet", "running"], "no room for another");
  await first.host.end();
  await settle();
  assert.deepEqual(warm(), ["empty", "empty", "running"], "empty was asked for last");
  await second.host.end();
  await settle();
  assert.deepEqual(warm(), ["empty", "fleet", "running"]);
});

test("many who are expected find hosts ready, as far as there is room, and those that nobody took go again", async () => {
  const { backend, pool } = make(5, { size: 1, fake: { templates: ["running", "empty"] } });
  await settle();
  const stop = pool.expect(new Map([["empty", 9]]));
  await settle();
  const warm = () => backend.living.map((host) => host.template).sort();
  assert.deepEqual(warm(), ["empty", "empty", "empty", "empty", "running"], "all the room there is, and one of the others");
  await pool.take("running", {});
  stop();
  stop();
  await settle();
  assert.deepEqual(warm(), ["empty", "running", "running"]);
});

test("warm hosts are made one at a time, prepared, then frozen", async () => {
  const seen: string[] = [];
  const prepare = async (host: Host) => {
    seen.push(host.state);
    return host.name;
  };
  const { backend, pool } = make(9, { size: 2, prepare });
  let inFlight = 0;
  backend.onCreate = () => {
    inFlight += 1;
    assert.equal(pool.counts.making, 0, "one at a time");
  };
  await settle();
  assert.deepEqual(pool.counts, { warm: 2, making: 0, waiting: 0 });
  assert.equal(inFlight, 2);
  assert.deepEqual(seen, ["running", "running"]);
  assert.deepEqual(
    backend.hosts.map((host) => host.state),
    ["frozen", "frozen"],
  );

  const places: number[] = [];
  const steps: string[] = [];
  const taken = await pool.take("running", { onPlace: (place) => places.push(place), onStep: (step) => steps.push(step) });
  assert.equal(taken.prepared, taken.host.name);
  assert.deepEqual([places, steps], [[], []], "who need not wait is told nothing");
  await settle();
  assert.equal(pool.counts.warm, 2, "refilled");
});

test("a refill leaves the cores to whoever was just served", async () => {
  const { pool } = make(9, { size: 1, quietMs: 1500 });
  await settle();
  await pool.take("running");
  await settle();
  assert.equal(pool.counts.warm, 0);
  mock.timers.tick(1500);
  await settle();
  assert.equal(pool.counts.warm, 1);
});

test("with an empty pool the host is made for the taker, who sees the steps and gets the failure", async () => {
  const { backend, budget, pool } = make(1);
  const steps: string[] = [];
  backend.births.push({ kind: "fail", step: "wake" });
  await assert.rejects(pool.take("running", { onStep: (step) => steps.push(step) }), code("host_failed"));
  assert.deepEqual(steps, ["clone", "wake"]);
  assert.equal(budget.used.memoryMiB, 0, "what was reserved is given back");
  const { host, prepared } = await pool.take("running");
  assert.equal(host.state, "running");
  assert.equal(prepared, undefined);
});

test("with no room takers queue in order and see their place, and nothing is over-committed", async () => {
  const { backend, budget, pool } = make(2);
  backend.onCreate = () => assert.ok(budget.used.memoryMiB <= 2000 && budget.used.vcpus <= 4);
  const first = await pool.take("running");
  const second = await pool.take("running");
  const places: Record<string, number[]> = { a: [], b: [], c: [] };
  const served: string[] = [];
  const leaver = new AbortController();
  const wait = (name: string, signal?: AbortSignal) =>
    pool.take("running", { ...(signal && { signal }), onPlace: (place) => places[name]?.push(place) }).then((taken) => {
      served.push(name);
      return taken;
    });
  const a = wait("a");
  const b = wait("b", leaver.signal);
  const c = wait("c");
  await settle();
  assert.equal(backend.living.length, 2);
  assert.deepEqual(places, { a: [1], b: [2], c: [3] });

  leaver.abort();
  await assert.rejects(b, code("seat_ended"));
  await settle();
  assert.deepEqual(places, { a: [1], b: [2], c: [3, 2] });

  // The room counts as taken until nothing is left of the host.
  const slow = gate();
  (first.host as FakeHost).endsAfter = slow.promise;
  void first.host.end();
  await settle();
  assert.deepEqual(served, []);
  slow.open();
  await a;
  await settle();
  assert.deepEqual(places.c, [3, 2, 1]);
  await second.host.end();
  await c;
  assert.deepEqual(served, ["a", "c"]);
  assert.equal(backend.living.length, 2);
});

test("hosts made in advance stay inside the budget and count in it", async () => {
  const { backend, pool } = make(2, { size: 5 });
  await settle();
  assert.equal(pool.counts.warm, 2);
  assert.equal(backend.hosts.length, 2);
});

test("a warm host of another template is given up for a taker who waits", async () => {
  const { backend, pool } = make(2, { size: 2, fake: { templates: ["running", "empty"] } });
  await settle();
  assert.deepEqual(backend.hosts.map((host) => host.template).sort(), ["empty", "running"]);
  const one = await pool.take("running");
  const two = await pool.take("running");
  assert.equal(two.host.template, "running");
  assert.deepEqual(new Set(backend.living), new Set([one.host, two.host]));
});

test("a refill of another template is given up as well, but not one that somebody claimed", async () => {
  const { backend, pool } = make(1, { size: 1, fake: { templates: ["running", "empty"] } });
  backend.births.push({ kind: "stuck" });
  await settle();
  const slow = gate();
  backend.births.push({ kind: "slow", until: slow.promise });
  const taker = pool.take("empty");
  const late = pool.take("running");
  await settle();
  assert.equal(backend.hosts.length, 0);
  slow.open();
  assert.equal((await taker).host.template, "empty");
  await (await taker).host.end();
  assert.equal((await late).host.template, "running");
});

test("a taker claims the host that is being made in advance instead of making another", async () => {
  const slow = gate();
  const hurried: boolean[] = [];
  const prepare = async (_host: Host, hurry: AbortSignal) => {
    hurried.push(hurry.aborted);
    return "prepared";
  };
  const { backend, pool } = make(9, { size: 1, prepare });
  backend.births.push({ kind: "slow", until: slow.promise });
  await settle();
  const steps: string[] = [];
  const taker = pool.take("running", { onStep: (step) => steps.push(step) });
  await settle();
  assert.deepEqual(steps, ["connect"], "told where the making stands");
  slow.open();
  const { host, prepared } = await taker;
  assert.equal(host, backend.hosts[0]);
  assert.equal(host.state, "running", "not frozen on the way");
  assert.equal(prepared, "prepared");
  await settle();
  assert.deepEqual(hurried, [true, false], "and what it need not have is left out");
});

test("when a claimed refill fails the taker gets a host of its own", async () => {
  const slow = gate();
  const { backend, pool } = make(9, {
    size: 1,
    prepare: async () => {
      await slow.promise;
      throw new Error("no shell");
    },
  });
  await settle();
  const taker = pool.take("running");
  await settle();
  slow.open();
  const { host, prepared } = await taker;
  assert.equal(prepared, undefined);
  assert.deepEqual(backend.living, [host]);
});

test("failed refills back off, 1 s doubling to 60 s, and a success starts again", async () => {
  const { backend, pool } = make(9, { size: 1 });
  for (let n = 0; n < 9; n += 1) backend.births.push({ kind: "fail", step: "clone" });
  let tries = 0;
  backend.onCreate = () => {
    tries += 1;
  };
  await settle();
  assert.equal(tries, 1);
  for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    mock.timers.tick(seconds * 1000 - 1);
    await settle();
    assert.equal(tries, index + 1, `not before ${seconds} s`);
    mock.timers.tick(1);
    await settle();
    assert.equal(tries, index + 2, `after ${seconds} s`);
  }
  mock.timers.tick(60_000);
  await settle();
  assert.equal(pool.counts.warm, 1);
  backend.births.push({ kind: "fail", step: "clone" });
  await pool.take("running");
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(pool.counts.warm, 1, "one second again");
});

test("a warm host that is lost is replaced", async () => {
  const { backend, budget, pool } = make(1, { size: 1 });
  await settle();
  backend.hosts[0]?.lose();
  await settle();
  assert.equal(backend.hosts.length, 2);
  assert.equal(pool.counts.warm, 1);
  assert.equal(budget.used.memoryMiB, 1000);
  assert.equal((await pool.take("running")).host, backend.hosts[1]);
});

test("a host lost while it was prepared is never handed out", async () => {
  const slow = gate();
  const { backend, pool } = make(9, {
    size: 1,
    prepare: async (host) => {
      if (backend.hosts.length > 1) return;
      await slow.promise;
      (host as FakeHost).lose();
    },
  });
  await settle();
  const claimed = pool.take("running");
  await settle();
  slow.open();
  assert.notEqual((await claimed).host, backend.hosts[0]);
  assert.equal((await claimed).host.state, "running");
  await settle();
  assert.equal(backend.hosts[0]?.state, "ended");
});

test("aborting a taker stops the making; a host that comes too late is ended", async () => {
  const { backend, budget, pool } = make(1);
  backend.births.push({ kind: "stuck" });
  const leaver = new AbortController();
  const taker = pool.take("running", { signal: leaver.signal });
  await settle();
  assert.equal(budget.used.memoryMiB, 1000);
  leaver.abort();
  await assert.rejects(taker, code("seat_ended"));
  await settle();
  assert.equal(budget.used.memoryMiB, 0);
  assert.equal(backend.living.length, 0);

  const slow = gate();
  backend.births.push({ kind: "deaf", until: slow.promise });
  const second = new AbortController();
  const late = pool.take("running", { signal: second.signal });
  await settle();
  second.abort();
  await assert.rejects(late, code("seat_ended"));
  slow.open();
  await settle();
  assert.equal(backend.hosts.length, 1);
  assert.equal(backend.living.length, 0);
});

test("what can never work is refused at once", async () => {
  const { pool } = make(0);
  await assert.rejects(pool.take("running"), code("host_failed"));
});

test("hosts of an earlier server count, even above the budget", async () => {
  const { backend, pool } = make(1, { fake: { leftovers: { one: "answers", two: "answers" } } });
  const one = await backend.adopt("one");
  const two = await backend.adopt("two");
  pool.hold(one);
  pool.hold(two);
  const places: number[] = [];
  const taker = pool.take("running", { onPlace: (place) => places.push(place) });
  await settle();
  await one.end();
  await settle();
  assert.deepEqual(places, [1]);
  await two.end();
  await taker;
});

test("closing ends what nobody took, sends takers away and leaves taken hosts alone", async () => {
  const { backend, pool } = make(3, { size: 1 });
  await settle();
  const mine = (await pool.take("running")).host;
  await settle();
  backend.births.push({ kind: "stuck" });
  void (await pool.take("running"));
  const stuck = pool.take("running");
  const queued = pool.take("running");
  const answers = Promise.allSettled([stuck, queued]);
  await settle();
  await pool.close();
  for (const answer of await answers) {
    assert.ok(answer.status === "rejected" && code("shutting_down")(answer.reason));
  }
  await assert.rejects(pool.take("running"), code("shutting_down"));
  await settle();
  assert.equal(mine.state, "frozen");
  assert.equal(backend.living.length, 2);
  assert.deepEqual(pool.counts, { warm: 0, making: 0, waiting: 0 });
});

test("a template that comes late is told of until then, and kept warm from then on", async () => {
  const { backend, pool } = make(3, { size: 1 });
  await settle();
  assert.throws(() => pool.assertTemplate("desktop"), code("desktop_in_making"));
  await assert.rejects(pool.take("desktop"), code("desktop_in_making"));
  backend.addTemplate("desktop");
  await settle();
  assert.deepEqual(backend.living.map((host) => host.template).sort(), ["desktop", "running"]);
  assert.equal((await pool.take("desktop")).host.template, "desktop");
});
