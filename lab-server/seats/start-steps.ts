import { STEP_IDS, type Step, type StepId } from "../contract/seat.ts";

/** How far a start has come, as the learner sees it. Steps begin in the order of `STEP_IDS`; none runs beside another. */
export class StartSteps {
  readonly #steps = new Map<StepId, Step>(STEP_IDS.map((id) => [id, { id, state: "pending" }]));
  #running: { id: StepId; since: number } | undefined;

  /** Every step behind it: what a host looks like that was taken over ready. */
  static done(): StartSteps {
    const steps = new StartSteps();
    for (const id of STEP_IDS) steps.#steps.set(id, { id, state: "done" });
    return steps;
  }

  get view(): Step[] {
    return [...this.#steps.values()];
  }

  get running(): StepId | undefined {
    return this.#running?.id;
  }

  /** The step runs; the one before it is done, and what was passed over was done before this start. */
  begin(id: StepId): void {
    if (this.#running?.id === id) return;
    this.finish();
    for (const earlier of STEP_IDS.slice(0, STEP_IDS.indexOf(id))) {
      if (this.#steps.get(earlier)?.state === "pending") this.#steps.set(earlier, { id: earlier, state: "done" });
    }
    this.#steps.set(id, { id, state: "running" });
    this.#running = { id, since: performance.now() };
  }

  /** There is nothing to do at this step. */
  skip(id: StepId): void {
    this.begin(id);
    this.#end("skipped");
  }

  /** Whatever runs is done. */
  finish(): void {
    this.#end("done");
  }

  /** The step failed, or whatever runs. */
  fail(id: StepId | undefined): void {
    if (id !== undefined) this.begin(id);
    this.#end("failed");
  }

  #end(state: "done" | "skipped" | "failed"): void {
    if (this.#running === undefined) return;
    const { id, since } = this.#running;
    this.#running = undefined;
    this.#steps.set(id, state === "skipped" ? { id, state } : { id, state, ms: Math.round(performance.now() - since) });
  }
}
