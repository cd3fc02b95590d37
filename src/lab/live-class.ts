import type { ClassEvent, Grades, Standing } from "../../lab-server/contract/classes.ts";
import { type LiveRoom, WORK_STATES, type WorkState } from "../../lab-server/contract/classroom.ts";
import type { Text } from "../../lab-server/contract/locale.ts";

/** A class as its instructor's page knows it. */
export interface LiveClass {
  readonly grades: Grades | undefined;
  readonly room: LiveRoom | undefined;
  /** Counts what has changed about its exam, its appeals and its attempts. */
  readonly reviews: number;
}

/** What is known once an event has come. */
export function after(before: LiveClass, event: ClassEvent): LiveClass {
  if (event.type === "grades") return { ...before, grades: event.grades };
  if (event.type === "room") return { ...before, room: event.room };
  if (event.type === "review") return { ...before, reviews: before.reviews + 1 };
  const { grades } = before;
  if (grades === undefined) return before;
  const { standing } = event;
  const known = grades.learners.some(({ learner }) => learner === standing.learner);
  const learners = known ? grades.learners.map((one) => (one.learner === standing.learner ? standing : one)) : [...grades.learners, standing];
  return { ...before, grades: { ...grades, learners } };
}

const names = new Intl.Collator();

export type GridOrder = "name" | "points" | "state";

/** Those who need somebody come first by state; the longest hand before the others. */
export function ordered(learners: readonly Standing[], by: GridOrder): readonly Standing[] {
  const of = (one: Standing): number => (by === "points" ? -one.points : by === "state" ? WORK_STATES.indexOf(one.state) : 0);
  return learners.toSorted(
    (a, b) => of(a) - of(b) || (by === "state" ? (a.hand?.at ?? "").localeCompare(b.hand?.at ?? "") : 0) || names.compare(a.name, b.name),
  );
}

/** How many get on how. */
export function countStates(learners: readonly Standing[]): ReadonlyMap<WorkState, number> {
  const counts = new Map<WorkState, number>();
  for (const { state } of learners) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** A task that holds people up. */
export interface HoldUp {
  readonly exercise: string;
  readonly task: string;
  /** Those whose latest try failed it and who never passed it, as they are called. */
  readonly learners: readonly string[];
  /** What was found, with how many have made that mistake; the commonest first. */
  readonly mistakes: readonly { readonly found: Text; readonly learners: number }[];
}

/** Sentences that differ in numbers and names only tell of the same mistake. */
const kindOf = ({ en }: Text): string => en.replace(/`[^`]*`/g, "`…`").replace(/\d+/g, "#");

/** Which tasks hold most people up, and on which mistake; the worst first. */
export function holdUps(learners: readonly Standing[], most = 8): readonly HoldUp[] {
  const tasks = new Map<string, { exercise: string; task: string; learners: string[]; mistakes: Map<string, { found: Text; learners: number }> }>();
  for (const { name, cells } of learners)
    for (const { exercise, failing } of cells)
      for (const { task, found } of failing) {
        const key = `${exercise} ${task}`;
        const one = tasks.get(key) ?? { exercise, task, learners: [] as string[], mistakes: new Map<string, { found: Text; learners: number }>() };
        tasks.set(key, one);
        one.learners.push(name);
        const mistake = one.mistakes.get(kindOf(found)) ?? { found, learners: 0 };
        mistake.learners += 1;
        one.mistakes.set(kindOf(found), mistake);
      }
  return [...tasks.values()]
    .map((one) => ({ ...one, mistakes: [...one.mistakes.values()].sort((a, b) => b.learners - a.learners) }))
    .sort((a, b) => b.learners.length - a.learners.length)
    .slice(0, most);
}

/** How a learner stands with one task of an exercise. */
export function taskState(standing: Standing, exercise: string, task: string): "passed" | "failing" | "none" {
  const cell = standing.cells.find((one) => one.exercise === exercise);
  const seen = standing.now?.exercise === exercise && standing.now.done.includes(task);
  if (seen || cell?.done.includes(task) === true) return "passed";
  return cell?.failing.some((failed) => failed.task === task) === true ? "failing" : "none";
}
