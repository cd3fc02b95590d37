/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { asksBeforePaste, linesOf } from "./paste.ts";

test("lines are counted as a person counts them", () => {
  assert.deepEqual(["", "ls", "ls\n", "a\nb", "a\r\nb\r\n", "a\rb", "a\n\nb"].map(linesOf), [1, 1, 1, 2, 2, 2, 3]);
});

test("several lines are asked about where the shell would run each as it comes, and many everywhere", () => {
  assert.deepEqual(
    ["ls\n", "a\nb"].map((text) => asksBeforePaste(text, false)),
    [false, true],
  );
  assert.deepEqual(
    ["a\nb", "x\n".repeat(9), "x\n".repeat(10)].map((text) => asksBeforePaste(text, true)),
    [false, false, true],
  );
});
