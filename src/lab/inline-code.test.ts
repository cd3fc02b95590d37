/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { textParts } from "./inline-code.ts";

test("commands between backticks are told apart from the text", () => {
  assert.deepEqual(textParts("Run `virsh list`, then `free -m`."), [
    { text: "Run ", code: false },
    { text: "virsh list", code: true },
    { text: ", then ", code: false },
    { text: "free -m", code: true },
    { text: ".", code: false },
  ]);
});

test("a lone backtick is itself, and nothing is lost", () => {
  assert.deepEqual(textParts("a ` b"), [{ text: "a ` b", code: false }]);
  assert.deepEqual(textParts("`x`"), [{ text: "x", code: true }]);
});
