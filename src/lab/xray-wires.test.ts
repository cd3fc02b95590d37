/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { wire } from "./xray-wires.ts";

const box = (left: number, top: number, width = 100, height = 20) => ({ left, top, width, height });

test("boxes beside each other are joined sideways, in either direction", () => {
  assert.equal(wire(box(0, 0), box(150, 0)), "M100 10H150");
  assert.equal(wire(box(150, 0), box(0, 0)), "M150 10H100");
  assert.match(wire(box(0, 0), box(150, 6)) ?? "", /^M100 10C125 10 125 16 150 16$/);
});

test("below each other, the line is straight where it can be", () => {
  assert.equal(wire(box(0, 0), box(0, 100), 0.3), "M30 20V100");
  assert.equal(wire(box(0, 0, 400), box(200, 100), 0.3, "to"), "M230 20V100");
});

test("a box that is not below is met at its nearest place, with its corner kept free", () => {
  assert.equal(wire(box(0, 0), box(300, 100), 0.5), "M50 20C50 60 314 60 314 100");
  assert.equal(wire(box(0, 100), box(0, 0)), "M50 100V20", "upwards too");
});

test("boxes that touch have no line", () => {
  assert.equal(wire(box(0, 0), box(0, 20)), undefined);
  assert.equal(wire(box(0, 0), box(100, 0)), undefined);
});
