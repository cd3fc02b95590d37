import { randomBytes } from "node:crypto";
import { GRADING_KEPT_MINUTES, type GradingReport, type GradingView, MOST_GRADINGS, type NewGrading } from "../contract/gradings.ts";
import { fillText } from "../contract/parameters.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import { drawParameters } from "../exercises/draw-parameters.ts";
import type { HostPool } from "../hosts/pool.ts";
import type { Log } from "../log.ts";
import type { Prepared, ReadBaseline } from "../seats/prepare.ts";
import { standingOf } from "./standing.ts";
import type { TrialCase } from "./trial-case.ts";
import { type CaseReport, tryCases } from "./try-cases.ts";

/** Of everybody together, queued and running: learners are not to wait behind programs for ever. */
const MOST_AT_ONCE = 8;
/** What is done is kept in memory, the latest of each person. */
const MOST_KEPT = 50;

export interface GradingsOptions {
  readonly pool: Pick<HostPool<Prepared>, "take" | "assertTemplate">;
  readonly catalogue: Pick<Catalogue, "get">;
  readonly readBaseline: ReadBaseline;
  readonly log: Log;
  readonly now?: () => number;
}

interface Entry {
  readonly person: string;
  readonly cancel: AbortController;
  readonly work: Promise<void>;
  view: GradingView;
  doneAt: number | undefined;
}

/**
 * Exercises graded on hosts of the server's own, for people who teach. A host counts in the budget and waits in the queue as
 * learners' do, is nobody's seat, and ends with its grading. Nothing of it is kept over a restart.
 */
export class Gradings {
  readonly #options: GradingsOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(options: GradingsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Fails with `unknown_exercise`, with `limit_reached`, and as `HostPool.assertTemplate`. */
  start(person: string, { exercise: id, script, seed = randomBytes(4).toString("hex") }: NewGrading): GradingView {
    if (this.#closed) throw new LabError("shutting_down", { log: "gradings are closed" });
    const exercise = this.#options.catalogue.get(id);
    this.#options.pool.assertTemplate(exercise.definition.template);
    this.#forgetOld();
    const open = [...this.#entries.values()].filter(({ doneAt }) => doneAt === undefined);
    const limit = open.filter((one) => one.person === person).length >= MOST_GRADINGS ? MOST_GRADINGS : open.length >= MOST_AT_ONCE ? MOST_AT_ONCE : undefined;
    if (limit !== undefined) throw new LabError("limit_reached", { params: { limit }, log: `${open.length} gradings are under way, some of ${person}` });
    const parameters = drawParameters(exercise.definition.parameters, seed);
    const { title } = exercise.definition;
    const view: GradingView = {
      id: randomBytes(12).toString("base64url"),
      exercise: id,
      module: exercise.module,
      title: { en: fillText(title.en, parameters), "zh-cn": fillText(title["zh-cn"], parameters) },
      kind: script === undefined ? "solution" : "script",
      seed,
      parameters,
      at: new Date(this.#now()).toISOString(),
      state: "queued",
    };
    const cancel = new AbortController();
    const trial: TrialCase = script === undefined ? { kind: "solution" } : { kind: "script", path: "script.sh", text: script };
    // In the next turn, so that the entry is there before anything is told of it.
    const work = Promise.resolve().then(() => this.#run(view.id, trial, cancel.signal));
    this.#entries.set(view.id, { person, cancel, work, view, doneAt: undefined });
    this.#options.log.info({ grading: view.id, person, exercise: id, kind: view.kind }, "a grading begins");
    return view;
  }

  /** Fails with `not_found`, also for another one's. */
  of(person: string, id: string): GradingView {
    return this.#find(person, id).view;
  }

  /** The newest first. */
  all(person: string): GradingView[] {
    this.#forgetOld();
    return [...this.#entries.values()]
      .filter((one) => one.person === person)
      .map(({ view }) => view)
      .reverse();
  }

  /** Ends it and its host, and forgets it. Fails as `of`. */
  async remove(person: string, id: string): Promise<void> {
    const { cancel, work } = this.#find(person, id);
    cancel.abort(new LabError("seat_ended", { log: `grading ${id} was cancelled` }));
    this.#entries.delete(id);
    await work;
  }

  /** Ends all that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#entries.values()];
    for (const { cancel } of all) cancel.abort(new LabError("shutting_down", { log: "the server stops" }));
    await Promise.all(all.map(({ work }) => work));
  }

  async #run(id: string, trial: TrialCase, signal: AbortSignal): Promise<void> {
    const { pool, catalogue, readBaseline, log } = this.#options;
    const tell = (change: Partial<GradingView>): void => {
      const entry = this.#entries.get(id);
      if (entry !== undefined) entry.view = { ...entry.view, ...change };
    };
    const forgetPlace = (): void => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return;
      const { place: _place, ...view } = entry.view;
      entry.view = { ...view, state: "running" };
    };
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { exercise, seed } = entry.view;
    try {
      const [report] = await tryCases(
        { exercise: catalogue.get(exercise), seed, cases: [trial] },
        {
          readBaseline,
          signal,
          backend: {
            create: async ({ template }) => {
              const taken = await pool.take(template, { signal, onPlace: (place) => tell({ state: "queued", place }) });
              taken.prepared?.shell.close();
              forgetPlace();
              return taken.host;
            },
          },
          onStep: (_exercise, _trial, step) => tell({ step, ...(step === "create" ? {} : { state: "running" }) }),
        },
      );
      if (report !== undefined) this.#done(id, reportOf(report));
    } catch (thrown) {
      if (signal.aborted) return;
      log.error({ err: thrown, grading: id }, "a grading failed");
      this.#done(id, { outcome: "errored", problem: { step: entry.view.step ?? "create", problem: { code: "internal" } }, ms: {} });
    }
  }

  #done(id: string, report: GradingReport): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { place: _place, step: _step, ...view } = entry.view;
    entry.view = { ...view, state: "done", report };
    entry.doneAt = this.#now();
    this.#options.log.info({ grading: id, outcome: report.outcome, ms: report.ms }, "a grading is done");
  }

  #find(person: string, id: string): Entry {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    if (entry?.person !== person) throw new LabError("not_found", { log: `${person} has no grading ${id}` });
    return entry;
  }

  #forgetOld(): void {
    const before = this.#now() - GRADING_KEPT_MINUTES * 60_000;
    const kept = new Map<string, number>();
    for (const [id, { person, doneAt }] of [...this.#entries].reverse()) {
      if (doneAt === undefined) continue;
      const count = (kept.get(person) ?? 0) + 1;
      kept.set(person, count);
      if (doneAt < before || count > MOST_KEPT) this.#entries.delete(id);
    }
  }
}

/** The part of a case that may leave the server: what is in the log's words stays there. */
function reportOf(report: CaseReport): GradingReport {
  const { verdict, script, problem, ms } = report;
  const { attempts: _attempts, ...graded } = verdict ?? { attempts: 0 };
  return {
    outcome: standingOf(report).outcome,
    ...(verdict !== undefined && { verdict: graded as GradingReport["verdict"] }),
    ...(script !== undefined && { script: { code: script.code, output: script.output } }),
    ...(problem !== undefined && { problem: { step: problem.step, problem: problem.problem } }),
    ms,
  };
}
