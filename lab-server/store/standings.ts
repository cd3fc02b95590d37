import type { TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";
import { type DecisionRecord, decisionsAbout, standingOf } from "./decisions.ts";

/** What one learner has done in one exercise, over all of their attempts. */
export interface WorkRecord {
  readonly learner: string;
  readonly exercise: string;
  readonly attempts: number;
  /** Tasks passed in the best attempt. */
  readonly passedTasks: readonly string[];
  /** The first attempt that passed, ISO 8601. */
  readonly passedAt: string | undefined;
  /** When the best attempt was, if none has passed. */
  readonly bestAt: string;
  readonly startedAt: string | undefined;
  readonly hints: number;
  readonly solution: boolean;
  /** Witnesses contradicted each other in an attempt; an appeal has no answer yet. */
  readonly disagreement: boolean;
  readonly appeal: boolean;
  /** Points by hand, the newest of each class last. */
  readonly byHand: readonly DecisionRecord[];
}

/** Exercises of which only what was done in the exam of this class counts. */
export interface ExamScope {
  readonly class: string;
  readonly exercises: readonly string[];
}

/**
 * What these learners have done in these exercises, as it counts now: a verdict that was decided on later stands in for the first one. The
 * database's rows are read once each, whatever the number of learners.
 */
export async function workOf(store: Store, learners: readonly string[], exercises: readonly string[], exam?: ExamScope): Promise<WorkRecord[]> {
  if (learners.length === 0 || exercises.length === 0) return [];
  const attempts = await store.db
    .selectFrom("attempts")
    .leftJoin("evidence", "evidence.attempt", "attempts.id")
    .leftJoin("sittings", "sittings.id", "evidence.sitting")
    .select(["attempts.id", "attempts.learner", "attempts.exercise", "attempts.at", "attempts.outcome", "attempts.tasks"])
    .select(["sittings.class as exam_of", "evidence.disagreements"])
    .where("attempts.learner", "in", learners)
    .where("attempts.exercise", "in", exercises)
    .orderBy("attempts.id")
    .execute();
  const decided = standingOf(await decisionsAbout(store, learners, exercises));
  const seats = await store.db
    .selectFrom("seats")
    .select((row) => ["learner", "exercise", row.fn.min("started_at").as("started_at")])
    .where("learner", "in", learners)
    .where("exercise", "in", exercises)
    .groupBy(["learner", "exercise"])
    .execute();
  const help = await store.db
    .selectFrom("help")
    .select(["learner", "exercise", "task", "hint"])
    .distinct()
    .where("learner", "in", learners)
    .where("exercise", "in", exercises)
    .execute();

  const work = new Map<string, { -readonly [K in keyof WorkRecord]: WorkRecord[K] }>();
  const of = (learner: string, exercise: string) => {
    const key = `${learner} ${exercise}`;
    const known = work.get(key);
    if (known !== undefined) return known;
    const fresh = {
      learner,
      exercise,
      attempts: 0,
      passedTasks: [],
      passedAt: undefined,
      bestAt: "",
      startedAt: undefined,
      hints: 0,
      solution: false,
      disagreement: false,
      appeal: false,
      byHand: [],
    };
    work.set(key, fresh);
    return fresh as { -readonly [K in keyof WorkRecord]: WorkRecord[K] };
  };
  for (const { learner, exercise, started_at } of seats) of(learner, exercise).startedAt = started_at;
  for (const { learner, exercise, task } of help) {
    const one = of(learner, exercise);
    if (task === null) one.solution = true;
    else one.hints += 1;
  }
  for (const points of decided.points) {
    const one = of(points.learner, points.exercise);
    one.byHand = [...one.byHand, points];
  }
  for (const { id, learner, exercise, at, outcome: first, tasks, exam_of: examOf, disagreements } of attempts) {
    if (exam?.exercises.includes(exercise) === true && examOf !== exam.class) continue;
    const one = of(learner, exercise);
    const instead = decided.counts.get(id);
    one.attempts += 1;
    one.disagreement ||= disagreements !== null;
    one.appeal ||= decided.appeals.get(id) === "open";
    if ((instead?.outcome ?? first) === "passed") one.passedAt ??= at;
    const passed = (instead?.tasks ?? (JSON.parse(tasks) as TaskVerdict[])).filter((task) => task.outcome === "passed").map(({ task }) => task);
    if (one.bestAt !== "" && passed.length <= one.passedTasks.length) continue;
    one.passedTasks = passed;
    one.bestAt = at;
  }
  return [...work.values()];
}
