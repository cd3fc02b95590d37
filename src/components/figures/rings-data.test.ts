import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { RING_STEPS, RINGS_WORDS, TRACKS } from "./rings-data.ts";

test("both languages are complete", () => {
  complete(RINGS_WORDS);
  complete(RING_STEPS);
});

test("a system call goes in and comes back, an addition stays, and what is forbidden never comes back", () => {
  const rings = (track: (typeof TRACKS)[number]) => RING_STEPS[track].map((step) => step.ring).join("");
  assert.match(rings("write"), /^30+3$/);
  assert.match(rings("add"), /^3+$/);
  assert.match(rings("hlt"), /^30+$/);
});

test("CPL is set exactly where the ring changes", () => {
  for (const track of TRACKS) {
    RING_STEPS[track].forEach((step, index, steps) => {
      const before = steps[index - 1]?.ring ?? 3;
      const cpl = step.sets.find(([name]) => name === "CPL")?.[1];
      assert.equal(cpl, step.ring === before ? undefined : String(step.ring), `${track}, step ${index + 1}`);
    });
  }
});
