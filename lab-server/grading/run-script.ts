import { randomBytes } from "node:crypto";
import { isParameterValue, type ParameterValues } from "../contract/parameters.ts";
import { LabError } from "../errors.ts";
import type { Exercise } from "../exercises/exercise.ts";
import { variableOf } from "../exercises/parameter-use.ts";
import type { Host } from "../hosts/backend.ts";

/** `setup.sh` may take this long, in milliseconds. */
const SETUP_TIMEOUT_MS = 120_000;
/** So much of a failed script's output goes to the log, in characters. */
const LOGGED_OUTPUT = 4000;
/** So much of what a learner's script said comes back, in bytes. */
const OUTPUT_BYTES = 64 * 1024;
/** A script that is over its time gets this much longer to end by itself, in seconds; then it is killed. */
const GRACE_SECONDS = 5;
/** Beyond the script's own time: what the connection to a busy host may take, in milliseconds. */
const BEYOND_MS = 30_000;

/**
 * A script on standard input as a command of the host's shell. The whole of it is read before any of it runs, so a command in
 * it that reads its input cannot eat the rest. It may have 128 KiB (execve(2), MAX_ARG_STRLEN).
 */
function bashWith(name: string): string {
  return `bash -c "$(cat)" ${name}`;
}

/**
 * What was drawn for a learner as lines of the shell, one `export` for each. Values are numbers and words that need no quotes; anything else
 * is a fault of ours and is refused, for it would be run by root.
 */
export function exportLines(parameters: ParameterValues): string {
  const lines = Object.entries(parameters).map(([name, value]) => {
    const variable = variableOf(name);
    if (!isParameterValue(value) || !/^PARAM_[A-Z0-9_]+$/.test(variable)) throw new TypeError(`this is no parameter: ${JSON.stringify({ [name]: value })}`);
    return `export ${variable}=${value}\n`;
  });
  return lines.join("");
}

/**
 * Brings a fresh host to an exercise's starting state. Without a `setup.sh` the template is that already.
 * Fails with `host_failed` (step `setup`) when the script does not end with 0; fails also as `Host.exec` does.
 */
export async function runSetup(host: Pick<Host, "exec" | "id">, exercise: Pick<Exercise, "id" | "setup">, parameters: ParameterValues = {}): Promise<void> {
  if (exercise.setup === undefined) return;
  const result = await host.exec(`${exportLines(parameters)}exec ${bashWith("setup.sh")}`, { stdin: exercise.setup, timeoutMs: SETUP_TIMEOUT_MS });
  if (result.code === 0) return;
  const log = `setup.sh of ${exercise.id} ended with ${result.code ?? "a signal"} on host ${host.id}\n${result.stdout.slice(-LOGGED_OUTPUT)}\n${result.stderr.slice(-LOGGED_OUTPUT)}`;
  throw new LabError("host_failed", { params: { step: "setup" }, log });
}

/** How a script ended that did a learner's work. */
export interface ScriptRun {
  /** Exit status; 124 or 137 when its time was up, null when a signal ended the shell around it. */
  readonly code: number | null;
  /** The end of what it printed, both streams in the order in which they were written. */
  readonly output: string;
}

export interface Work {
  /** For `$0`, a plain word. */
  readonly name: string;
  readonly text: string;
  /** The time it may take. */
  readonly seconds: number;
  /** What was drawn, for the script's environment. */
  readonly parameters?: ParameterValues;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a script that does a learner's work, as root's bash. Its exit status is a result and not an error.
 * What it leaves running in the background goes on, as after a learner's `&`: the output goes to a file, so nobody waits for it.
 * Fails as `Host.exec` does.
 */
export async function runWork(host: Pick<Host, "exec">, { name, text, seconds, parameters = {}, signal }: Work): Promise<ScriptRun> {
  const file = `/tmp/work-${randomBytes(6).toString("hex")}`;
  const commands = [
    `timeout -k ${GRACE_SECONDS} ${seconds} ${bashWith(name)} >${file} 2>&1`,
    "status=$?",
    `tail -c ${OUTPUT_BYTES} ${file}`,
    `rm ${file}`,
    "exit $status",
  ];
  const timeoutMs = (seconds + GRACE_SECONDS) * 1000 + BEYOND_MS;
  const result = await host.exec(exportLines(parameters) + commands.join("; "), { stdin: text, timeoutMs, ...(signal ? { signal } : {}) });
  return { code: result.code, output: result.stdout };
}
