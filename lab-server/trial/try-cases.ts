import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { GradingStep as TrialStep } from "../contract/gradings.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { Problem } from "../contract/problem.ts";
import type { Verdict } from "../contract/verdict.ts";
import { asLabError, LabError } from "../errors.ts";
import { drawParameters, type Seed } from "../exercises/draw-parameters.ts";
import type { Exercise, Mistake } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import { grade } from "../grading/grade.ts";
import { runSetup, runWork, type ScriptRun } from "../grading/run-script.ts";
import type { Host, HostBackend } from "../hosts/backend.ts";
import { type Log, silentLog } from "../log.ts";
import type { ReadBaseline } from "../seats/prepare.ts";
import { FIRST_SEED, leavesHost, type Round, type TrialCase } from "./trial-case.ts";
import { failedTasks, unwanted } from "./wanted.ts";

export { GRADING_STEPS as TRIAL_STEPS, type GradingStep as TrialStep } from "../contract/gradings.ts";

/** A script may take this long, in seconds. A guest that it installs or restarts needs minutes under emulation. */
export const SCRIPT_SECONDS = 600;

/** Of an exercise, as much as a report names. */
export interface ReportedExercise extends Pick<Exercise, "id" | "module"> {
  readonly definition: Pick<Exercise["definition"], "title" | "parameters">;
}

/** What came of one case. */
export interface CaseReport<E extends ReportedExercise = ReportedExercise> {
  readonly exercise: E;
  readonly trial: TrialCase;
  /** What was drawn for it, and from what. Empty where the exercise has no parameters. */
  readonly parameters: ParameterValues;
  readonly seed: Seed;
  /** Absent when a step before it failed: see `problem`. Its `attempts` counts nothing. */
  readonly verdict?: Verdict;
  /** How the mistake, the solution or the learner's script ended. */
  readonly script?: ScriptRun;
  /** The step that failed through no fault of the work that was tried, and how, for whoever runs the lab. */
  readonly problem?: { readonly step: TrialStep; readonly message: string; readonly problem: Problem };
  /** Why tasks are errored, for whoever writes checks. */
  readonly notes: readonly string[];
  /** Of the steps that were taken, in milliseconds. Of cases that share a host, the first has made it. */
  readonly ms: Readonly<Partial<Record<TrialStep, number>>>;
}

export interface TryOptions {
  readonly backend: Pick<HostBackend, "create">;
  /** Reads what is true before the work begins; the same that seats use. */
  readonly readBaseline: ReadBaseline;
  readonly onStep?: (exercise: Exercise, trial: TrialCase, step: TrialStep) => void;
  /** Aborting ends the host; the call then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long to wait before a verdict is looked for again, ms; `LOOK_AGAIN_MS` when absent. */
  readonly lookAgainMs?: number | undefined;
}

/** What a script has set going, such as a CPU that the guest has yet to switch on, may need a moment after the script's end. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 5_000;

/** Steps of one case, as they are taken. */
class Steps {
  readonly ms: Partial<Record<TrialStep, number>> = {};
  current: TrialStep = "create";
  readonly #onStep: (step: TrialStep) => void;

  constructor(onStep: (step: TrialStep) => void) {
    this.#onStep = onStep;
  }

  async take<R>(step: TrialStep, run: () => Promise<R>): Promise<R> {
    this.current = step;
    this.#onStep(step);
    const began = performance.now();
    try {
      return await run();
    } finally {
      this.ms[step] = (this.ms[step] ?? 0) + Math.round(performance.now() - began);
    }
  }
}

/** A round may lose so many hosts before that is its result. */
const HOSTS_TO_LOSE = 2;

/**
 * Tries the cases of one round on one fresh host, in their order, and ends it. Only a case that leaves its host to
 * others may stand before another one.
 * Never fails for what happens on the host: that is in the reports, one for each case. A case is tried once, with one exception: when
 * the host itself is lost, which says nothing about the exercise, all of the round is tried again on another, and the notes say so.
 */
export async function tryCases(round: Round, options: TryOptions): Promise<CaseReport<Exercise>[]> {
  if (!round.cases.slice(0, -1).every(leavesHost)) throw new TypeError("only a case that leaves its host to others may stand before another one");
  const lost: string[] = [];
  for (;;) {
    const { reports, failure } = await tryOnHost(round, options);
    if (failure === undefined || lost.length === HOSTS_TO_LOSE) return reports.map((report) => ({ ...report, notes: [...lost, ...report.notes] }));
    lost.push(`a host was lost and the round was tried again: ${failure}`);
  }
}

async function tryOnHost(
  { exercise, cases, seed = FIRST_SEED }: Round,
  options: TryOptions,
): Promise<{ reports: CaseReport<Exercise>[]; failure: string | undefined }> {
  const { backend, readBaseline, signal, onStep, lookAgainMs = LOOK_AGAIN_MS } = options;
  signal?.throwIfAborted();
  const reports: CaseReport<Exercise>[] = [];
  const parameters = drawParameters(exercise.definition.parameters, seed);
  let ready: Ready | undefined;
  let host: Host | undefined;
  let problem: CaseReport["problem"];
  let unwatch = (): void => {};
  try {
    for (const trial of cases) {
      const steps = new Steps((step) => onStep?.(exercise, trial, step));
      if (problem !== undefined) {
        reports.push({ exercise, trial, parameters, seed, ms: {}, notes: [], problem });
        continue;
      }
      const work: Work = { notes: [] };
      try {
        if (ready === undefined) {
          const made = await steps.take("create", () => backend.create({ template: exercise.definition.template, ...(signal ? { signal } : {}) }));
          host = made;
          unwatch = made.watch();
          if (exercise.setup !== undefined) await steps.take("setup", () => runSetup(made, exercise, parameters));
          ready = { host: made, baseline: await steps.take("baseline", () => readBaseline(made, exercise, parameters)), parameters };
        }
        const one = { exercise, ready, steps, signal, lookAgainMs };
        await tryOne(trial, work, one);
        if (trial.kind === "untouched" && work.verdict !== undefined) ready = { ...ready, untouched: failedTasks(work.verdict.tasks) };
        if (trial.kind === "mistake" && trial.mistake.undo !== undefined && trial !== cases.at(-1)) await undo(trial.mistake, one);
      } catch (thrown) {
        signal?.throwIfAborted();
        const error = asLabError(thrown);
        problem = { step: steps.current, message: error.message, problem: error.toProblem() };
        work.problem = problem;
      }
      reports.push({ exercise, trial, parameters, seed, ms: steps.ms, ...work });
    }
  } finally {
    unwatch();
    await host?.end();
  }
  // The line may break before it is known why: a host that resets closes it first.
  const broke = problem?.problem.code === "host_lost" ? problem.message : undefined;
  return { reports, failure: problem === undefined ? undefined : (host?.failure?.message ?? broke) };
}

/** A host in the starting state. */
interface Ready {
  readonly host: Host;
  readonly baseline: Baseline;
  readonly parameters: ParameterValues;
  /** The tasks that failed before anything was done, once that was tried. */
  readonly untouched?: readonly string[];
}

/** What the steps of one case need. */
interface OneCase {
  readonly exercise: Exercise;
  readonly ready: Ready;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
  readonly lookAgainMs: number;
}

/** What one case has brought so far: a later step may fail and leave it at that. */
interface Work {
  verdict?: Verdict;
  script?: ScriptRun;
  problem?: NonNullable<CaseReport["problem"]>;
  readonly notes: string[];
}

async function tryOne(trial: TrialCase, work: Work, { exercise, ready, steps, signal, lookAgainMs }: OneCase): Promise<void> {
  const path = scriptOf(exercise, trial);
  if (path !== undefined) {
    const text = trial.kind === "script" && trial.text !== undefined ? trial.text : await readFile(path, "utf8");
    work.script = await steps.take("script", () => runScript(ready, { name: "work.sh", text, signal }));
  }
  const { verdict, notes } = await steps.take("check", () =>
    look(exercise, ready, { wanted: (found) => path === undefined || unwanted(trial, found) === undefined, signal, lookAgainMs }),
  );
  work.notes.push(...notes);
  work.verdict = verdict;
}

/**
 * Takes away what a mistake has left, and sees that the host fails as it did untouched. That it does not is its author's fault, and a problem of its
 * case and of those that were to follow on this host.
 */
async function undo({ name, undo: command }: Mistake, { exercise, ready, steps, signal, lookAgainMs }: OneCase): Promise<void> {
  const fault = (log: string): LabError => new LabError("host_failed", { params: { step: "script" }, log: `the second line of the mistake ${name}: ${log}` });
  const text = `set -e\nexport LIBVIRT_DEFAULT_URI=qemu:///system\n${command}\n`;
  const { code, output } = await steps.take("script", () => runScript(ready, { name: "undo.sh", text, signal }));
  if (code !== 0) throw fault(`expected its command to end with 0, found ${code ?? "a signal"}: ${output.trim()}`);
  const { untouched } = ready;
  if (untouched === undefined) return;
  const standing = (verdict: Verdict): string => failedTasks(verdict.tasks).join(", ");
  const wanted = untouched.join(", ");
  const { verdict } = await steps.take("check", () => look(exercise, ready, { wanted: (found) => standing(found) === wanted, signal, lookAgainMs }));
  if (standing(verdict) !== wanted) throw fault(`expected the host to fail in ${wanted} again, as untouched, found that it fails in ${standing(verdict)}`);
}

function runScript({ host, parameters }: Ready, { name, text, signal }: { name: string; text: string; signal: AbortSignal | undefined }): Promise<ScriptRun> {
  return runWork(host, { name, text, seconds: SCRIPT_SECONDS, parameters, signal });
}

/** Grades, and does so again a little later while the verdict is not the one that is wanted. */
async function look(
  exercise: Exercise,
  { host, baseline, parameters }: Ready,
  { wanted, signal, lookAgainMs }: { wanted: (verdict: Verdict) => boolean; signal: AbortSignal | undefined; lookAgainMs: number },
): Promise<{ verdict: Verdict; notes: readonly string[] }> {
  const attempts = { record: () => 1, count: () => 0 };
  for (let looks = 1; ; looks += 1) {
    const notes: string[] = [];
    const log: Log = { ...silentLog, warn: (fields, message) => void notes.push(noteOf(fields, message)) };
    const verdict = await grade({ host, exercise, baseline, parameters, attempts, log });
    if (looks === LOOKS || wanted(verdict)) return { verdict, notes };
    await delay(lookAgainMs, undefined, signal ? { signal } : {});
  }
}

function noteOf(fields: object, message: string): string {
  const rest = Object.entries(fields).filter(([name]) => name !== "exercise");
  return rest.length === 0 ? message : `${message} (${rest.map(([name, value]) => `${name}: ${String(value).trim()}`).join(", ")})`;
}

function scriptOf(exercise: Exercise, trial: TrialCase): string | undefined {
  switch (trial.kind) {
    case "untouched":
      return undefined;
    case "mistake":
      return trial.mistake.path;
    case "solution":
      return exercise.solve;
    case "script":
      return trial.path;
  }
}
