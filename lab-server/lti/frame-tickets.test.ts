import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameTickets } from "./frame-tickets.ts";

test("a ticket is good for four hours and for its own person", () => {
  let now = 0;
  const tickets = new FrameTickets(() => now);
  const [ada, bob] = [tickets.issue("ada"), tickets.issue("bob")];
  now = 4 * 3_600_000 - 1;
  assert.deepEqual(
    [tickets.who(ada), tickets.who(bob), tickets.who(ada), tickets.who(""), tickets.who("nobody's")],
    ["ada", "bob", "ada", undefined, undefined],
  );
  now += 1;
  assert.equal(tickets.who(ada), undefined);
  for (let each = 0; each < 10_001; each += 1) tickets.issue("eve");
  const last = tickets.issue("last");
  assert.equal(tickets.who(last), "last", "however many come");
});
