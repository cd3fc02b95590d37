import assert from "node:assert/strict";
import { test } from "node:test";
import { BALLOON_RESERVED, BALLOON_STATES, BALLOON_WORDS } from "./balloon-data.ts";
import {
  AT_FIRST,
  type Balloon,
  DEVICE,
  devicePages,
  hostGives,
  MAXIMUM,
  memTotal,
  moving,
  PAGE,
  PAGES,
  pageKinds,
  SPARED,
  SQUEEZED,
  says,
  tick,
} from "./balloon-model.ts";
import { complete } from "./complete.ts";

/** As far as it goes. */
function settled(balloon: Balloon): Balloon {
  let now = tick(balloon);
  for (let turn = 0; turn <= PAGES && moving(now); turn += 1) now = tick(now);
  return now;
}

const count = (kinds: readonly string[], kind: string): number => kinds.filter((one) => one === kind).length;

test("both languages are complete", () => {
  complete([BALLOON_WORDS, BALLOON_STATES, BALLOON_RESERVED]);
});

test("the driver goes to the target, and never beyond the maximum", () => {
  assert.equal(settled({ ...AT_FIRST, target: 768 }).actual, 768);
  assert.equal(settled({ ...AT_FIRST, target: 4096 }).actual, MAXIMUM);
  assert.equal(tick({ ...AT_FIRST, target: 768 }).actual, 528);
});

test("without a driver the guest has its maximum", () => {
  assert.equal(settled({ ...AT_FIRST, driver: false }).actual, MAXIMUM);
});

test("a target of 1 MiB squeezes the guest until it stands still, and a new target does not help", () => {
  const squeezed = settled({ ...AT_FIRST, target: 1 });
  assert.deepEqual([squeezed.actual, squeezed.stuck], [SQUEEZED, true]);
  assert.equal(settled({ ...squeezed, target: 1024 }).actual, SQUEEZED);
});

test("with autodeflate it is squeezed almost as far, but lives, and obeys the next target", () => {
  const squeezed = settled({ ...AT_FIRST, target: 1, autodeflate: true });
  assert.deepEqual([squeezed.actual, squeezed.stuck, says(squeezed)], [SPARED, false, "spared"]);
  assert.equal(settled({ ...squeezed, target: 512 }).actual, 512);
  assert.equal(settled({ ...squeezed, autodeflate: false }).stuck, true, "switched off again, it stands still");
});

test("what a guest has told is free costs the host nothing, and the guest keeps it", () => {
  const told = settled({ ...AT_FIRST, reporting: true });
  assert.deepEqual([told.actual, memTotal(told), hostGives(told), says(told)], [512, 455, SQUEEZED, "reported"]);
  assert.deepEqual([count(pageKinds(told), "free"), count(pageKinds(told), "lent")], [0, 24]);
  assert.equal(hostGives({ ...told, reporting: false }), 512);
});

test("nothing is reported without the driver, nor by a guest that stands still", () => {
  assert.equal(hostGives(settled({ ...AT_FIRST, reporting: true, driver: false })), MAXIMUM);
  assert.equal(hostGives(settled({ ...AT_FIRST, reporting: true, target: 1 })), SQUEEZED);
});

test("virtio-mem gives memory beyond the maximum, and takes it back", () => {
  const full = settled({ ...AT_FIRST, target: MAXIMUM, device: true, requested: 256 });
  assert.deepEqual([full.actual, full.current, says(full)], [MAXIMUM, 256, "added"]);
  assert.ok(memTotal(full) > MAXIMUM);
  assert.equal(hostGives(full), MAXIMUM + 256);
  assert.equal(settled({ ...full, requested: 0 }).current, 0);
  assert.equal(settled({ ...full, requested: 4096 }).current, DEVICE);
});

test("without the device a request moves nothing, and the device needs no balloon", () => {
  assert.equal(settled({ ...AT_FIRST, requested: 256 }).current, 0);
  const alone = settled({ ...AT_FIRST, driver: false, device: true, requested: 256 });
  assert.deepEqual([alone.actual, alone.current], [MAXIMUM, 256]);
});

test("taken away together with its memory, the device leaves the guest as it was", () => {
  const had = settled({ ...AT_FIRST, device: true, requested: 256 });
  assert.deepEqual([settled({ ...had, device: false }).current, memTotal(settled({ ...had, device: false }))], [0, 455]);
});

test("MemTotal is what free showed", () => {
  assert.equal(memTotal(AT_FIRST), 455);
  assert.equal(memTotal({ ...AT_FIRST, actual: 1024 }), 967);
});

test("the balloon holds as many pages as the guest lacks, and never one that is used", () => {
  for (const [actual, held] of [
    [MAXIMUM, 0],
    [512, PAGES / 2],
    [SQUEEZED, 56],
  ] as const) {
    const kinds = pageKinds({ ...AT_FIRST, actual });
    assert.deepEqual([count(kinds, "held"), count(kinds, "used")], [held, 8]);
  }
});

test("the device's pages are taken in order", () => {
  assert.deepEqual(devicePages({ ...AT_FIRST, device: true, current: 2 * PAGE }).slice(0, 3), ["free", "free", "none"]);
  assert.equal(devicePages(AT_FIRST).length, DEVICE / PAGE);
});

test("the table shows where the model comes to rest, and what it says then", () => {
  for (const state of BALLOON_STATES) {
    const { actual, current, stuck, ...asked } = state.balloon;
    const rest = settled({ ...AT_FIRST, ...asked });
    assert.deepEqual([rest.actual, rest.current, rest.stuck, says(rest)], [actual, current, stuck, state.says]);
  }
});
