import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exercise } from "../exercises/exercise.ts";
import type { Host } from "../hosts/backend.ts";
import { oncePerTemplate } from "./template-baseline.ts";

const host = (template: string) => ({ template }) as Host;
const exercise = (id: string, setup?: string, parameters = {}) => ({ id, setup, definition: { parameters } }) as unknown as Exercise;

test("clones of one template share a baseline; other templates, other exercises, a setup.sh and parameters do not", async () => {
  let reads = 0;
  const read = oncePerTemplate(async () => {
    reads += 1;
    return { reads } as never;
  });
  const first = await read(host("running"), exercise("a"), {});
  assert.equal(await read(host("running"), exercise("a"), {}), first);
  assert.equal(reads, 1);
  await read(host("empty"), exercise("a"), {});
  await read(host("running"), exercise("b"), {});
  assert.equal(reads, 3);
  await read(host("running"), exercise("c", "true"), {});
  await read(host("running"), exercise("c", "true"), {});
  assert.equal(reads, 5);
  const drawn = exercise("d", undefined, { vcpus: { from: 2, to: 4, step: 1 } });
  await read(host("running"), drawn, { vcpus: 2 });
  await read(host("running"), drawn, { vcpus: 3 });
  assert.equal(reads, 7);
});

test("a reading that failed is tried again on the next host", async () => {
  let reads = 0;
  const read = oncePerTemplate(async () => {
    reads += 1;
    if (reads === 1) throw new Error("silent");
    return {} as never;
  });
  await assert.rejects(read(host("running"), exercise("a"), {}));
  await read(host("running"), exercise("a"), {});
  assert.equal(reads, 2);
});
