import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { runs } from "./checks.ts";

const MADE = `KVM_GET_API_VERSION, 0)        = 12
KVM_CREATE_VM, 0)              = 4
KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0x1000, memory_size=4096, userspace_addr=0x7f3b7671c000}) = 0
KVM_CREATE_VCPU, 0)            = 5`;
const IO = "KVM_RUN, 0)                    = 0 (KVM_EXIT_IO)";
const HLT = "KVM_RUN, 0)                    = 0 (KVM_EXIT_HLT)";

const run = (pair: string, printed: string[], traced: string[], status = 0): string =>
  [`@pair ${pair}`, ...printed.map((line) => `> ${line}`), "", `@status ${status}`, ...traced, ""].join("\n");

function outcomes(output: string): string[] {
  const facts = { runs: runs.read(output) };
  return Object.values(checks.tasks).map((judge) => judge(facts, {}).outcome);
}

const right = (a: number, b: number): string =>
  run(`${a} ${b}`, [`KVM_EXIT_IO port 0xe9: '${a + b}'`, "KVM_EXIT_IO port 0xe9: '\\n'", "KVM_EXIT_HLT"], [MADE, IO, IO, HLT]);
const again = (a: number, b: number, digit: number): string => `@again ${a} ${b}\n> KVM_EXIT_IO port 0xe9: '${digit}'\n> KVM_EXIT_HLT\n`;

test("the guest adds, says so, and halts", () => {
  assert.deepEqual(outcomes(right(3, 2) + again(4, 4, 8)), ["passed", "passed", "passed"]);
});

test("untouched: the kernel was asked for nothing; no program at all", () => {
  const untouched = run("3 2", ["Traceback (most recent call last):", "TypeError: argument must be an int"], ["KVM_GET_API_VERSION, 0)        = 12"], 1);
  assert.deepEqual(outcomes(untouched), ["failed", "failed", "failed"]);
  assert.deepEqual(outcomes("@pair 1 2\n@status 127\n"), ["failed", "failed", "failed"]);
});

test("a sum by Python, a wrong start, an end in the middle", () => {
  assert.deepEqual(outcomes(run("1 2", ["'3'", "KVM_EXIT_HLT"], []) + again(2, 2, 4)), ["failed", "failed", "failed"]);
  const lost = run("1 2", ["KVM_EXIT_INTERNAL_ERROR"], [MADE, "KVM_RUN, 0)                    = 0 (KVM_EXIT_INTERNAL_ERROR)"]);
  assert.deepEqual(outcomes(lost), ["passed", "failed", "failed"]);
  assert.deepEqual(outcomes(run("2 2", ["'4'"], [MADE, IO])), ["passed", "passed", "failed"]);
});

test("one right sum is not enough", () => {
  assert.deepEqual(outcomes(right(1, 1) + again(2, 2, 2)), ["passed", "failed", "passed"]);
});
