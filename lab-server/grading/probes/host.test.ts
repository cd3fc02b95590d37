import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { z } from "zod";
import { fileAt, reportAt, textFrom } from "./host.ts";

const folder = mkdtempSync(join(tmpdir(), "ringside it's "));
after(() => rmSync(folder, { recursive: true }));

/** What the probe reads when its script runs here. */
function here<T>(probe: { readonly script: string; read(output: string): T }): T {
  return probe.read(execFileSync("bash", ["-c", probe.script], { encoding: "utf8" }));
}

test("a file is absent, unfit or read as it is, wherever it lies", () => {
  const at = (name: string) => here(fileAt(join(folder, name)));
  assert.deepEqual(at("none"), { state: "absent" });
  mkdirSync(join(folder, "folder"));
  assert.deepEqual(at("folder"), { state: "unfit", why: "kind" });
  writeFileSync(join(folder, "long"), "x".repeat(32_769));
  assert.deepEqual(at("long"), { state: "unfit", why: "size" });
  writeFileSync(join(folder, "text"), "two\nlines\n");
  assert.deepEqual(at("text"), { state: "read", text: "two\nlines\n" });
  writeFileSync(join(folder, "empty"), "");
  assert.deepEqual(at("empty"), { state: "read", text: "" });
});

test("a report says what is wrong with it, and never that the check could not read it", () => {
  const schema = z.object({ vcpus: z.int() });
  const at = (text: string) => {
    writeFileSync(join(folder, "report.json"), text);
    return here(reportAt(join(folder, "report.json"), schema));
  };
  assert.deepEqual(at('{"vcpus": 4}'), { state: "read", value: { vcpus: 4 } });
  assert.equal(at("{vcpus: 4}").state, "unreadable");
  const misshapen = at('{"vcpus": "4"}');
  assert.ok(misshapen.state === "misshapen" && misshapen.field === "vcpus");
  assert.deepEqual(here(reportAt(join(folder, "none"), schema)), { state: "absent" });
});

test("a text loses its last line end and nothing else", () => {
  assert.equal(here(textFrom("printf ' a\\n\\n'")), " a\n");
});
