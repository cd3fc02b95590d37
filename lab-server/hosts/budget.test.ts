import assert from "node:assert/strict";
import { test } from "node:test";
import { Budget, budgetFromMachine, readMachine } from "./budget.ts";

test("the machine's room: 85 % of what is available less 1 GiB, 8 vCPUs a core", () => {
  assert.deepEqual(budgetFromMachine(24_000, 2), { memoryMiB: 19_376, vcpus: 16 });
  assert.deepEqual(budgetFromMachine(900, 1), { memoryMiB: 0, vcpus: 8 }, "never negative");
});

test("this machine can be read", () => {
  const { memoryAvailableMiB, cores } = readMachine();
  assert.ok(memoryAvailableMiB > 16 && cores >= 1);
});

test("nothing is reserved beyond either limit, and what is handed back counts once", () => {
  const budget = new Budget({ memoryMiB: 3000, vcpus: 4 });
  const cost = { memoryMiB: 1000, vcpus: 2 };
  const first = budget.reserve(cost);
  assert.ok(first && budget.reserve(cost));
  assert.equal(budget.reserve(cost), undefined, "no vCPUs left, though there is memory");
  assert.equal(budget.fitsOnce(cost, [cost]), true);
  first();
  first();
  assert.deepEqual(budget.used, cost);
  assert.equal(budget.canEverFit({ memoryMiB: 3001, vcpus: 1 }), false);
});
