import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import type { Probe, Probes } from "./check.ts";
import { ASK_BYTES, composeScript, PROBE_BYTES, shellWord, splitAnswers } from "./compose.ts";

const DELIMITER = "=d3adb33f=";

function probe(script: string): Probe<string> {
  return { script, read: (output) => output };
}

/** Runs the probes as a host would, in this machine's own `sh`. */
function run(probes: Probes, env: NodeJS.ProcessEnv = process.env): ReturnType<typeof splitAnswers> {
  // Something to read, and no pipe: one that nobody reads breaks when the shell is gone before it is written.
  const input = openSync(import.meta.filename, "r");
  try {
    const stdout = execFileSync("sh", ["-c", composeScript(probes, DELIMITER)], {
      encoding: "utf8",
      env,
      stdio: [input, "pipe", "ignore"],
      maxBuffer: ASK_BYTES,
    });
    return splitAnswers(stdout, Object.keys(probes), DELIMITER);
  } finally {
    closeSync(input);
  }
}

test("each probe gets its own output and exit status", () => {
  const answers = run({
    plain: probe("echo one"),
    noNewline: probe("printf two"),
    nothing: probe("true"),
    several: probe("echo a; echo; echo b"),
    fails: probe("echo half; exit 3"),
    missing: probe("no-such-command-here"),
  });
  assert.deepEqual(answers, {
    plain: { status: 0, output: "one\n" },
    noNewline: { status: 0, output: "two" },
    nothing: { status: 0, output: "" },
    several: { status: 0, output: "a\n\nb\n" },
    fails: { status: 3, output: "half\n" },
    missing: { status: 127, output: "" },
  });
});

test("quotes, dollars, backslashes and other scripts reach the probe as written", () => {
  const text = `it's "quoted" $HOME \\n \`date\` 气球`;
  assert.deepEqual(run({ echo: probe(`printf %s ${shellWord(text)}`) }), { echo: { status: 0, output: text } });
});

test("a probe that breaks off, kills its shell or reads its input does not touch the others", () => {
  const answers = run({ before: probe("echo 1"), dies: probe("kill -9 $$"), unbalanced: probe("echo '"), reads: probe("cat"), after: probe("echo 2") });
  assert.equal(answers.before?.output, "1\n");
  assert.notEqual(answers.dies?.status, 0);
  assert.notEqual(answers.unbalanced?.status, 0);
  assert.deepEqual(answers.reads, { status: 0, output: "" });
  assert.equal(answers.after?.output, "2\n");
});

test("too long an answer is none, and the next one is whole", () => {
  const answers = run({
    exact: probe(`head -c ${PROBE_BYTES} /dev/zero | tr '\\0' x`),
    long: probe(`head -c ${PROBE_BYTES + 1} /dev/zero | tr '\\0' x`),
    longest: probe(`head -c 1000000 /dev/zero | tr '\\0' x`),
    after: probe("echo 2"),
  });
  assert.equal(answers.exact?.output.length, PROBE_BYTES);
  assert.equal(answers.long, undefined);
  assert.equal(answers.longest, undefined);
  assert.equal(answers.after?.output, "2\n");
});

test("the learner's environment is left aside", () => {
  const env = { PATH: process.env.PATH, LC_ALL: "zh_CN.UTF-8", LIBVIRT_DEFAULT_URI: "test:///default" };
  const answers = run({ env: probe('echo "$LC_ALL $LIBVIRT_DEFAULT_URI $PATH"') }, env);
  assert.equal(answers.env?.output, "C qemu:///system /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
});

test("a torn or foreign output gives no answer", () => {
  const whole = `\n${DELIMITER} begin a\n4\n\n${DELIMITER} end a 0\n`;
  assert.deepEqual(splitAnswers(whole, ["a"], DELIMITER), { a: { status: 0, output: "4\n" } });
  assert.deepEqual(splitAnswers(whole, ["a"], "=other="), {});
  assert.deepEqual(splitAnswers(whole, ["b"], DELIMITER), {});
  assert.deepEqual(splitAnswers(whole.slice(0, -4), ["a"], DELIMITER), {});
  assert.deepEqual(splitAnswers(whole.replace("end a 0", "end a "), ["a"], DELIMITER), {});
  assert.deepEqual(splitAnswers("", ["a"], DELIMITER), {});
});
