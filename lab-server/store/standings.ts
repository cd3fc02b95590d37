import { sql } from "kysely";
import type { Text } from "../contract/locale.ts";
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
  /** When a task was last passed that had not been passed before. */
  readonly progressAt: string | undefined;
  /** What the latest attempt failed and none has passed, and how often it was tried. */
  readonly failing: readonly { readonly task: string; readonly found: Text; readonly times: number }[];
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
 * Attempts as they count now: a verdict that was decided on later stands in for the first one, and of an exam's exercises only what was
 * done in it is there.
 */
function countedAttempts(learners: readonly string[], exercises: readonly string[], exam: ExamScope | undefined) {
  const inExam =
    exam === undefined
      ? sql`true`
      : sql`(attempts.exercise not in (${sql.join(exam.exercises)}) or attempts.id in (
          select attempt from evidence join sittings on sittings.id = evidence.sitting where sittings.class = ${exam.class}))`;
  return sql`(
    select attempts.id, attempts.learner, attempts.exercise, attempts.at,
      coalesce(instead.tasks, attempts.tasks) as tasks, coalesce(instead.outcome, attempts.outcome) as outcome
    from attempts
    left join decisions as latest on latest.id = (select max(id) from decisions where attempt = attempts.id and kind = 'counts')
    left join decisions as instead on instead.id = latest.regrade
    where attempts.learner in (${sql.join(learners)}) and attempts.exercise in (${sql.join(exercises)}) and ${inExam}
  ) as attempts`;
}

/** What these learners have done in these exercises, as it counts now. The database's rows are read once each, whatever the number of learners. */
export async function workOf(store: Store, learners: readonly string[], exercises: readonly string[], exam?: ExamScope): Promise<WorkRecord[]> {
  if (learners.length === 0 || exercises.length === 0) return [];
  const attempts = countedAttempts(learners, exercises, exam);
  // Learners try often, and only the best attempt counts: the database finds it, so that the texts of the others are not carried here.
  // With one max() alone SQLite takes the other columns from its row (Quirks of SELECT, "bare columns"). The first of equals is the best.
  const { rows: best } = await sql<{ learner: string; exercise: string; attempts: number; at: string; tasks: string }>`
    select learner, exercise, count(*) as attempts, max(passed * 1000000000 - id), at, tasks from (
      select id, learner, exercise, at, tasks,
        (select count(*) from json_each(attempts.tasks) where json_extract(value, '$.outcome') = 'passed') as passed
      from ${attempts}
    ) group by learner, exercise`.execute(store.db);
  const { rows: passes } = await sql<{ learner: string; exercise: string; at: string }>`
    select learner, exercise, min(id), at from ${attempts} where outcome = 'passed' group by learner, exercise`.execute(store.db);
  const { rows: latest } = await sql<{ learner: string; exercise: string; tasks: string }>`
    select learner, exercise, max(id), tasks from ${attempts} group by learner, exercise`.execute(store.db);
  const { rows: tries } = await sql<{ learner: string; exercise: string; task: string; failed: number; passed_at: string | null }>`
    select learner, exercise, json_extract(value, '$.task') as task, sum(json_extract(value, '$.outcome') = 'failed') as failed,
      min(case when json_extract(value, '$.outcome') = 'passed' then at end) as passed_at
    from ${attempts}, json_each(attempts.tasks) group by learner, exercise, task`.execute(store.db);
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

  const decided = standingOf(await decisionsAbout(store, learners, exercises));
  const { rows: flags } = await sql<{ learner: string; exercise: string; disagreement: number; ids: string }>`
    select learner, exercise, sum(disagreements is not null) as disagreement, json_group_array(attempt) as ids
    from evidence where learner in (${sql.join(learners)}) and exercise in (${sql.join(exercises)})
      and (disagreements is not null or attempt in (select attempt from decisions where kind = 'appeal'))
    group by learner, exercise`.execute(store.db);

  const work = new Map<string, { -readonly [K in keyof WorkRecord]: WorkRecord[K] }>();
  const of = (learner: string, exercise: string) => {
    const key = `${learner} ${exercise}`;
    const known = work.get(key);
    if (known !== undefined) return known;
    const nothing = { attempts: 0, passedTasks: [], passedAt: undefined, bestAt: "", startedAt: undefined, progressAt: undefined, failing: [] };
    const fresh: { -readonly [K in keyof WorkRecord]: WorkRecord[K] } = {
      learner,
      exercise,
      ...nothing,
      hints: 0,
      solution: false,
      disagreement: false,
      appeal: false,
      byHand: [],
    };
    work.set(key, fresh);
    return fresh;
  };
  for (const { learner, exercise, started_at } of seats) of(learner, exercise).startedAt = started_at;
  for (const { learner, exercise, task } of help) {
    const one = of(learner, exercise);
    if (task === null) one.solution = true;
    else one.hints += 1;
  }
  for (const { learner, exercise, attempts, at, tasks } of best) {
    const one = of(learner, exercise);
    one.attempts = attempts;
    one.passedTasks = (JSON.parse(tasks) as TaskVerdict[]).filter((task) => task.outcome === "passed").map(({ task }) => task);
    one.bestAt = at;
  }
  for (const { learner, exercise, disagreement, ids } of flags) {
    const one = of(learner, exercise);
    one.disagreement = disagreement > 0;
    one.appeal = (JSON.parse(ids) as number[]).some((id) => decided.appeals.get(id) === "open");
  }
  for (const points of decided.points) {
    const one = of(points.learner, points.exercise);
    one.byHand = [...one.byHand, points];
  }
  for (const { learner, exercise, at } of passes) of(learner, exercise).passedAt = at;
  const failed = new Map<string, number>();
  for (const { learner, exercise, task, failed: times, passed_at } of tries) {
    const one = of(learner, exercise);
    if (passed_at === null) failed.set(`${learner} ${exercise} ${task}`, times);
    else if (passed_at > (one.progressAt ?? "")) one.progressAt = passed_at;
  }
  for (const { learner, exercise, tasks } of latest)
    of(learner, exercise).failing = (JSON.parse(tasks) as TaskVerdict[]).flatMap((verdict) => {
      const times = failed.get(`${learner} ${exercise} ${verdict.task}`);
      return verdict.outcome === "failed" && times !== undefined ? [{ task: verdict.task, found: verdict.found, times }] : [];
    });
  return [...work.values()];
}
