import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY_COMBINATIONS, MAX_TYPED, typedText } from "./screen-keys.ts";

test("a text becomes keys of an American keyboard, with Shift where it is needed", () => {
  const { strokes, left } = typedText("aA:\r\n\t");
  assert.deepEqual(
    strokes.map((keys) => keys.map(({ keysym }) => keysym)),
    [[0x61], [0xffe1, 0x41], [0xffe1, 0x3a], [0xff0d], [0xff09]],
  );
  assert.equal(left, 0);
});

test("what no key makes is left out and counted", () => {
  assert.deepEqual(typedText("你好\u0007"), { strokes: [], left: 3 });
  const long = typedText("x".repeat(MAX_TYPED + 5));
  assert.deepEqual([long.strokes.length, long.left], [MAX_TYPED, 5]);
});

test("combinations begin with their modifiers", () => {
  assert.deepEqual(
    KEY_COMBINATIONS["Ctrl+Alt+Del"].map(({ code }) => code),
    ["ControlLeft", "AltLeft", "Delete"],
  );
});
