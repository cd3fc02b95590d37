import { join, relative } from "node:path";
import { loadCatalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import { readArguments, readJobs, readLocale, readNamed, readSeed, UsageError } from "./command-line.ts";
import { newExercise } from "./new-exercise.ts";
import { EXERCISES } from "./open-lab.ts";
import { align } from "./report/columns.ts";
import { countsOf, exitCodeOf } from "./report/grading.ts";
import { trialLines } from "./report/trial-lines.ts";
import { seconds } from "./report/words.ts";
import { guard, runProcess, type Surroundings, withLab } from "./run-command.ts";
import { type RunOptions, runRounds } from "./run-rounds.ts";
import { allRounds, caseName, type Round } from "./trial-case.ts";
import type { CaseReport } from "./try-cases.ts";

const USAGE = `usage: npm run exercise -- new <module>/<name>
       npm run exercise -- try <name>... [--lang en|zh-cn] [--jobs N] [--seed WORD]
       npm run exercise -- list
  new    makes the folder of an exercise that passes its own tests
  try    runs an exercise untouched, with every mistake and with its solution, and prints each verdict
  list   prints every exercise: id, module, template, minutes
What an exercise draws for each learner is drawn from the seed; without one, by chance.
Exit codes of try: 0 all as it should be, 1 something is not, 2 could not try.`;

const OPTIONS = {
  lang: { type: "string", default: "en" },
  jobs: { type: "string", default: "2" },
  seed: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** `npm run exercise`. Gives the exit code. */
export function exerciseCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err, exercises: root } = surroundings;
  return guard(USAGE, surroundings, async () => {
    const { values, positionals } = readArguments(args, OPTIONS);
    if (values.help) {
      out(`${USAGE}\n`);
      return 0;
    }
    const [verb, ...names] = positionals;
    const locale = readLocale(values.lang);
    const jobs = readJobs(values.jobs);
    const seed = readSeed(values.seed);
    switch (verb) {
      case "new": {
        if (names.length !== 1) throw new UsageError("one name of the form <module>/<exercise>", names.length === 0 ? "nothing" : names.join(" "));
        out(nextSteps(root, await newExercise(root, names[0] ?? "", await loadCatalogue(root))));
        return 0;
      }
      case "try": {
        if (names.length === 0) throw new UsageError("the name of an exercise", "nothing");
        const rounds = (await readNamed(root, names, err)).flatMap((exercise) => allRounds(exercise, seed));
        const reports = await tryAll(rounds, jobs, surroundings, (report) => out(`${trialLines(report, locale).join("\n")}\n`));
        const { passed, failed, errored } = countsOf(reports);
        out(`${passed} as it should be, ${failed} not, ${errored} could not be tried\n`);
        return exitCodeOf(reports);
      }
      case "list": {
        if (names.length > 0) throw new UsageError("nothing after list", names.join(" "));
        out(listing((await loadCatalogue(root)).list()));
        return 0;
      }
      default:
        throw new UsageError("new, try or list", verb === undefined ? "nothing" : JSON.stringify(verb));
    }
  });
}

/** Every case of the rounds. Each is told of when it and those before it are done. */
function tryAll(rounds: readonly Round[], jobs: number, surroundings: Surroundings, onReport: (report: CaseReport) => void): Promise<CaseReport[]> {
  const { err, signal, lookAgainMs } = surroundings;
  const began = performance.now();
  const onStep: RunOptions["onStep"] = (exercise, trial, step) => err(`${seconds(performance.now() - began)}  ${exercise.id}: ${caseName(trial)}: ${step}`);
  return withLab(surroundings, async (backend) => {
    const running = runRounds(rounds, { backend, jobs, signal, lookAgainMs, onStep });
    const reports: CaseReport[] = [];
    try {
      for (const round of running) {
        for (const report of await round) {
          onReport(report);
          reports.push(report);
        }
      }
    } finally {
      await Promise.allSettled(running);
    }
    return reports;
  });
}

function listing(exercises: readonly Exercise[]): string {
  const rows = exercises.map(({ id, module, definition }) => [id, module, definition.template, String(definition.minutes)]);
  return `${align([["id", "module", "template", "minutes"], ...rows]).join("\n")}\n`;
}

function nextSteps(root: string, files: readonly string[]): string {
  const [module, id] = (files[0] ?? "").split("/");
  const folder = relative(process.cwd(), join(root, module ?? "", id ?? ""));
  return [
    ...files.map((file) => `made  ${relative(process.cwd(), join(root, file))}`),
    "",
    "It is a whole exercise about the host's kernel, and it passes its tests. What to do next:",
    `  1. Change the files to your exercise. docs/exercises.md says what each of them is for.`,
    `  2. node --test ${folder}/checks.test.ts    the judges, in a second`,
    `  3. npm run exercise -- try ${id}    untouched, every mistake and the solution, on real hosts`,
    `  4. Name it in the front matter of one lesson, in both languages: exercises: [${id}]`,
    "",
  ].join("\n");
}

if (import.meta.main) await runProcess(EXERCISES, exerciseCommand);
