import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type Mine, privilegedName } from "./checks.ts";

const REAL = { add: "ok", cpuid: "ok", hlt: "SIGSEGV", cli: "SIGSEGV", in: "SIGSEGV", rdmsr: "SIGSEGV", "mov-cr3": "SIGSEGV", ud2: "SIGILL" } as const;
const HLT = { signal: "SIGSEGV", code: 128, cs: 0x33, bytes: "f45bc3", deadly: true };

function judge(task: string, said: Record<string, "ok" | "SIGSEGV" | "SIGILL"> | undefined, mine: Mine) {
  const report = said === undefined ? ({ state: "absent" } as const) : ({ state: "read", value: said } as const);
  const outcome = checks.tasks[task]?.({ report, truth: { table: REAL, mine } }, {});
  assert.ok(outcome);
  return outcome;
}
const ran = (...faults: (typeof HLT)[]): Mine => ({ state: "ran", status: -11, faults });

test("a table is compared with what the check saw", () => {
  const mine: Mine = { state: "absent" };
  assert.equal(judge("result-table", undefined, mine).outcome, "failed");
  assert.equal(judge("result-table", REAL, mine).outcome, "passed");
  const wrong = judge("result-table", { ...REAL, ud2: "SIGSEGV" }, mine);
  assert.ok(wrong.outcome === "failed");
  assert.match(wrong.found.en, /ud2 is "SIGSEGV"/);
  const { cli: _, ...short } = REAL;
  const missing = judge("result-table", short, mine);
  assert.ok(missing.outcome === "failed");
  assert.match(missing.found.en, /cli/);
});

test("only a deadly privileged instruction in ring 3 counts", () => {
  assert.equal(judge("own-program", REAL, ran(HLT)).outcome, "passed");
  assert.equal(judge("own-program", REAL, ran({ ...HLT, deadly: false })).outcome, "failed");
  assert.equal(judge("own-program", REAL, ran({ ...HLT, bytes: "8b00" })).outcome, "failed");
  for (const [fault, words] of [
    [{ ...HLT, code: 1, bytes: "8b0425" }, /page fault/],
    [{ ...HLT, code: 0, bytes: "c3" }, /yourself/],
    [{ ...HLT, code: -6, bytes: "c3" }, /yourself/],
    [{ ...HLT, signal: "SIGILL", code: 2, bytes: "0f0b" }, /does not even ask/],
  ] as const) {
    const outcome = judge("own-program", REAL, ran(fault));
    assert.ok(outcome.outcome === "failed");
    assert.match(outcome.look.en, words);
  }
  assert.equal(judge("own-program", REAL, { state: "ran", status: 139, faults: [] }).outcome, "failed");
});

test("privileged instructions are known by their bytes", () => {
  const names = {
    f4: "hlt",
    fa: "cli",
    e460: "in",
    ee: "out",
    "0f32": "rdmsr",
    "0f20d8": "mov from cr",
    "480f22d8": "mov to cr",
    "0f0110": "lgdt",
    "0f011d00": "lidt",
    f36e: "out",
  };
  for (const [bytes, name] of Object.entries(names)) assert.equal(privilegedName(bytes), name, bytes);
  for (const bytes of ["83c001", "0fa2", "0f0b", "8b00", "9d", "0f0100", "0f05", ""]) assert.equal(privilegedName(bytes), undefined, bytes);
});
