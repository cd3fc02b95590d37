import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type RealServer, startRealServer } from "../support/real-server.ts";

/*
 * `npm run grade` against a running server, as a course owner's pipeline does it: an admin and a token by command, then one host.
 */

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(`../../lab-server/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "ringside-remote-"));
let server: RealServer;

before(async () => {
  server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
});
after(async () => {
  await server.close();
  rmSync(scratch, { recursive: true });
});

test("a token made by command grades a solution on a host of the running server", async () => {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], RINGSIDE_STATE_DIR: server.stateDir };
  await run(process.execPath, [file("people/admin-command.ts"), "root"], { env });
  const { stdout: token } = await run(process.execPath, [file("people/admin-command.ts"), "token", "root", "CI", "--scope", "full", "--days", "1"], { env });
  assert.match(token, /^ringside_[\w-]{43}\n$/);
  const tokenFile = join(scratch, "token");
  writeFileSync(tokenFile, token);
  const args = ["cpu-hot-add", "--server", server.url, "--token-file", tokenFile, "--format", "json"];
  const { stdout, stderr } = await run(process.execPath, [file("trial/grade-command.ts"), ...args], { env });
  const report = JSON.parse(stdout);
  assert.deepEqual([report.outcome, report.cases.length], ["passed", 1], stderr);
  const [one] = report.cases;
  assert.deepEqual([one.exercise, one.case, one.script.status], ["cpu-hot-add", "solution", 0]);
  assert.ok(one.ms.create > 0 && one.ms.script > 0);
  assert.ok(!server.log().includes(token.trim()), "the token is not in the log");
});
