import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeatEvent } from "../contract/events.ts";
import type { Verdict } from "../contract/verdict.ts";
import { LabError } from "../errors.ts";
import { silentLog } from "../log.ts";
import type { Change } from "../xray/host-facts.ts";
import type { HostWatch } from "../xray/host-watch.ts";
import { lookByItself } from "./look.ts";
import type { ReadySeat, Seat } from "./seat.ts";

const verdict = (outcome: Verdict["outcome"]): Verdict => ({ exercise: "e", outcome, tasks: [], at: "", ms: 1, attempts: 0 });

/** A seat of which only what the looking needs is there. */
function watched({ exam = false } = {}) {
  let work = (): void => {};
  let tell: (event: SeatEvent) => void = () => {};
  let change: ((change: Change) => void) | undefined;
  const watch = {
    onChange: (listener: (change: Change) => void) => {
      change = listener;
      return () => {
        change = undefined;
      };
    },
  } as HostWatch;
  const host = { state: "running" };
  const looks: { end: (outcome: Verdict["outcome"] | LabError) => void; unsettled: () => void }[] = [];
  const look = (_seat: Seat, unsettled: () => void): Promise<Verdict> =>
    new Promise((resolve, reject) =>
      looks.push({
        unsettled,
        end: (outcome) => {
          if (outcome instanceof LabError) return reject(outcome);
          tell({ type: "verdict", verdict: verdict(outcome), asked: false });
          resolve(verdict(outcome));
        },
      }),
    );
  const seat = {
    id: "s",
    exercise: { definition: { exam } },
    subscribe: (listener: (event: SeatEvent) => void) => {
      tell = listener;
      return () => {};
    },
  } as unknown as Seat;
  const terminals = {
    onWork: (listener: () => void) => {
      work = listener;
      return () => {
        work = () => {};
      };
    },
  };
  const stop = lookByItself({ look, log: silentLog })(seat, { host, terminals, baseline: {} } as unknown as ReadySeat, watch);
  return {
    work: () => work(),
    tell: (event: SeatEvent) => tell(event),
    change: (what: Change) => change?.(what),
    watched: () => change !== undefined,
    host,
    looks,
    stop,
  };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test("a look follows what happens, and while nothing happens there is none", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { work, looks, change, watched: isWatched, stop } = watched();
  change("definitions");
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 0, "what there is at the start is no change");
  work();
  work();
  t.mock.timers.tick(300);
  assert.equal(looks.length, 1, "what comes together is looked at once");
  work();
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 1, "one at a time");
  looks[0]?.end("failed");
  await settle();
  t.mock.timers.tick(300);
  assert.equal(looks.length, 2, "what happened meanwhile is looked at afterwards");
  looks[1]?.end("failed");
  await settle();
  change("definitions");
  t.mock.timers.tick(300);
  assert.equal(looks.length, 2, "an event waits for the end of the command that brought it about");
  work();
  t.mock.timers.tick(300);
  assert.equal(looks.length, 3);
  looks[2]?.end("failed");
  await settle();
  change("definitions");
  t.mock.timers.tick(2_000);
  assert.equal(looks.length, 4);
  looks[3]?.end("failed");
  await settle();
  change("facts");
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 4, "a file that grows and a thread that ends are no news");
  stop();
  assert.equal(isWatched(), false);
});

test("what was still on its way is looked at again, a few times", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { work, looks } = watched();
  work();
  t.mock.timers.tick(300);
  for (let at = 0; at < looks.length; at += 1) {
    assert.ok(at < 20, "it has an end");
    looks[at]?.unsettled();
    looks[at]?.end("failed");
    await settle();
    t.mock.timers.tick(1_000);
  }
  assert.equal(looks.length, 5);
  work();
  t.mock.timers.tick(300);
  looks[5]?.unsettled();
  looks[5]?.end("failed");
  await settle();
  t.mock.timers.tick(1_000);
  assert.equal(looks.length, 7, "a new command begins anew");
  looks[6]?.end("failed");
  await settle();
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 7, "and what has settled is left alone");
});

test("when all is done nothing more is looked at, until the learner has asked and something is missing", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { work, tell, looks } = watched();
  work();
  t.mock.timers.tick(300);
  looks[0]?.end("passed");
  await settle();
  work();
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 1);
  tell({ type: "verdict", verdict: verdict("failed"), asked: true });
  work();
  t.mock.timers.tick(300);
  assert.equal(looks.length, 2);
});

test("a host that stands still is left alone, and so is the host of an exam", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = watched();
  frozen.host.state = "frozen";
  frozen.work();
  const exam = watched({ exam: true });
  exam.work();
  t.mock.timers.tick(60_000);
  assert.deepEqual([frozen.looks.length, exam.looks.length, exam.watched()], [0, 0, false]);
});

test("a look that came too late for a check is made once more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { work, looks } = watched();
  work();
  t.mock.timers.tick(300);
  looks[0]?.end(new LabError("busy", { log: "a check runs" }));
  await settle();
  t.mock.timers.tick(1_000);
  assert.equal(looks.length, 2);
  looks[1]?.end(new LabError("host_not_ready", { log: "no answer" }));
  await settle();
  t.mock.timers.tick(60_000);
  assert.equal(looks.length, 2, "another failure is not tried again by itself");
});
