import assert from "node:assert/strict";
import { test } from "node:test";
import { readCast, sameMoment, withoutPauses } from "./cast.ts";

const TEXT = `{"version":3,"term":{"cols":80,"rows":24}}
[0,"o","$ "]
# words
[10,"o","ls\\r\\n"]
[1,"m","exit 0"]
[30,"r","90x30"]
[0.5,"x","0"]
[9,"o","tor`;

test("a recording is read with its markers and its length; a torn line and comments are passed over", () => {
  const cast = readCast(TEXT);
  assert.equal(cast?.events.length, 5);
  assert.deepEqual(cast?.markers, [{ at: 11, label: "exit 0" }]);
  assert.equal(cast?.seconds, 41.5);
});

test("what is no recording is none, and an event of wrong values is no event", () => {
  for (const text of ["", "{}", "[]", "<html>", '{"version":2,"width":80,"height":24}', '{"version":3,"term":{"cols":0,"rows":1}}', "null"])
    assert.equal(readCast(text), undefined, text);
  const cast = readCast('{"version":3,"term":{"cols":80,"rows":24}}\n[-1,"o","x"]\n["1","o","x"]\n[1,"o",3]\n[1]\n[2,"o","fine"]');
  assert.deepEqual(cast?.events, [[2, "o", "fine"]]);
});

test("pauses are cut, and a moment is found again in either form", () => {
  const cast = readCast(TEXT);
  assert.ok(cast !== undefined);
  const short = withoutPauses(cast, 2);
  assert.deepEqual([short.seconds, short.markers[0]?.at], [5.5, 3]);
  for (const [whole, cut] of [
    [0, 0],
    [1, 1],
    [9, 2],
    [10.5, 2.5],
    [41.2, 5.2],
    [99, 5.5],
  ] as const)
    assert.ok(Math.abs(sameMoment(whole, cast, short) - cut) < 1e-9, `${whole}`);
  assert.ok(Math.abs(sameMoment(2.5, short, cast) - 10.5) < 1e-9);
});
