import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { LabError } from "../errors.ts";
import type { ExecOptions, ExecResult } from "../hosts/backend.ts";
import { exportLines, runSetup, runWork } from "./run-script.ts";

/** A host whose shell is this machine's own. */
const host = {
  id: "local",
  exec(command: string, { stdin }: ExecOptions = {}): Promise<ExecResult> {
    return new Promise((resolve) => {
      const child = execFile("sh", ["-c", command], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : ((error.code as number | undefined) ?? null), stdout, stderr, ms: 1 }),
      );
      child.stdin?.end(stdin);
    });
  },
};

test("a learner's script gives its status and both its streams in their order", async () => {
  assert.deepEqual(await runWork(host, { name: "work.sh", text: "echo $0; echo two >&2; echo three; exit 5\n", seconds: 10 }), {
    code: 5,
    output: "work.sh\ntwo\nthree\n",
  });
});

test("a command that reads its input does not eat the rest of the script", async () => {
  assert.deepEqual(await runWork(host, { name: "work.sh", text: "cat\necho 'it'\"'\"'s there'\n", seconds: 10 }), { code: 0, output: "it's there\n" });
});

test("what is left in the background goes on, and nobody waits for it", async () => {
  const began = performance.now();
  const { code, output } = await runWork(host, { name: "work.sh", text: "sleep 20 & echo $!\n", seconds: 10 });
  const pid = Number(output);
  assert.equal(code, 0);
  assert.ok(performance.now() - began < 10_000);
  // Fails when there is no such process.
  process.kill(pid, 0);
  process.kill(pid);
});

test("a script whose time is up ends with 124, and what it said is kept", async () => {
  assert.deepEqual(await runWork(host, { name: "work.sh", text: "echo before; sleep 20; echo after\n", seconds: 1 }), { code: 124, output: "before\n" });
});

test("setup.sh must end with 0; without one nothing is done", async () => {
  await runSetup(host, { id: "greet", setup: "true\n" });
  await runSetup({ id: "none", exec: () => assert.fail("expected no command") }, { id: "greet", setup: undefined });
  await assert.rejects(
    runSetup(host, { id: "greet", setup: "echo out; echo err >&2; exit 3\n" }),
    (thrown: unknown) =>
      thrown instanceof LabError && thrown.code === "host_failed" && /setup\.sh of greet ended with 3 on host local\nout\n\nerr\n$/.test(thrown.message),
  );
});

test("what was drawn is in the environment of setup.sh and of a learner's work, and of what they start", async () => {
  const parameters = { vcpus: 3, guest: "web_03" };
  const text = `[ "$(bash -c 'echo $PARAM_VCPUS $PARAM_GUEST')" = "3 web_03" ]; echo $?\n`;
  assert.deepEqual(await runWork(host, { name: "work.sh", text, seconds: 10, parameters }), { code: 0, output: "0\n" });
  await runSetup(host, { id: "greet", setup: '[ "$PARAM_VCPUS $PARAM_GUEST" = "3 web_03" ]\n' }, parameters);
  await assert.rejects(runSetup(host, { id: "greet", setup: "set -u; echo $PARAM_VCPUS\n" }), /PARAM_VCPUS/);
});

test("nothing that a shell could take for something else gets into the environment", () => {
  for (const values of [
    { a: "$(id)" },
    { a: "x;id" },
    { a: "x y" },
    { a: "'" },
    { a: "x\n" },
    { a: "" },
    { a: 1.5 },
    { a: -1 },
    { a: null as never },
    { "a;id": 1 },
    { "a=1 b": 1 },
  ]) {
    assert.throws(() => exportLines(values as Record<string, number | string>), TypeError, JSON.stringify(values));
  }
});
