import assert from "node:assert/strict";
import { test } from "node:test";
import { IDLE_AFTER_MS, type WorkSigns, workState } from "./work-state.ts";

const MINUTE = 60_000;
const now = Date.parse("2026-11-27T10:00:00.000Z");
const signs = (more: Partial<WorkSigns> = {}): WorkSigns => ({
  phase: "ready",
  frozen: false,
  startedAt: now - 2 * MINUTE,
  workedAt: now - 1_000,
  progressAt: undefined,
  passed: false,
  tries: 0,
  minutes: 20,
  ...more,
});

test("a raised hand is told before everything else", () => {
  assert.equal(workState(true, undefined, now), "asks");
  assert.equal(workState(true, signs({ passed: true }), now), "asks");
});

test("without a host in memory somebody is away", () => {
  assert.equal(workState(false, undefined, now), "away");
  for (const phase of ["parked", "lost", "failed", "ended"] as const) assert.equal(workState(false, signs({ phase }), now), "away", phase);
  for (const phase of ["queued", "starting"] as const) assert.equal(workState(false, signs({ phase }), now), "works", phase);
});

test("who types nothing for minutes, or looks at nothing, is idle", () => {
  assert.equal(workState(false, signs({ frozen: true }), now), "idle");
  const old = { startedAt: now - 20 * MINUTE, progressAt: now - MINUTE };
  assert.equal(workState(false, signs({ ...old, workedAt: now - IDLE_AFTER_MS - 1 }), now), "idle");
  assert.equal(workState(false, signs({ ...old, workedAt: now - IDLE_AFTER_MS + 1 }), now), "works");
  assert.equal(workState(false, signs({ workedAt: undefined }), now), "works", "who has just begun reads first");
});

test("three wrong tries, or much time without a task more, is stuck", () => {
  assert.equal(workState(false, signs({ tries: 1 }), now), "failing");
  assert.equal(workState(false, signs({ tries: 3 }), now), "stuck");
  assert.equal(workState(false, signs({ startedAt: now - 16 * MINUTE }), now), "stuck");
  assert.equal(workState(false, signs({ startedAt: now - 16 * MINUTE, progressAt: now - 5 * MINUTE }), now), "works");
  assert.equal(workState(false, signs({ startedAt: now - 9 * MINUTE, minutes: 5 }), now), "stuck");
  assert.equal(workState(false, signs({ startedAt: now - 7 * MINUTE, minutes: 1 }), now), "works");
});

test("who has passed is done, however long ago", () => {
  assert.equal(workState(false, signs({ passed: true, frozen: true, tries: 5 }), now), "passed");
  assert.equal(workState(false, signs({ passed: true, phase: "parked" }), now), "passed", "and has gone");
});
