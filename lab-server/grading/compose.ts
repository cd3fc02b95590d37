import type { Probes } from "./check.ts";

/** What a host said to one probe. Plain JSON, so that a baseline can be kept with its seat. */
export interface Answer {
  /** Exit status of the probe's script; 124 and 137 when its time was up. */
  readonly status: number;
  readonly output: string;
}
export type Answers = Readonly<Record<string, Answer>>;

/** One probe may take this long, in seconds. Below the time of the whole exec, so that one stuck probe does not silence the others. */
export const PROBE_SECONDS = 45;
/** One probe may print this much, in bytes; a longer answer counts as none. */
export const PROBE_BYTES = 64 * 1024;
/** All of them together, in bytes. Beyond this the exec fails: one endless probe then silences all. */
export const ASK_BYTES = 4 * 1024 * 1024;

/** Any text as one word of the shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * All probes as one script for `sh`; each probe's own script is run by bash. Each answer stands between two lines that
 * begin with `delimiter`, which must be new for each run: an answer that happens to contain such a line would be read
 * as a frame.
 *
 * What a learner has put into the environment is left aside: path, language, libvirt's address and what is loaded into programs are our
 * own, and `bash -p` takes no functions from it.
 * No pipes and no subshells: in an emulated host each process costs as much as a question.
 */
export function composeScript(probes: Probes, delimiter: string): string {
  const frames = Object.entries(probes).map(([name, probe]) =>
    [
      `printf '%s\\n' '${delimiter} begin ${name}'`,
      `/usr/bin/timeout -k 1 ${PROBE_SECONDS} /usr/bin/bash -p -c ${shellWord(probe.script)} </dev/null`,
      `printf '\\n%s\\n' "${delimiter} end ${name} $?"`,
    ].join("\n"),
  );
  return [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system",
    "export PATH LC_ALL LIBVIRT_DEFAULT_URI",
    "unset BASH_ENV LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT",
    ...frames,
    "",
  ].join("\n");
}

/**
 * The answers in what the script printed. A probe whose frame is missing, torn or too long has no entry: the
 * host did not answer it.
 */
export function splitAnswers(stdout: string, names: readonly string[], delimiter: string): Answers {
  const answers: Record<string, Answer> = {};
  for (const name of names) {
    const begin = `${delimiter} begin ${name}\n`;
    const start = stdout.indexOf(begin);
    if (start < 0) continue;
    const rest = stdout.slice(start + begin.length);
    const end = rest.indexOf(`\n${delimiter} end ${name} `);
    if (end < 0) continue;
    const status = new RegExp(`^\\n${delimiter} end ${name} (\\d+)\\n`).exec(rest.slice(end));
    const output = rest.slice(0, end);
    if (status === null || Buffer.byteLength(output) > PROBE_BYTES) continue;
    answers[name] = { status: Number(status[1]), output };
  }
  return answers;
}
