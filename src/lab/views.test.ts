/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { freeTerminal, isOfAnyHost, type View, viewId, viewOf } from "./views.ts";

const VIEWS: readonly View[] = [
  { kind: "terminal", number: 3 },
  { kind: "console", guest: "smartgo_01" },
  { kind: "screen", guest: "a:b c" },
  { kind: "edit", target: "file:/etc/a\nb:c" },
  { kind: "desktop" },
  { kind: "xray" },
];

test("an id is that of one view", () => {
  for (const view of VIEWS) assert.deepEqual(viewOf(viewId(view)), view);
  assert.equal(new Set(VIEWS.map(viewId)).size, VIEWS.length);
});

test("what was remembered and is no view is none", () => {
  for (const id of [
    "",
    "terminal",
    "terminal:0",
    "terminal:10",
    "console:",
    "edit",
    "edit:x",
    "edit:disk:a",
    "edit:guest:",
    "xray:1",
    "shell:1",
    "constructor",
    `screen:${"x".repeat(2_000)}`,
  ]) {
    assert.equal(viewOf(id), undefined, id);
  }
});

test("a new tab takes the lowest free number, and there are nine", () => {
  assert.deepEqual(freeTerminal(["terminal:1", "xray", "terminal:3"]), { kind: "terminal", number: 2 });
  assert.equal(freeTerminal(Array.from({ length: 9 }, (_, index) => `terminal:${index + 1}`)), undefined);
});

test("another host has the shells and the X-ray, but not the guests of the last one", () => {
  assert.deepEqual(VIEWS.map(isOfAnyHost), [true, false, false, false, false, true]);
});
