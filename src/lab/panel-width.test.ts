/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { clampWidth, widthAfterKey, widthBounds } from "./panel-width.ts";

test("the text keeps room, and the panel does where there is none", () => {
  assert.deepEqual(widthBounds(1200), { min: 380, max: 800 });
  assert.deepEqual(widthBounds(600), { min: 380, max: 380 });
});

test("the splitter is the panel's left edge", () => {
  const bounds = widthBounds(1200);
  assert.equal(widthAfterKey("ArrowLeft", 500, bounds), 524);
  assert.equal(widthAfterKey("ArrowRight", 500, bounds), 476);
  assert.equal(widthAfterKey("Home", 500, bounds), 380);
  assert.equal(widthAfterKey("End", 500, bounds), 800);
  assert.equal(widthAfterKey("ArrowLeft", 795, bounds), 800);
  assert.equal(widthAfterKey("Tab", 500, bounds), undefined);
});

test("a width is whole and within bounds", () => {
  assert.equal(clampWidth(500.6, { min: 380, max: 800 }), 501);
  assert.equal(clampWidth(-3, { min: 380, max: 800 }), 380);
});
