import type { Selectable } from "kysely";
import type { Text } from "../contract/locale.ts";
import type { TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";
import type { DecisionKind, DecisionsTable } from "./exam-schema.ts";

/** One thing that was said or decided after an attempt; see `DecisionsTable`. */
export interface DecisionRecord {
  readonly id: number;
  readonly at: string;
  readonly kind: DecisionKind;
  readonly person: string | undefined;
  readonly class: string | undefined;
  readonly learner: string;
  readonly exercise: string;
  readonly attempt: number | undefined;
  readonly text: string | undefined;
  readonly outcome: "passed" | "failed" | "errored" | undefined;
  readonly tasks: readonly TaskVerdict[] | undefined;
  readonly disagreements: readonly Text[];
  readonly version: string | undefined;
  readonly regrade: number | undefined;
  readonly share: number | undefined;
  readonly recordings: readonly string[];
}

export type NewDecision = Pick<DecisionRecord, "at" | "kind" | "learner" | "exercise"> &
  Partial<Omit<DecisionRecord, "id" | "at" | "kind" | "learner" | "exercise">>;

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** Adds to the history. Gives its number. */
export async function addDecision(store: Store, decision: NewDecision): Promise<number> {
  const { id } = await store.db
    .insertInto("decisions")
    .values({
      at: decision.at,
      kind: decision.kind,
      person: decision.person ?? null,
      class: decision.class ?? null,
      learner: decision.learner,
      exercise: decision.exercise,
      attempt: decision.attempt ?? null,
      text: decision.text ?? null,
      outcome: decision.outcome ?? null,
      tasks: json(decision.tasks),
      disagreements: json(decision.disagreements),
      version: decision.version ?? null,
      regrade: decision.regrade ?? null,
      share: decision.share ?? null,
      recordings: json(decision.recordings),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

const toRecord = (row: Selectable<DecisionsTable>): DecisionRecord => ({
  id: row.id,
  at: row.at,
  kind: row.kind,
  person: row.person ?? undefined,
  class: row.class ?? undefined,
  learner: row.learner,
  exercise: row.exercise,
  attempt: row.attempt ?? undefined,
  text: row.text ?? undefined,
  outcome: row.outcome ?? undefined,
  tasks: row.tasks === null ? undefined : JSON.parse(row.tasks),
  disagreements: row.disagreements === null ? [] : JSON.parse(row.disagreements),
  version: row.version ?? undefined,
  regrade: row.regrade ?? undefined,
  share: row.share ?? undefined,
  recordings: row.recordings === null ? [] : JSON.parse(row.recordings),
});

/** Everything that was decided about these learners in these exercises, oldest first. */
export async function decisionsAbout(store: Store, learners: readonly string[], exercises: readonly string[]): Promise<DecisionRecord[]> {
  if (learners.length === 0 || exercises.length === 0) return [];
  const rows = await store.db.selectFrom("decisions").selectAll().where("learner", "in", learners).where("exercise", "in", exercises).orderBy("id").execute();
  return rows.map(toRecord);
}

/** What counts now of all that was decided, in order. */
export interface Standing {
  /** By attempt: the tasks' verdicts that count in place of the first ones. */
  readonly counts: ReadonlyMap<number, { readonly decision: number; readonly tasks: readonly TaskVerdict[]; readonly outcome: DecisionRecord["outcome"] }>;
  /** Points by hand, by class, learner and exercise. */
  readonly points: readonly DecisionRecord[];
  /** Attempts whose appeal has no answer yet, and those whose has one. */
  readonly appeals: ReadonlyMap<number, "open" | "answered">;
}

/** A pure function of the history. */
export function standingOf(decisions: readonly DecisionRecord[]): Standing {
  const verdicts = new Map(decisions.filter(({ tasks }) => tasks !== undefined).map((one) => [one.id, one]));
  const counts = new Map<number, { decision: number; tasks: readonly TaskVerdict[]; outcome: DecisionRecord["outcome"] }>();
  const points = new Map<string, DecisionRecord>();
  const appeals = new Map<number, "open" | "answered">();
  for (const one of decisions) {
    const { kind, attempt } = one;
    if (kind === "points") points.set(`${one.class} ${one.learner} ${one.exercise}`, one);
    if (attempt === undefined) continue;
    if (kind === "appeal") appeals.set(attempt, "open");
    if (kind === "answer") appeals.set(attempt, "answered");
    if (kind !== "counts") continue;
    const verdict = one.regrade === undefined ? undefined : verdicts.get(one.regrade);
    if (verdict?.tasks === undefined) counts.delete(attempt);
    else counts.set(attempt, { decision: verdict.id, tasks: verdict.tasks, outcome: verdict.outcome });
  }
  return { counts, points: [...points.values()].filter(({ share }) => share !== undefined), appeals };
}
