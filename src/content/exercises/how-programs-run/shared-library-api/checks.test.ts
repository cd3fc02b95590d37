import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { readPaper } from "./checks.ts";

/** Key and pages as the library made them on a host. */
const KEY = "lp-key-4738f2b530ad8f36";
const DOT = "job 1 | dot | word | D E A R   M S   L I | 51541f92\njob 2 | dot | excel | 3     4     5     S U M   1 2 | 9a3f5e17\n";
const LASER = "job 3 | laser | word | 你好 x | eb996573\njob 4 | laser | excel | 3  4  5  sum 12 | a823212b\n";
const HASHES = { word: "a", excel: "b", "liblp-dot.so": "c", "liblp-laser.so": "d" };

function outcomes(paper: string, trial: string, now: Record<string, string> = HASHES): Record<string, string> {
  const facts = { paper: { state: "read", text: paper } as const, trial, now };
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judge]) => [task, judge(facts, { key: KEY, start: HASHES }).outcome]));
}

test("the stamps of a real library are accepted, others are not", () => {
  assert.deepEqual(readPaper(KEY, DOT + LASER), {
    pages: [
      { driver: "dot", program: "word" },
      { driver: "dot", program: "excel" },
      { driver: "laser", program: "word" },
      { driver: "laser", program: "excel" },
    ],
    forged: undefined,
  });
  const forged = DOT.replaceAll("| dot |", "| laser |");
  assert.deepEqual(readPaper(KEY, forged).pages, []);
  assert.match(readPaper(KEY, forged).forged ?? "", /^job 1 \| laser/);
});

test("start, goal, and what is only half done", () => {
  assert.deepEqual(outcomes("", DOT), { "dot-pages": "failed", "driver-switched": "failed", "laser-pages": "failed", "files-kept": "passed" });
  assert.deepEqual(outcomes(DOT + LASER, LASER), { "dot-pages": "passed", "driver-switched": "passed", "laser-pages": "passed", "files-kept": "passed" });
  assert.equal(outcomes(DOT + LASER, DOT)["driver-switched"], "failed");
  assert.equal(outcomes(DOT + LASER, "")["driver-switched"], "failed");
  assert.equal(outcomes(DOT + LASER.split("\n")[0], LASER)["laser-pages"], "failed");
});

test("a changed or missing file is named", () => {
  const facts = { paper: { state: "absent" } as const, trial: "", now: { ...HASHES, "liblp-dot.so": "d" } };
  const outcome = checks.tasks["files-kept"]?.(facts, { key: KEY, start: HASHES });
  assert.ok(outcome?.outcome === "failed");
  assert.match(outcome.found.en, /liblp-dot\.so/);
  assert.match(outcome.look.en, /link/);
});
