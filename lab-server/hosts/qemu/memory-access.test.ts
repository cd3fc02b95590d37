import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { LabError } from "../../errors.ts";
import { asSaveError, explainAccess, probeMemoryAccess } from "./memory-access.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const scope = existsSync("/proc/sys/kernel/yama/ptrace_scope") ? Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8")) : 0;

/** Runs code as a user who owns nothing. */
async function asNobody(code: string): Promise<string> {
  const node = [process.execPath, "--input-type=module", "-e", code];
  return (await run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", ...node], { cwd: "/" })).stdout.trim();
}
const module = (name: string): string => JSON.stringify(join(import.meta.dirname, name));

test("as root every process can be read, also another user's", { skip: !isRoot }, async () => {
  assert.deepEqual(await probeMemoryAccess({ uid: 65534, gid: 65534 }), { own: true, adopted: true });
});

test("as an unprivileged user it is as the kernel says: own processes up to scope 1, strangers to the family up to 0", { skip: !isRoot }, async () => {
  const said = await asNobody(`import { probeMemoryAccess } from ${module("memory-access.ts")}; console.log(JSON.stringify(await probeMemoryAccess()))`);
  assert.deepEqual(JSON.parse(said), { own: scope <= 1, adopted: scope === 0 });
});

test("a process that may not be read is a host that cannot be saved, and the log says what to do", { skip: !isRoot }, async () => {
  const said = await asNobody(`
    import { copyPrivatePages } from ${module("private-pages.ts")};
    import { asSaveError } from ${module("memory-access.ts")};
    const { message, code } = await copyPrivatePages({ pid: ${process.pid}, startTime: 0 }, "/x", undefined).catch((thrown) => asSaveError(thrown, "host a"));
    console.log(code, message);
  `);
  assert.match(said, /^cannot_save host a: .*EACCES.*kernel\.yama\.ptrace_scope=0$/);
});

test("another failure of saving stays what it was, and full access needs no words", () => {
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  assert.equal(asSaveError(full, "host a"), full);
  assert.ok(asSaveError(Object.assign(new Error(), { code: "EPERM" }), "host a") instanceof LabError);
  assert.equal(explainAccess({ own: true, adopted: true }), undefined);
  assert.match(explainAccess({ own: true, adopted: false }) ?? "", /outlive their server/);
  assert.match(explainAccess({ own: false, adopted: false }) ?? "", /no snapshots/);
});
