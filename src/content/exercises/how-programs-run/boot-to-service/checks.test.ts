import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type BootFacts } from "./checks.ts";

const BOOT_ID = "c53a2150-aa45-48c4-85a4-0debcb91f787";
const UNIT: NonNullable<BootFacts["unit"]> = {
  name: "smartgo-hello.service",
  path: "/etc/systemd/system/smartgo-hello.service",
  started: true,
  byTimer: false,
  installs: true,
  wantedBy: ["multi-user.target"],
  passing: false,
};
const DONE: BootFacts = {
  unit: UNIT,
  trial: { lines: [`42.10 s after the kernel, boot ${BOOT_ID}, started by systemd`], error: "" },
  bootId: BOOT_ID,
  profiles: [],
};

function judge(task: string, boot: BootFacts) {
  const outcome = checks.tasks[task]?.({ boot }, {});
  assert.ok(outcome);
  return outcome;
}

test("done, and nothing done", () => {
  for (const task of ["service", "at-boot"]) {
    assert.equal(judge(task, DONE).outcome, "passed", task);
    assert.equal(judge(task, { ...DONE, unit: null, trial: null }).outcome, "failed", task);
  }
});

test("a unit that writes nothing, or of another boot, does not work", () => {
  assert.equal(judge("service", { ...DONE, trial: { lines: [], error: "Result=exit-code" } }).outcome, "failed");
  assert.equal(judge("service", { ...DONE, trial: { lines: ["1 s after the kernel, boot 0, started by systemd"], error: "" } }).outcome, "failed");
});

test("each way not to be started has its own words", () => {
  const off = { ...UNIT, started: false, wantedBy: [] };
  const words = (facts: BootFacts): string => {
    const outcome = judge("at-boot", facts);
    assert.ok(outcome.outcome === "failed");
    return `${outcome.found.en} ${outcome.look.en}`;
  };
  assert.match(words({ ...DONE, unit: off }), /not enabled/);
  assert.match(words({ ...DONE, unit: { ...off, installs: false } }), /nothing to link/);
  assert.match(words({ ...DONE, unit: { ...off, passing: true } }), /every boot begins/);
  assert.match(words({ ...DONE, unit: { ...off, wantedBy: ["rescue.target"] } }), /rescue\.target/);
  assert.match(words({ ...DONE, unit: null, trial: null, profiles: ["/root/.bashrc"] }), /logs in/);
});
