import { access, constants, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { MOST_GRADINGS } from "../contract/gradings.ts";
import { loadCatalogue } from "../exercises/catalogue.ts";
import { describeValues, type Seed } from "../exercises/draw-parameters.ts";
import { type Exercise, hasParameters } from "../exercises/exercise.ts";
import { readArguments, readJobs, readLocale, readNamed, readSeed, UsageError } from "./command-line.ts";
import { EXERCISES } from "./open-lab.ts";
import { gradeRemotely } from "./remote-lab.ts";
import { exitCodeOf, type Grading } from "./report/grading.ts";
import { jsonReport } from "./report/json.ts";
import { junitReport } from "./report/junit.ts";
import { tableReport } from "./report/table.ts";
import { tapReport } from "./report/tap.ts";
import { guard, runProcess, type Surroundings, withLab } from "./run-command.ts";
import { runRounds } from "./run-rounds.ts";
import { standingOf } from "./standing.ts";
import { caseName, mistakeRounds, type Round } from "./trial-case.ts";
import type { CaseReport } from "./try-cases.ts";

const FORMATS = ["table", "junit", "json", "tap"] as const;
type Format = (typeof FORMATS)[number];

const USAGE = `usage: npm run grade -- <exercise>...|--all [options]
  --script FILE   grade this script instead of the exercise's own solution
  --mistakes      grade the exercise's mistakes too: each must fail in just the tasks it names
  --format WORD   ${FORMATS.join(", ")}; without it: table
  --lang WORD     en or zh-cn: the language of the table; without it: en
  --jobs N        hosts side by side; without it: 2
  --seed WORD     what an exercise draws for each learner is drawn from it; without it: by chance
  --out FILE      write the report there instead of to standard output
  --server URL    grade on hosts of this running server instead of this machine's
  --token-file F  the server's token, of an instructor or admin with the scope full; without it: $RINGSIDE_TOKEN
Exit codes: 0 all passed, 1 some failed, 2 could not grade.`;

const OPTIONS = {
  all: { type: "boolean", default: false },
  script: { type: "string" },
  mistakes: { type: "boolean", default: false },
  format: { type: "string", default: "table" },
  lang: { type: "string", default: "en" },
  jobs: { type: "string", default: "2" },
  seed: { type: "string" },
  out: { type: "string" },
  server: { type: "string" },
  "token-file": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

function readFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text);
  if (format === undefined) throw new UsageError(`--format with one of ${FORMATS.join(", ")}`, JSON.stringify(text));
  return format;
}

/** Found out before the first host is made, and not after the last. */
async function mustBe(path: string, mode: number, expected: string): Promise<void> {
  try {
    await access(path, mode);
  } catch {
    throw new UsageError(expected, JSON.stringify(path));
  }
}

function roundsFor(exercises: readonly Exercise[], seed: Seed, script: string | undefined, mistakes: boolean): Round[] {
  return exercises.flatMap((exercise) => [
    { exercise, seed, cases: [script === undefined ? ({ kind: "solution" } as const) : ({ kind: "script", path: script } as const)] },
    ...(mistakes ? mistakeRounds(exercise, seed) : []),
  ]);
}

/** `npm run grade`. Gives the exit code. */
export function gradeCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings;
  return guard(USAGE, surroundings, async () => {
    const { values, positionals: names } = readArguments(args, OPTIONS);
    if (values.help) {
      out(`${USAGE}\n`);
      return 0;
    }
    const format = readFormat(values.format);
    const locale = readLocale(values.lang);
    const jobs = readJobs(values.jobs);
    const seed = readSeed(values.seed);
    if (values.all && names.length > 0) throw new UsageError("either names of exercises or --all", "both");
    if (!values.all && names.length === 0) throw new UsageError("the name of an exercise, or --all", "neither");
    if (values.script !== undefined && values.mistakes) throw new UsageError("either --script or --mistakes", "both");
    if (values.script !== undefined) await mustBe(values.script, constants.R_OK, "--script with a file that can be read");
    if (values.out !== undefined) await mustBe(dirname(values.out), constants.W_OK, "--out with a file in a folder that can be written to");

    if (values.server === undefined && values["token-file"] !== undefined) throw new UsageError("--token-file with --server", "it alone");
    if (values.server !== undefined && values.mistakes) throw new UsageError("either --server or --mistakes", "both");

    const root = surroundings.exercises;
    const grading =
      values.server === undefined ? await here() : await gradeThere(values.server, values["token-file"], { names, ...values, seed, jobs }, surroundings);
    const report = write(grading);
    if (values.out === undefined) out(report);
    else await writeFile(values.out, report);
    for (const { problem } of grading.cases) if (problem !== undefined) err(`could not grade: ${problem.step}: ${problem.message}`);
    return exitCodeOf(grading.cases);

    async function here(): Promise<Grading> {
      const exercises = values.all ? (await loadCatalogue(root)).list() : await readNamed(root, names, err);
      const rounds = roundsFor(exercises, seed, values.script, values.mistakes);
      return gradeAll(rounds, jobs, surroundings);
    }

    function write(all: Grading): string {
      if (format === "junit") return junitReport(all);
      if (format === "json") return jsonReport(all);
      return format === "tap" ? tapReport(all) : tableReport(all, locale);
    }
  });
}

function gradeAll(rounds: readonly Round[], jobs: number, surroundings: Surroundings): Promise<Grading> {
  const { err, signal, lookAgainMs } = surroundings;
  const startedAt = new Date().toISOString();
  const began = performance.now();
  return withLab(surroundings, async (backend) => {
    const running = runRounds(rounds, { backend, jobs, signal, lookAgainMs }).map(async (reports) => {
      for (const report of await reports) tell(report, err);
      return reports;
    });
    await Promise.allSettled(running);
    return { startedAt, cases: (await Promise.all(running)).flat(), ms: Math.round(performance.now() - began) };
  });
}

function tell(report: CaseReport, err: (line: string) => void): void {
  const { exercise, trial, parameters, seed } = report;
  const drawn = hasParameters(exercise) ? ` with ${describeValues(parameters)} (--seed ${seed})` : "";
  err(`${exercise.id}: ${caseName(trial)}: ${standingOf(report).outcome}${drawn}`);
}

interface Wanted {
  readonly names: readonly string[];
  readonly all: boolean;
  readonly script?: string | undefined;
  readonly seed: Seed;
  readonly jobs: number;
}

async function gradeThere(address: string, tokenFile: string | undefined, wanted: Wanted, surroundings: Surroundings): Promise<Grading> {
  const { err, signal, exercises: root } = surroundings;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError("--server with an address such as https://lab.example.org", JSON.stringify(address));
  if (tokenFile !== undefined) await mustBe(tokenFile, constants.R_OK, "--token-file with a file that can be read");
  const token = (tokenFile === undefined ? (process.env["RINGSIDE_TOKEN"] ?? "") : await readFile(tokenFile, "utf8")).trim();
  if (!/^ringside_[\w-]+$/.test(token))
    throw new UsageError("a token that begins with ringside_, in --token-file or $RINGSIDE_TOKEN", token === "" ? "none" : "something else");
  if (url.protocol === "http:" && !/^(localhost|127\.|\[::1\])/.test(url.hostname)) err(`the token goes to ${url.host} unencrypted: http`);
  const { names, all, script, seed, jobs } = wanted;
  // The server knows its exercises best; only for all of them those of this folder are named.
  const exercises = all ? (await loadCatalogue(root)).list().map(({ id }) => id) : names.map((name) => name.split("/").at(-1) ?? name);
  const work = script === undefined ? undefined : { path: script, text: await readFile(script, "utf8") };
  return gradeRemotely({ server: url.origin, token, signal }, { exercises, script: work, seed, jobs: Math.min(jobs, MOST_GRADINGS) }, (report) =>
    tell(report, err),
  );
}

if (import.meta.main) await runProcess(EXERCISES, gradeCommand);
