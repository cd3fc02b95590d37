import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { GUEST_KERNEL_WORDS, INSTRUCTIONS, tally, WAYS } from "./guest-kernel-data.ts";

test("both languages are complete", () => {
  complete([INSTRUCTIONS, GUEST_KERNEL_WORDS, GUEST_KERNEL_WORDS.switches(1), GUEST_KERNEL_WORDS.wrongs(1)]);
});

test("only trap and emulate goes wrong, and only at popf", () => {
  const wrong = INSTRUCTIONS.flatMap((instruction) => WAYS.filter((way) => instruction.ways[way].cost === "wrong").map((way) => `${instruction.id} ${way}`));
  assert.deepEqual(wrong, ["popf trap"]);
});

test("what is counted: hardware leaves for the device alone, software never switches", () => {
  const all = INSTRUCTIONS.length;
  assert.deepEqual(tally("hardware", all), { switches: 1, wrongs: 0 });
  assert.deepEqual(tally("software", all), { switches: 0, wrongs: 0 });
  assert.deepEqual(tally("para", all), { switches: 3, wrongs: 0 });
  assert.deepEqual(tally("trap", all), { switches: 4, wrongs: 1 });
  assert.deepEqual(tally("trap", 1), { switches: 0, wrongs: 0 });
});
