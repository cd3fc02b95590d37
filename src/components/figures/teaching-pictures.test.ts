import assert from "node:assert/strict";
import { test } from "node:test";
import { BUN_LEVELS, BUNS_WORDS } from "./buns-data.ts";
import { complete } from "./complete.ts";
import { BOUNDARIES, LAYERS, LAYERS_WORDS } from "./layers-data.ts";
import { DRIVERS, PRINTER_WORDS, PROGRAMS } from "./printer-data.ts";

test("both languages are complete", () => {
  complete([BUN_LEVELS, BUNS_WORDS, BUNS_WORDS.count(2), LAYERS, BOUNDARIES, LAYERS_WORDS, PROGRAMS, PRINTER_WORDS]);
});

test("between two layers there is one boundary", () => {
  assert.equal(BOUNDARIES.length, LAYERS.length - 1);
});

test("the buns have the five levels of the words about them", () => {
  assert.equal(BUN_LEVELS.length, 5);
  assert.match(BUNS_WORDS.count(2).en, /^2 of 5 /);
});

test("each driver has a name and a look", () => {
  for (const driver of DRIVERS) assert.ok(PRINTER_WORDS.drivers[driver] && PRINTER_WORDS.printed[driver] && PRINTER_WORDS.swapped[driver]);
});
