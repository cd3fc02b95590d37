import { performance } from "node:perf_hooks";
import type { Text } from "../contract/locale.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { TaskVerdict, Verdict } from "../contract/verdict.ts";
import { MOST_DISAGREEMENTS, taskVerdictSchema } from "../contract/verdict.ts";
import { LabError } from "../errors.ts";
import { checksFor, type Exercise, type LoadedChecks } from "../exercises/exercise.ts";
import type { Host } from "../hosts/backend.ts";
import type { Log } from "../log.ts";
import { type Asked, ask, factsFrom, UNSETTLED } from "./ask.ts";
import type { Baseline } from "./baseline.ts";
import type { Probes } from "./check.ts";
import type { Answers } from "./compose.ts";
import { FactUnknown, ifKnown } from "./fact.ts";
import { REASONS } from "./texts.ts";

/** A verdict before it has its number. */
export type Graded = Omit<Verdict, "attempts">;

/** One learner's attempts at one exercise, wherever they are kept. */
export interface Attempts {
  /** Keeps a passed or failed verdict, with what the host had answered. Returns how many are kept now, this one included. */
  record(graded: Graded, answers: Answers): number | Promise<number>;
  /** How many are kept. */
  count(): number | Promise<number>;
}

export interface GradeOptions {
  readonly host: Pick<Host, "exec" | "state">;
  readonly exercise: Pick<Exercise, "id" | "definition" | "checks">;
  /** From `readBaseline`, when the learner began. */
  readonly baseline: Baseline;
  /** What was drawn for the learner. Default: nothing. */
  readonly parameters?: ParameterValues;
  readonly attempts: Attempts;
  /** For the operator: why a task is errored. */
  readonly log: Log;
  /** Aborting gives the check up; it then fails with `seat_ended`. */
  readonly signal?: AbortSignal;
  /** Nobody waits: the host's own work goes first. */
  readonly inPassing?: boolean;
  /** Called when something was still on its way: another verdict may be due in a moment. */
  readonly onUnsettled?: () => void;
}

type Judge = (facts: unknown, baseline: unknown) => unknown;

/** Keeps why something is errored. */
export type Note = (message: string, fields?: object) => void;

/** One task's verdict. A judge that throws anything is our fault and never the learner's. */
function judgeTask(task: string, judge: Judge | undefined, facts: unknown, baseline: unknown, note: Note): TaskVerdict {
  try {
    if (judge === undefined) throw new Error("no judge");
    const outcome = judge(facts, baseline);
    return taskVerdictSchema.parse(typeof outcome === "object" ? { ...outcome, task } : outcome);
  } catch (thrown) {
    note(thrown instanceof Error ? thrown.message : String(thrown), { task });
    const reason = thrown instanceof FactUnknown ? thrown.reason : REASONS.judgeBroken;
    return { task, outcome: "errored", reason };
  }
}

/** The worst outcome decides. */
function worst(tasks: readonly TaskVerdict[]): Verdict["outcome"] {
  if (tasks.some((task) => task.outcome === "errored")) return "errored";
  return tasks.some((task) => task.outcome === "failed") ? "failed" : "passed";
}

/** Where the witnesses of a check contradict each other. What was on its way, or is unknown, contradicts nothing. */
function disagreementsOf(probes: LoadedChecks["facts"], facts: Readonly<Record<string, unknown>>, answers: Answers): Text[] {
  const found = Object.entries(probes).flatMap(([name, probe]) => {
    if (probe.disagreements === undefined || answers[name]?.output.includes(UNSETTLED) === true) return [];
    const fact = ifKnown(() => facts[name]);
    return fact === undefined ? [] : probe.disagreements(fact as never);
  });
  return found.slice(0, MOST_DISAGREEMENTS);
}

export type Judged = Pick<Verdict, "outcome" | "tasks" | "disagreements">;

/** What everything that was asked comes to. A pure function: the same answers, the same verdict, at any later time. */
export function judge(
  exercise: Pick<Exercise, "definition" | "checks">,
  { parameters, baseline, answers }: { readonly parameters: ParameterValues; readonly baseline: Baseline; readonly answers: Answers },
  note: Note,
): Judged {
  const checks = checksFor(exercise, parameters);
  const facts = factsFrom(checks.facts as Probes, answers);
  const before = factsFrom(checks.baseline as Probes, baseline);
  const judges = checks.tasks as Readonly<Record<string, Judge>>;
  const tasks = exercise.definition.tasks.map(({ id }) => judgeTask(id, judges[id], facts, before, note));
  const disagreements = disagreementsOf(checks.facts, facts, answers);
  return { outcome: worst(tasks), tasks, ...(disagreements.length > 0 && { disagreements }) };
}

/** A host that runs and yet gave no answer is an errored verdict; one that is gone or not there yet is the caller's to tell. */
async function askOrSilence({ host, signal, inPassing = false }: GradeOptions, probes: Probes, note: Note): Promise<Asked | undefined> {
  try {
    return await ask(host, probes, { inPassing, ...(signal === undefined ? {} : { signal }) });
  } catch (thrown) {
    const alive = host.state === "running" || host.state === "frozen";
    if (!alive || !(thrown instanceof LabError) || thrown.code !== "host_not_ready") throw thrown;
    note(`the host was silent: ${thrown.message}`);
    return undefined;
  }
}

/**
 * Asks the host for the facts, judges every task, records the attempt.
 * An errored verdict is not recorded, so it costs the learner nothing.
 * Fails with `host_lost`, `seat_ended` or `host_not_ready` when the host is not there to be asked.
 */
export async function grade(options: GradeOptions): Promise<Verdict> {
  const { exercise, baseline, parameters = {}, attempts, log } = options;
  const began = performance.now();
  const at = new Date().toISOString();
  const note: Note = (message, fields = {}) => log.warn({ exercise: exercise.id, ...fields }, `check errored: ${message}`);
  const asked = await askOrSilence(options, checksFor(exercise, parameters).facts as Probes, note);
  let judged: Judged;
  if (asked === undefined) {
    judged = { outcome: "errored", tasks: exercise.definition.tasks.map(({ id }) => ({ task: id, outcome: "errored", reason: REASONS.hostSilent })) };
  } else {
    if (asked.unsettled) options.onUnsettled?.();
    judged = judge(exercise, { parameters, baseline, answers: asked.answers }, note);
    if (asked.stderr !== "" && judged.outcome === "errored") note("what the host complained of", { stderr: asked.stderr.slice(-500) });
  }

  const graded: Graded = { exercise: exercise.id, ...judged, at, ms: Math.round(performance.now() - began) };
  const number = await (graded.outcome === "errored" || asked === undefined ? attempts.count() : attempts.record(graded, asked.answers));
  return { ...graded, attempts: number };
}
