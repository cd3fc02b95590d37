import type { LabEvent } from "../contract/webhooks.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Log } from "../log.ts";
import type { Deliveries } from "../outbound/deliveries.ts";
import type { KeptCheck } from "../seats/check-seat.ts";
import { countPassed } from "../store/attempts.ts";
import type { Store } from "../store/database.ts";
import type { NewDelivery } from "../store/deliveries.ts";
import { learnersOf, ownerOf, personByLearner } from "../store/people.ts";
import { webhooksFor } from "../store/webhooks.ts";
import { statementsOf } from "../xapi/statements.ts";
import { newEventId, targetOf } from "./webhooks.ts";

export interface NewsOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "get">;
  readonly deliveries: Pick<Deliveries, "put">;
  readonly publicUrl: string;
  /** Where statements of the Experience API are wanted. */
  readonly xapi?: { readonly names: boolean } | undefined;
  readonly log: Log;
}

/** What happens in the lab, for webhooks and a learning record store. */
export class News {
  readonly #options: NewsOptions;
  readonly #pending = new Set<Promise<void>>();

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** An attempt was kept. Never fails, and nobody waits for it. */
  checked(kept: KeptCheck): void {
    const work = this.#tell(kept)
      .catch((thrown: unknown) => this.#options.log.error({ err: thrown, exercise: kept.exercise }, "an event could not be kept for its receivers"))
      .finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  /** Resolves when all that was told is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #tell(kept: KeptCheck): Promise<void> {
    const { store, catalogue, deliveries, publicUrl: lab, xapi } = this.#options;
    const learner = await ownerOf(store, kept.learner);
    const learners = await learnersOf(store, learner);
    const finished = kept.outcome === "passed" && (await countPassed(store, learners, kept.exercise)) === 1;
    const out: NewDelivery[] = [];
    for (const { hook, member } of await webhooksFor(store, learners, kept.exercise)) {
      const common = { at: kept.at, lab, ...(hook.class && { class: hook.class }) };
      const who = {
        learner: member === undefined ? { id: learner } : { id: member.learner, name: member.name },
        exercise: kept.exercise,
        attempts: kept.attempts,
      };
      const events: LabEvent[] = [];
      if (hook.events.includes("check.made")) {
        const tasks = kept.tasks.map(({ task, outcome }) => ({ task, outcome }));
        events.push({ type: "check.made", id: newEventId(), ...common, ...who, outcome: kept.outcome, tasks });
      }
      if (finished && hook.events.includes("exercise.finished")) events.push({ type: "exercise.finished", id: newEventId(), ...common, ...who });
      for (const event of events) out.push({ id: event.id, target: targetOf(hook.id), type: event.type, body: JSON.stringify(event) });
    }
    if (xapi !== undefined) {
      const name = xapi.names ? (await personByLearner(store, learner))?.name : undefined;
      const { seat, at, tasks } = kept;
      const statements = statementsOf(lab, { learner, name, exercise: catalogue.get(kept.exercise), seat, at, tasks, finished });
      out.push({ id: newEventId(), target: "xapi", type: "statements", body: JSON.stringify(statements) });
    }
    await deliveries.put(out);
  }
}
