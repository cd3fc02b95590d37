import assert from "node:assert/strict";
import { test } from "node:test";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import checks from "./checks.ts";

type Facts = Parameters<(typeof checks.tasks)["race"]>[0];
type Machine = Facts["seen"]["tcg"];

function machine(type: string, memory = "65536"): Machine {
  return { state: 1, type, kvm: type === "kvm", board: { memory, vcpus: "1", machine: "pc-i440fx-10.0" }, seconds: null, why: "off" };
}

const side = (seconds: number | null, why = "") => ({ seconds, why });

function facts(tcg: Machine, kvm: Machine, value: { tcg: number; kvm: number }, own = { tcg: side(2.4), kvm: side(0.13) }): Facts {
  return { seen: { tcg: { ...tcg, ...own.tcg }, kvm: { ...kvm, ...own.kvm } }, report: { state: "read", value } };
}

const outcomes = (known: Facts): string[] => Object.values(checks.tasks).map((judge) => judge(known, {}).outcome);

const TCG = machine("qemu");
const KVM = machine("kvm");
const TIMES = { tcg: 3.1, kvm: 0.2 };

test("one translated, one under KVM, and times like the check's own", () => {
  assert.deepEqual(outcomes(facts(TCG, KVM, TIMES)), ["passed", "passed", "passed"]);
});

test("both under KVM, unequal memory, a boot instead of the loop, sides exchanged", () => {
  assert.deepEqual(outcomes(facts(machine("kvm"), KVM, TIMES)), ["failed", "passed", "passed"]);
  assert.deepEqual(outcomes(facts(TCG, machine("kvm", "131072"), TIMES)), ["passed", "failed", "passed"]);
  assert.deepEqual(outcomes(facts(TCG, KVM, { tcg: 95, kvm: 60 })), ["passed", "passed", "failed"]);
  assert.deepEqual(outcomes(facts(TCG, KVM, { tcg: 0.13, kvm: 2.4 })), ["passed", "passed", "failed"]);
});

test("a console that is taken is the learner's to leave; a machine that is slow is not their fault", () => {
  assert.deepEqual(outcomes(facts(TCG, KVM, TIMES, { tcg: side(2.4), kvm: side(null, "busy") })), ["passed", "passed", "failed"]);
  assert.throws(() => outcomes(facts(TCG, KVM, TIMES, { tcg: side(null, "silent"), kvm: side(0.13) })), FactUnknown);
});

test("times below what a console resolves are not compared with each other", () => {
  assert.deepEqual(outcomes(facts(TCG, KVM, { tcg: 0.1, kvm: 0.002 }, { tcg: side(0.12), kvm: side(0.015) })), ["passed", "passed", "passed"]);
});

test("no machines at all", () => {
  const none = { ...machine(""), state: 0 };
  assert.deepEqual(outcomes({ seen: { tcg: none, kvm: none }, report: { state: "absent" } }), ["failed", "failed", "failed"]);
});
