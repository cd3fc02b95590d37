/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { MACHINES, RECORDED, SAMPLES } from "./fixtures/xray-recorded.ts";
import type { XrayListener } from "./xray-connection.ts";
import { partKey } from "./xray-part.ts";
import { createXrayStore, FRESH_MS, QUIET_MS } from "./xray-store.ts";

function opened() {
  const listeners: XrayListener[] = [];
  let closed = 0;
  const store = createXrayStore("s", (_seat, listener) => {
    listeners.push(listener);
    return () => {
      closed += 1;
    };
  });
  return { store, listeners, closed: () => closed };
}

test("nothing is asked while nobody looks, and what was seen stays", () => {
  const { store, listeners, closed } = opened();
  assert.equal(listeners.length, 0);
  store.watch(true);
  store.watch(true);
  assert.equal(listeners.length, 1);
  listeners[0]?.onLive(true);
  for (const event of RECORDED) listeners[0]?.onEvent(event);
  store.watch(false);
  assert.equal(closed(), 1);
  assert.equal(store.get().live, false);
  assert.equal(store.get().machine?.guests.length, 2);
  store.watch(true);
  assert.equal(listeners.length, 2);
  store.close();
  assert.equal(closed(), 2);
});

test("the first picture is no change; a change stands out for a few seconds", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { store, listeners } = opened();
  store.watch(true);
  const [, before, after] = MACHINES;
  assert.ok(before && after);
  listeners[0]?.onEvent(before);
  assert.equal(store.get().fresh.size, 0);
  listeners[0]?.onEvent(after);
  assert.ok(store.get().fresh.has(partKey({ kind: "vcpu", guest: "smartgo_01", item: "3" })));
  assert.equal(store.get().changes[0]?.kind, "vcpus");
  t.mock.timers.tick(FRESH_MS);
  assert.equal(store.get().fresh.size, 0);
});

test("a silence is told, and ends with the next word", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { store, listeners } = opened();
  const [sample] = SAMPLES;
  assert.ok(sample);
  store.watch(true);
  listeners[0]?.onLive(true);
  t.mock.timers.tick(QUIET_MS);
  assert.equal(store.get().quiet, true);
  listeners[0]?.onEvent(sample);
  assert.equal(store.get().quiet, false);
  listeners[0]?.onLive(false);
  t.mock.timers.tick(QUIET_MS * 2);
  assert.equal(store.get().quiet, false, "a broken stream is another matter");
});

test("a refusal is shown until the stream is open", () => {
  const { store, listeners } = opened();
  store.watch(true);
  listeners[0]?.onRefused({ code: "host_parked" }, false);
  assert.equal(store.get().problem?.code, "host_parked");
  listeners[0]?.onLive(true);
  assert.equal(store.get().problem, undefined);
  store.close();
});
