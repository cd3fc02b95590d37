import { constants } from "node:os";
import { LabError } from "../errors.ts";
import type { HostBackend } from "../hosts/backend.ts";
import { UsageError } from "./command-line.ts";
import { type Lab, openLab } from "./open-lab.ts";

/** What a command says, and to whom. */
export interface Output {
  /** The report. */
  readonly out: (text: string) => void;
  /** How far it has come, and what went wrong: a line. */
  readonly err: (line: string) => void;
}

/** What a command has to work with. Tests give their own. */
export interface Surroundings extends Output {
  readonly openLab: (onWarning: (line: string) => void) => Promise<Lab>;
  /** Where the exercises are. */
  readonly exercises: string;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** As of a trial (`TryOptions`). */
  readonly lookAgainMs?: number | undefined;
}

/**
 * Gives a command its hosts, and ends them when it is done. An interruption ends them at once: what runs on them then fails,
 * so the work is over soon. The work must have ended on all hosts when its promise settles.
 */
export async function withLab<R>({ openLab, err, signal }: Surroundings, work: (backend: HostBackend) => Promise<R>): Promise<R> {
  const lab = await openLab(err);
  const onAbort = (): void => void lab.backend.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(lab.backend);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await lab.close();
  }
}

/** The command could not do its work: bad options, no such exercise, no host. */
export const COULD_NOT = 2;

/** Runs a command; what it fails with becomes a sentence and the exit code 2. */
export async function guard(usage: string, { err, signal }: Pick<Surroundings, "err" | "signal">, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (thrown) {
    if (signal.aborted) return COULD_NOT;
    if (thrown instanceof UsageError) {
      err(thrown.message);
      err(usage);
    } else if (thrown instanceof LabError) err(thrown.message);
    else err(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    return COULD_NOT;
  }
}

/**
 * Runs a command as a process. Ctrl+C, or the SIGTERM of a build server, ends the hosts first; the exit code is then 128 and the
 * signal's number: 130 for Ctrl+C. A second signal does not wait.
 */
export async function runProcess(exercises: string, command: (args: readonly string[], surroundings: Surroundings) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (code !== undefined) process.exit(code);
    code = 128 + constants.signals[signal];
    process.stderr.write("ending the hosts\n");
    controller.abort(new Error(signal));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // A reader that had enough, such as `head`, is no reason to leave hosts behind.
  process.stdout.on("error", () => {});
  const result = await command(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (line) => void process.stderr.write(`${line}\n`),
    openLab,
    exercises,
    signal: controller.signal,
  });
  process.exitCode = code ?? result;
}
