import assert from "node:assert/strict";
import { test } from "node:test";
import { mappingsOf, privateRuns } from "./private-pages.ts";

test("the mappings of one file are found, whatever else is mapped", () => {
  const maps = [
    "7f0000000000-7f0080000000 rw-p 00000000 fe:00 123456                     /cache/templates/running/ram",
    "7f0080000000-7f0080001000 rw-p 00000000 00:00 0 ",
    "7f0090000000-7f0090001000 r--p 00002000 fe:00 123456                     /cache/templates/running/ram",
    "7f00a0000000-7f00a0001000 r--p 00000000 fe:00 123457                     /cache/templates/running/ram2",
  ].join("\n");
  assert.deepEqual(mappingsOf(maps, "/cache/templates/running/ram"), [
    { start: 0x7f0000000000, end: 0x7f0080000000, offset: 0 },
    { start: 0x7f0090000000, end: 0x7f0090001000, offset: 0x2000 },
  ]);
});

test("a page is the process's own when it is in memory and of no file, or swapped out", () => {
  const untouched = 0n;
  const ofFile = (1n << 63n) | (1n << 61n);
  const own = (1n << 63n) | 0xabcdn;
  const swapped = 1n << 62n;
  const pages = [own, own, ofFile, untouched, swapped, ofFile, own];
  const entries = Buffer.alloc(pages.length * 8);
  for (const [index, page] of pages.entries()) entries.writeBigUInt64LE(page, index * 8);
  assert.deepEqual(
    [...privateRuns(entries)],
    [
      { first: 0, end: 2 },
      { first: 4, end: 5 },
      { first: 6, end: 7 },
    ],
  );
});
