import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeBootIds } from "./boot-ids.ts";
import { complete } from "./complete.ts";
import { COMPARE_ROWS, CONTAINER_OR_VM_WORDS } from "./container-or-vm-data.ts";

test("both languages are complete", () => {
  complete([COMPARE_ROWS, CONTAINER_OR_VM_WORDS]);
  for (const row of COMPARE_ROWS) complete(CONTAINER_OR_VM_WORDS.field(row.name, CONTAINER_OR_VM_WORDS.places.host));
});

const HOST = "1f0c8d5e-90ab-4cde-8f01-23456789abcd";
const OTHER = "2f0c8d5e-90ab-4cde-8f01-23456789abcd";

test("a container has the host's boot id, a guest another", () => {
  assert.deepEqual(judgeBootIds(HOST, ` ${HOST.toUpperCase()} `, OTHER), { container: true, guest: true });
  assert.deepEqual(judgeBootIds(HOST, OTHER, HOST), { container: false, guest: false });
});

test("nothing is said of what is not whole", () => {
  assert.deepEqual(judgeBootIds(HOST, HOST.slice(0, 20), ""), { container: undefined, guest: undefined });
  assert.deepEqual(judgeBootIds("", HOST, OTHER), { container: undefined, guest: undefined });
});
