import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFile } from "../../grading/probes/host.ts";
import checks from "./checks.ts";

const release = "6.12.48+deb13-cloud-amd64";

function judge(noted: HostFile) {
  const kernelNoted = checks.tasks["kernel-noted"];
  assert.ok(kernelNoted);
  return kernelNoted({ noted, release }, {});
}

test("the release and nothing else passes, with or without a line end", () => {
  for (const text of [release, `${release}\n`]) assert.equal(judge({ state: "read", text }).outcome, "passed");
});

test("no file, another text, or something that is no text fails", () => {
  for (const noted of [
    { state: "absent" },
    { state: "unfit", why: "kind" },
    { state: "read", text: "" },
    { state: "read", text: `Linux ${release}\n` },
  ] satisfies HostFile[]) {
    assert.equal(judge(noted).outcome, "failed", JSON.stringify(noted));
  }
});

test("a wrong text is named", () => {
  const outcome = judge({ state: "read", text: "Linux\n" });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /“Linux”/);
});
