/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { SAMPLES } from "./fixtures/xray-recorded.ts";
import { HISTORY_MS, NO_HISTORY, withSample } from "./xray-history.ts";
import { PLOT, plotFacts, plotShape, roundAbove } from "./xray-plot.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const sample = (seconds: number, cpu: number, guests: readonly string[] = []) => ({
  type: "sample" as const,
  at: new Date(START + seconds * 1000).toISOString(),
  host: { cpu, memoryUsedMiB: 100, counters: [] },
  guests: guests.map((name) => ({ name, cpu, threads: [] })),
});
const after = (...samples: ReturnType<typeof sample>[]) => samples.reduce(withSample, NO_HISTORY);

test("five minutes are kept, and a guest that is gone as long is forgotten", () => {
  const history = after(sample(0, 0.1, ["old"]), sample(10, 0.2, ["new"]), sample(301, 0.3, ["new"]));
  assert.deepEqual(
    history.cpu.map(({ value }) => value),
    [0.2, 0.3],
  );
  assert.deepEqual([...history.guests.keys()], ["new"]);
});

test("what the kernel does not tell has no points, and a flood of samples stays small", () => {
  assert.deepEqual(after(sample(0, 1)).exits, []);
  let history = NO_HISTORY;
  for (let n = 0; n < 1000; n++) history = withSample(history, sample(n / 100, 0));
  assert.ok(history.cpu.length <= 400);
});

test("a clock that was set back begins anew; a time that is none is ignored", () => {
  const history = after(sample(100, 0.1), sample(0, 0.2));
  assert.deepEqual(history.cpu, [{ at: START, value: 0.2 }]);
  assert.equal(withSample(history, { ...sample(1, 1), at: "soon" }), history);
});

test("a line ends at the right edge, stays within its box, and breaks at a gap", () => {
  const series = [
    { at: START, value: 0 },
    { at: START + 1000, value: 2 },
    { at: START + 60_000, value: 1 },
  ];
  const { line, top } = plotShape(series, START + 60_000, 1);
  assert.equal(top, 1);
  assert.equal(line, `M240 60L241 0M${PLOT.width} 0`);
  assert.equal(plotShape([], START).line, "");
});

test("the recorded hours fit into their plots", () => {
  const history = SAMPLES.reduce(withSample, NO_HISTORY);
  const { line, top } = plotShape(history.exits, history.now);
  assert.ok(!/NaN|Infinity|-/.test(line), line);
  assert.ok((plotFacts(history.exits)?.high ?? 0) <= top);
  assert.ok(history.cpu.every(({ at }) => at > history.now - HISTORY_MS));
});

test("the upper edge is a round number", () => {
  assert.deepEqual([0, 1, 3, 12, 1697, 2000].map(roundAbove), [1, 1, 5, 20, 2000, 2000]);
});
