import assert from "node:assert/strict";
import { test } from "node:test";
import { tracesOf } from "./new-guest.ts";

const probe = tracesOf("smartgo1", "/images/a b.img");

test("a file, a boot loader, a complaint, and none of them", () => {
  assert.deepEqual(probe.read("false\n\n\n"), { file: undefined, bootable: false, complaint: "" });
  const info = '{\n    "virtual-size": 8589934592,\n    "filename": "a",\n    "format": "qcow2"\n}\n';
  assert.deepEqual(probe.read(`true\nqemu-system-x86_64: no\n${info}`), {
    file: { format: "qcow2", bytes: 8_589_934_592 },
    bootable: true,
    complaint: "qemu-system-x86_64: no",
  });
  assert.match(probe.script, /'\/images\/a b\.img'/);
});

test("an answer of another shape is an error of ours", () => {
  for (const output of ["", "maybe\n\n", "true", "true\n\n{"]) assert.throws(() => probe.read(output), Error, output);
});
