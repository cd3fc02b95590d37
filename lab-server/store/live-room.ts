import type { ParameterValues } from "../contract/parameters.ts";
import type { Store } from "./database.ts";

/** A copy of a learner's host, and what a seat needs to go on from it. */
export interface TwinRecord {
  readonly saved: string;
  readonly baseline: unknown;
  readonly parameters?: ParameterValues;
}

/** A learner of a class who asks for help. */
export interface HandRecord {
  readonly class: string;
  readonly learner: string;
  readonly raisedAt: string;
  readonly text: string;
  readonly exercise: string | undefined;
  readonly twin: TwinRecord | undefined;
}

/** Raises a hand, or raises it anew. */
export async function setHand(store: Store, hand: HandRecord): Promise<void> {
  const { saved = null, ...rest } = hand.twin ?? {};
  const values = {
    raised_at: hand.raisedAt,
    text: hand.text,
    exercise: hand.exercise ?? null,
    twin: saved,
    twin_of: hand.twin === undefined ? null : JSON.stringify(rest),
  };
  await store.db
    .insertInto("hands")
    .values({ class: hand.class, learner: hand.learner, ...values })
    .onConflict((conflict) => conflict.columns(["class", "learner"]).doUpdateSet(values))
    .execute();
}

export async function removeHand(store: Store, id: string, learner: string): Promise<void> {
  await store.db.deleteFrom("hands").where("class", "=", id).where("learner", "=", learner).execute();
}

/** Those that are up, the longest first: of one class, or of all. */
export async function handsOf(store: Store, id?: string): Promise<HandRecord[]> {
  const all = store.db.selectFrom("hands").selectAll().orderBy("raised_at");
  const rows = await (id === undefined ? all : all.where("class", "=", id)).execute();
  return rows.map((row) => ({
    class: row.class,
    learner: row.learner,
    raisedAt: row.raised_at,
    text: row.text,
    exercise: row.exercise ?? undefined,
    twin: row.twin === null ? undefined : { saved: row.twin, ...JSON.parse(row.twin_of ?? "{}") },
  }));
}

export interface MessageRecord {
  readonly id: string;
  readonly class: string;
  /** To whom; undefined: to all. */
  readonly learner: string | undefined;
  /** The name of the person who wrote it. */
  readonly from: string;
  readonly text: string;
  readonly at: string;
}

export async function addMessage(
  store: Store,
  message: { readonly id: string; readonly class: string; readonly learner?: string; readonly sender: string; readonly text: string; readonly at: string },
): Promise<void> {
  await store.db
    .insertInto("class_messages")
    .values({ ...message, learner: message.learner ?? null })
    .execute();
}

/** The latest ones of these classes, the latest last. @param to only those that these learners may read */
export async function messagesOf(store: Store, classes: readonly string[], most: number, to?: readonly string[]): Promise<MessageRecord[]> {
  if (classes.length === 0) return [];
  let wanted = store.db
    .selectFrom("class_messages")
    .innerJoin("people", "people.id", "class_messages.sender")
    .select(["class_messages.id", "class", "class_messages.learner", "people.name", "text", "at"])
    .where("class", "in", classes);
  if (to !== undefined) wanted = wanted.where((where) => where.or([where("class_messages.learner", "is", null), where("class_messages.learner", "in", to)]));
  const rows = await wanted.orderBy("at", "desc").orderBy("class_messages.id").limit(most).execute();
  return rows.reverse().map(({ name, learner, ...row }) => ({ ...row, from: name, learner: learner ?? undefined }));
}

/** A host of the instructor's from which an exercise starts in a class. */
export interface StartingPointRecord {
  readonly class: string;
  readonly exercise: string;
  readonly saved: string;
  readonly baseline: unknown;
  readonly at: string;
}

export async function setStartingPoint(store: Store, { baseline, ...point }: StartingPointRecord): Promise<void> {
  const values = { ...point, baseline: JSON.stringify(baseline ?? null) };
  await store.db
    .insertInto("starting_points")
    .values(values)
    .onConflict((conflict) => conflict.columns(["class", "exercise"]).doUpdateSet(values))
    .execute();
}

export async function removeStartingPoint(store: Store, id: string, exercise: string): Promise<void> {
  await store.db.deleteFrom("starting_points").where("class", "=", id).where("exercise", "=", exercise).execute();
}

/** Of one class, or of all. */
export async function startingPointsOf(store: Store, id?: string): Promise<StartingPointRecord[]> {
  const all = store.db.selectFrom("starting_points").selectAll().orderBy("at");
  const rows = await (id === undefined ? all : all.where("class", "=", id)).execute();
  return rows.map((row) => ({ ...row, baseline: JSON.parse(row.baseline) }));
}
