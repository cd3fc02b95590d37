import type { ParameterValues } from "../contract/parameters.ts";
import type { StepId } from "../contract/seat.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import { runSetup } from "../grading/run-script.ts";
import type { Host } from "../hosts/backend.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { HostTerminals } from "../terminals/host-terminals.ts";
import { FIRST_SIZE, type Prepared, type ReadBaseline } from "./prepare.ts";
import type { StartFrom } from "./seat.ts";

export interface BringUpOptions {
  readonly pool: HostPool<Prepared>;
  readonly exercise: Exercise;
  /** What was drawn for the learner. */
  readonly parameters: ParameterValues;
  /** The host goes on from this one, which was in the exercise already. */
  readonly saved?: StartFrom;
  readonly readBaseline: ReadBaseline;
  readonly terminalsFor: (host: Host) => HostTerminals;
  /** Aborted when nobody wants this host any more. */
  readonly signal: AbortSignal;
  readonly onPlace: (place: number) => void;
  readonly onStep: (step: StepId, state: "running" | "skipped") => void;
  /** The host is there; from here on its end is the caller's business. */
  readonly onHost: (host: Host, terminals: HostTerminals) => void;
}

/** Ends the shells that the host holds (`hold-shells.c`): they are those of whoever saved it. */
const HANG_UP = 'pkill -HUP -P "$(pidof hold-shells)"; true';

/**
 * From the step `queue` on: gets a host and brings it to an exercise's starting state: taken, set up, its baseline read, its first
 * shell open. The host is kept awake meanwhile. Gives the baseline.
 * Fails as `HostPool.take` does, with `host_failed` and the step, or with `host_lost`.
 */
export async function bringUp(options: BringUpOptions): Promise<Baseline> {
  const { pool, exercise, saved, signal, onStep, onPlace } = options;
  const { host, prepared } = await pool.take(exercise.definition.template, {
    signal,
    ...(saved === undefined ? {} : { saved: saved.id, anew: saved.anew ?? false }),
    onPlace,
    onStep: (step) => onStep(step, "running"),
  });
  if (signal.aborted) {
    void host.end();
    throw new LabError("seat_ended", { log: "nobody wants the host any more" });
  }
  const unwatch = host.watch();
  try {
    const terminals = options.terminalsFor(host);
    options.onHost(host, terminals);
    if (saved?.anew === true) await host.exec(HANG_UP);
    const baseline = await at("setup", signal, () => toStartingState(host, prepared, options));
    onStep("shell", "running");
    await at("shell", signal, async () => {
      if (prepared === undefined) await terminals.open("1", FIRST_SIZE);
      else terminals.adopt("1", prepared.shell, FIRST_SIZE);
    });
    return baseline;
  } finally {
    unwatch();
  }
}

async function toStartingState(host: Host, prepared: Prepared | undefined, options: BringUpOptions): Promise<Baseline> {
  const { exercise, parameters, saved, readBaseline, onStep } = options;
  const known = saved?.baseline ?? prepared?.baselines.get(exercise.id);
  onStep("setup", known === undefined ? "running" : "skipped");
  if (known !== undefined) return known;
  await runSetup(host, exercise, parameters);
  return readBaseline(host, exercise, parameters);
}

/** Runs one step. What it fails with becomes a failure of that step, unless the host is gone. */
async function at<R>(step: StepId, signal: AbortSignal, run: () => Promise<R>): Promise<R> {
  try {
    const result = await run();
    signal.throwIfAborted();
    return result;
  } catch (thrown) {
    const error = asLabError(thrown);
    if (error.code === "host_failed" || error.code === "host_lost" || signal.aborted) throw error;
    throw new LabError("host_failed", { params: { step }, log: `${step}: ${error.message}`, cause: error });
  }
}
