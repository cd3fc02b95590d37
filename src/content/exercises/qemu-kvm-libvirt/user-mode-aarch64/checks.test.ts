import assert from "node:assert/strict";
import { test } from "node:test";
import checks from "./checks.ts";

const start = { hash: "abc  -", message: "arm64 says 1234567" };
const NONE = "bash: line 1: /root/qemu/hello-arm64: cannot execute binary file: Exec format error";

function outcomes(output: string, machine: number | string, said = NONE, hash = start.hash): string[] {
  const facts = { hash, said, report: { state: "read" as const, value: { output, machine } } };
  return Object.values(checks.tasks).map((judge) => judge(facts, start).outcome);
}

test("what the program writes, its machine in any notation, and the name that starts it", () => {
  for (const machine of [183, "183", "0xb7", "AArch64", "ARM aarch64"]) {
    assert.deepEqual(outcomes(`${start.message}\n`, machine, `${start.message}\n`), ["passed", "passed", "passed"]);
  }
});

test("strings finds too much; QEMU's own header is not the program's; nothing was taught to the kernel", () => {
  assert.deepEqual(outcomes(`${start.message} this line is in the file, and nobody says it`, 62), ["failed", "failed", "failed"]);
});

test("a wrapper in the program's place is another program", () => {
  assert.deepEqual(outcomes(start.message, 183, start.message, "def  -"), ["passed", "passed", "failed"]);
});

test("no report fails in words", () => {
  const facts = { hash: start.hash, said: NONE, report: { state: "absent" as const } };
  assert.deepEqual(
    Object.values(checks.tasks).map((judge) => judge(facts, start).outcome),
    ["failed", "failed", "failed"],
  );
});
