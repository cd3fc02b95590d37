/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { sends, TOUCH_KEYS, withCtrl } from "./touch-keys.ts";

test("keys send what a keyboard would", () => {
  assert.deepEqual(
    TOUCH_KEYS.map((key) => sends(key, false)),
    ["\u001b", "\t", undefined, "\u001b[A", "\u001b[B", "\u001b[D", "\u001b[C", "|", "/", "-", "~"],
  );
  assert.equal(sends("↑", true), "\u001bOA");
});

test("Ctrl makes a control character of the next letter, and leaves the rest", () => {
  assert.equal(withCtrl("c"), "\u0003");
  assert.equal(withCtrl("D"), "\u0004");
  assert.equal(withCtrl("]"), "\u001d");
  assert.equal(withCtrl("1"), "1");
  assert.equal(withCtrl("ls"), "ls");
});
