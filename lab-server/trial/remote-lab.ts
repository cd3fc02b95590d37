import { setTimeout as delay } from "node:timers/promises";
import { type GradingView, gradingViewSchema } from "../contract/gradings.ts";
import { problemSchema, problemText } from "../contract/problem.ts";
import { LabError } from "../errors.ts";
import type { Seed } from "../exercises/draw-parameters.ts";
import type { Grading } from "./report/grading.ts";
import { sideBySide } from "./side-by-side.ts";
import type { CaseReport } from "./try-cases.ts";

/** How often it is asked how far a grading has come, ms. */
const ASK_EVERY_MS = 1_000;
/** An answer comes within this time, ms. */
const ANSWER_WITHIN_MS = 30_000;
/** A server that is being restarted, or a line that breaks, is asked again so often in a row. */
const TRIES = 5;

export interface RemoteLab {
  /** The server's origin. */
  readonly server: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** A learner's script, and the name by which it is told of. */
export interface RemoteScript {
  readonly path: string;
  readonly text: string;
}

/**
 * Grades exercises on hosts of a running server, at most `jobs` at a time. An interruption ends them there.
 * Fails with what the server refuses, in its words.
 */
export async function gradeRemotely(
  lab: RemoteLab,
  wanted: { readonly exercises: readonly string[]; readonly script: RemoteScript | undefined; readonly seed: Seed; readonly jobs: number },
  onReport: (report: CaseReport) => void,
): Promise<Grading> {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const { exercises, script, seed, jobs } = wanted;
  const running = sideBySide(exercises, jobs, async (exercise) => {
    const report = reportOf(await gradeOne(lab, { exercise, seed, ...(script && { script: script.text }) }), script);
    onReport(report);
    return report;
  });
  await Promise.allSettled(running);
  return { startedAt, cases: await Promise.all(running), ms: Math.round(performance.now() - began) };
}

async function gradeOne(lab: RemoteLab, wish: object): Promise<GradingView> {
  lab.signal.throwIfAborted();
  let view = await ask(lab, "POST", "gradings", wish);
  try {
    while (view.state !== "done") {
      await delay(ASK_EVERY_MS, undefined, { signal: lab.signal });
      view = await askAgain(lab, `gradings/${view.id}`);
    }
    return view;
  } finally {
    // Whether it is done or was interrupted, the server need not keep it.
    await send({ ...lab, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }, "DELETE", `gradings/${view.id}`).catch(() => {});
  }
}

/** Looking is harmless, so a line that breaks meanwhile costs no grading. */
async function askAgain(lab: RemoteLab, path: string): Promise<GradingView> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(lab, "GET", path);
    } catch (thrown) {
      const mayPass = thrown instanceof LabError && (thrown.code === "platform_failed" || thrown.code === "too_many");
      if (!mayPass || tries >= TRIES) throw thrown;
      await delay(ASK_EVERY_MS * 2 ** tries, undefined, { signal: lab.signal });
    }
  }
}

async function ask(lab: RemoteLab, method: string, path: string, body?: object): Promise<GradingView> {
  const response = await send(lab, method, path, body);
  const value: unknown = await response.json().catch(() => undefined);
  const view = gradingViewSchema.safeParse(value);
  if (response.ok && view.success) return view.data;
  const problem = problemSchema.safeParse(value).data;
  if (problem === undefined)
    throw new LabError("internal", { log: `${lab.server} answered ${response.status}: this is no lab server, or one of another version` });
  const { message, next } = problemText(problem, "en");
  throw new LabError(problem.code, { log: `${lab.server} refused: ${message} ${next}`, ...(problem.params && { params: problem.params }) });
}

async function send({ server, token, signal }: RemoteLab, method: string, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(`${server}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      // A token goes where its owner has said, and nowhere else.
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    throw new LabError("platform_failed", { log: `${server} does not answer: ${why}`, cause });
  }
}

/** What a server tells, as if it had been done here. */
function reportOf({ exercise, module, title, parameters, seed, kind, report }: GradingView, script: RemoteScript | undefined): CaseReport {
  const drawn = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { oneOf: [value] }]));
  const { verdict, script: ran, problem, ms = {} } = report ?? {};
  return {
    exercise: { id: exercise, module, definition: { title, parameters: drawn } },
    trial: kind === "solution" ? { kind } : { kind, path: script?.path ?? "script.sh" },
    parameters,
    seed,
    notes: [],
    ms,
    ...(verdict && { verdict: { ...verdict, attempts: 0 } }),
    ...(ran && { script: ran }),
    ...(problem && { problem: { ...problem, message: problemText(problem.problem, "en").message } }),
  };
}
