import type { ClassExercise, Standing } from "../contract/classes.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { ClassRecord, MemberRecord } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOf } from "../store/people.ts";
import { type WorkRecord, workOf } from "../store/standings.ts";
import { pointsOf } from "./points.ts";

export interface StandingsOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  /** What a learner has now. */
  readonly seatOf: (learner: string) => { readonly exercise: string; readonly phase: string } | undefined;
}

/** What has been reached in a class: computed from the attempts, never kept. */
export class Standings {
  readonly #options: StandingsOptions;

  constructor(options: StandingsOptions) {
    this.#options = options;
  }

  /** Of these members, in their order; what they did before they had an account included. */
  async of({ id, exercises, exam }: Pick<ClassRecord, "id" | "exercises" | "exam">, members: readonly MemberRecord[]): Promise<Standing[]> {
    const { store } = this.#options;
    const all = await Promise.all(members.map(async (member) => ({ member, ids: await learnersOf(store, member.learner) })));
    const ids = all.flatMap((one) => one.ids);
    const work = await workOf(
      store,
      ids,
      exercises.map(({ exercise }) => exercise),
      exam && { class: id, exercises: exam.exercises },
    );
    const tasks = new Map(this.#options.catalogue.list().map(({ id, definition }) => [id, definition.tasks.length]));
    return all.map(({ member, ids: own }): Standing => {
      const mine = work.filter(({ learner }) => own.includes(learner));
      const cells = exercises.map((wanted) => cellOf(id, wanted, tasks.get(wanted.exercise) ?? 0, mine, exam?.exercises.includes(wanted.exercise) === true));
      const seat = own.map(this.#options.seatOf).find((one) => one !== undefined);
      return {
        learner: member.learner,
        name: member.name,
        joinedAt: member.joinedAt,
        cells,
        points: Math.round(cells.reduce((sum, cell) => sum + cell.points, 0) * 10) / 10,
        ...(seat && { now: { exercise: seat.exercise, phase: seat.phase } }),
      };
    });
  }
}

/** One exercise of one learner, from all that they have done in it under whatever id. */
function cellOf(room: string, wanted: ClassExercise, tasks: number, all: readonly WorkRecord[], exam: boolean): Standing["cells"][number] {
  const work = all.filter(({ exercise }) => exercise === wanted.exercise);
  const best = work.toSorted((a, b) => b.passedTasks.length - a.passedTasks.length || a.bestAt.localeCompare(b.bestAt))[0];
  const passed = Math.min(best?.passedTasks.length ?? 0, tasks);
  const passedAt = work.flatMap((one) => one.passedAt ?? []).sort()[0];
  const startedAt = work.flatMap((one) => one.startedAt ?? []).sort()[0];
  const until = passedAt ?? best?.bestAt ?? "";
  const share = work
    .flatMap(({ byHand }) => byHand)
    .filter((one) => one.class === room)
    .at(-1)?.share;
  return {
    exercise: wanted.exercise,
    passed,
    tasks,
    attempts: work.reduce((sum, one) => sum + one.attempts, 0),
    hints: work.reduce((sum, one) => sum + one.hints, 0),
    solution: work.some((one) => one.solution),
    ...(passedAt === undefined ? {} : { passedAt }),
    ...pointsOf(wanted, { passed, tasks, bestAt: until }),
    ...(share !== undefined && { points: Math.round(wanted.points * share * 10) / 10, byHand: true }),
    ...(exam && { exam }),
    ...(work.some(({ disagreement }) => disagreement) && { disagreement: true }),
    ...(work.some(({ appeal }) => appeal) && { appeal: true }),
    ...(startedAt === undefined || until === "" ? {} : { ms: Math.max(0, Date.parse(until) - Date.parse(startedAt)) }),
  };
}
