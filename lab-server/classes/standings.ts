import { setImmediate } from "node:timers/promises";
import type { ClassExercise, Standing } from "../contract/classes.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { ClassRecord, MemberRecord } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOfEach } from "../store/people.ts";
import { type WorkRecord, workOf } from "../store/standings.ts";
import { pointsOf } from "./points.ts";

export interface StandingsOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  /** What a learner has now. */
  readonly seatOf: (learner: string) => { readonly exercise: string; readonly phase: string } | undefined;
}

/** So many learners are computed at once, which takes some 30 ms; in between the server does what else it has to. */
const AT_ONCE = 100;

/** What has been reached in a class: computed from the attempts, never kept. */
export class Standings {
  readonly #options: StandingsOptions;

  constructor(options: StandingsOptions) {
    this.#options = options;
  }

  /** Of these members, in their order; what they did before they had an account included. */
  async of(record: Pick<ClassRecord, "exercises">, members: readonly MemberRecord[]): Promise<Standing[]> {
    const standings: Standing[] = [];
    for (let from = 0; from < members.length; from += AT_ONCE) {
      if (from > 0) await setImmediate();
      standings.push(...(await this.#of(record, members.slice(from, from + AT_ONCE))));
    }
    return standings;
  }

  async #of({ exercises }: Pick<ClassRecord, "exercises">, members: readonly MemberRecord[]): Promise<Standing[]> {
    const { store } = this.#options;
    const ids = await learnersOfEach(
      store,
      members.map(({ learner }) => learner),
    );
    const work = Map.groupBy(
      await workOf(
        store,
        [...ids.values()].flat(),
        exercises.map(({ exercise }) => exercise),
      ),
      ({ learner }) => learner,
    );
    const tasks = new Map(this.#options.catalogue.list().map(({ id, definition }) => [id, definition.tasks.length]));
    return members.map((member): Standing => {
      const own = ids.get(member.learner) ?? [];
      const mine = own.flatMap((learner) => work.get(learner) ?? []);
      const cells = exercises.map((wanted) => cellOf(wanted, tasks.get(wanted.exercise) ?? 0, mine));
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
function cellOf(wanted: ClassExercise, tasks: number, all: readonly WorkRecord[]): Standing["cells"][number] {
  const work = all.filter(({ exercise }) => exercise === wanted.exercise);
  const best = work.toSorted((a, b) => b.passedTasks.length - a.passedTasks.length || a.bestAt.localeCompare(b.bestAt))[0];
  const passed = Math.min(best?.passedTasks.length ?? 0, tasks);
  const passedAt = work.flatMap((one) => one.passedAt ?? []).sort()[0];
  const startedAt = work.flatMap((one) => one.startedAt ?? []).sort()[0];
  const until = passedAt ?? best?.bestAt ?? "";
  return {
    exercise: wanted.exercise,
    passed,
    tasks,
    attempts: work.reduce((sum, one) => sum + one.attempts, 0),
    hints: work.reduce((sum, one) => sum + one.hints, 0),
    solution: work.some((one) => one.solution),
    ...(passedAt === undefined ? {} : { passedAt }),
    ...pointsOf(wanted, { passed, tasks, bestAt: until }),
    ...(startedAt === undefined || until === "" ? {} : { ms: Math.max(0, Date.parse(until) - Date.parse(startedAt)) }),
  };
}
