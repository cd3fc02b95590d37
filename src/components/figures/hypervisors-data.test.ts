import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { HYPERVISOR_WORDS, STACKS } from "./hypervisor-words.ts";
import { PLACES, PRODUCTS, TECHNIQUES } from "./hypervisors-data.ts";

test("both languages are complete", () => {
  complete([PRODUCTS, STACKS, HYPERVISOR_WORDS, HYPERVISOR_WORDS.wrong("I")]);
});

test("twelve products, each on both axes", () => {
  assert.equal(new Set(PRODUCTS.map((product) => product.id)).size, 12);
  for (const product of [...PRODUCTS, ...STACKS]) {
    assert.ok(PLACES.includes(product.place) && product.techniques.length > 0, product.id);
    assert.ok(product.techniques.every((technique) => TECHNIQUES.includes(technique)));
    assert.equal(product.place === "none", product.techniques.includes("shared"), `${product.id}: no hypervisor where no guest kernel is run`);
  }
});

test("a stack says the same as the product of its name", () => {
  for (const stack of STACKS) {
    const product = PRODUCTS.find((each) => each.id === stack.id);
    if (product === undefined) continue;
    assert.equal(stack.place, product.place);
    assert.deepEqual(stack.techniques, product.techniques);
  }
});

test("in each stack somebody owns the hardware, and a guest's kernel is there unless it is shared", () => {
  for (const stack of STACKS) {
    const parts = stack.rows.flat().filter((part) => part !== undefined);
    assert.equal(parts.filter((part) => part.owner).length, 1, stack.id);
    assert.equal(
      parts.some((part) => part.guest),
      stack.place !== "none",
      stack.id,
    );
  }
});
