import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import type { Host, ShellChannel } from "../../lab-server/hosts/backend.ts";
import { keysOf, LessonShell } from "../support/lesson-shell.ts";

/** This machine's own bash on a terminal that script(1) makes. */
function localShell(): { host: Host; end: () => void } {
  const child = spawn("script", ["-qec", "bash --norc --noprofile -i", "/dev/null"], {
    env: { PATH: process.env["PATH"], TERM: "xterm", HOME: "/", HISTFILE: "" },
  });
  const channel: ShellChannel = {
    write: (data) => void child.stdin.write(data),
    resize() {},
    pause() {},
    resume() {},
    close: () => void child.kill(),
    onData: (listener) => void child.stdout.on("data", listener),
    onClose: (listener) => void child.on("close", listener),
  };
  return { host: { openShell: async () => channel } as unknown as Host, end: () => void child.kill() };
}

test("keys are written as on a keyboard", () => {
  assert.deepEqual([undefined, "^]", "q", "^Xn", "exit", "^c"].map(keysOf), ["\u001d\r", "\u001d", "q", "\u0018n", "exit\r", "\u0003"]);
});

test("one shell runs commands after one another, as a learner's does", { timeout: 60_000 }, async (t) => {
  const { host, end } = localShell();
  t.after(end);
  const shell = await LessonShell.open(host);
  assert.deepEqual(await shell.run("echo one two", 10_000), { status: 0, output: "one two" });
  assert.equal((await shell.run("cd /tmp; word=three", 10_000)).status, 0);
  assert.deepEqual(await shell.run('echo "$PWD $word"', 10_000), { status: 0, output: "/tmp three" });
  assert.equal((await shell.run("(exit 7)", 10_000)).status, 7);
  assert.notEqual((await shell.run("no-such-command", 10_000)).status, 0);
  assert.notEqual((await shell.run("if then", 10_000)).status, 0);
});

test("what keeps the terminal is left when its screen shows what was waited for", { timeout: 60_000 }, async (t) => {
  const { host, end } = localShell();
  t.after(end);
  const shell = await LessonShell.open(host);
  await shell.look("bash --norc -c 'printf \"ready\\n> \"; read -r line'", /^ready$/m, "enough", 10_000);
  await shell.look("cat <(echo purring) -", /^purring$/m, "^C\r\r", 10_000);
  assert.deepEqual(await shell.run("echo after", 10_000), { status: 0, output: "after" });
  await assert.rejects(shell.look("cat # never", /never/, "^C", 300), /^Error: after 0\.3 s: its screen does not show \/never\/; it shows:\n$/);
});

test("a command that never ends says what may be missing", { timeout: 60_000 }, async (t) => {
  const { host, end } = localShell();
  t.after(end);
  const shell = await LessonShell.open(host);
  await assert.rejects(shell.run("cat", 300), /the prompt does not come back; does it keep the terminal/);
});
