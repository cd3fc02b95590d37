import { setImmediate } from "node:timers/promises";
import type { ClassExercise, Standing } from "../contract/classes.ts";
import type { Watcher } from "../contract/classroom.ts";
import type { SeatView } from "../contract/seat.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { ClassRecord, MemberRecord } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { type HandRecord, handsOf } from "../store/live-room.ts";
import { learnersOfEach } from "../store/people.ts";
import { type WorkRecord, workOf } from "../store/standings.ts";
import type { Activity } from "./activity.ts";
import { pointsOf } from "./points.ts";
import { type WorkSigns, workState } from "./work-state.ts";

type Definition = Exercise["definition"];

export interface StandingsOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  /** What a learner has now. */
  readonly seatOf: (learner: string) => LiveSeat | undefined;
  /** ms of the clock */
  readonly now?: () => number;
}

/** A learner's host, as far as their instructor sees it. */
export interface LiveSeat extends Partial<Activity> {
  readonly exercise: string;
  readonly phase: SeatView["phase"];
  readonly startedAt: string;
  readonly frozen: boolean;
  readonly terminals: readonly string[];
  readonly watchers: readonly Watcher[];
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
  async of(record: Pick<ClassRecord, "id" | "exercises" | "exam">, members: readonly MemberRecord[]): Promise<Standing[]> {
    const standings: Standing[] = [];
    const hands = new Map((await handsOf(this.#options.store, record.id)).map((hand) => [hand.learner, hand]));
    for (let from = 0; from < members.length; from += AT_ONCE) {
      if (from > 0) await setImmediate();
      standings.push(...(await this.#of(record, members.slice(from, from + AT_ONCE), hands)));
    }
    return standings;
  }

  async #of(
    { id, exercises, exam }: Pick<ClassRecord, "id" | "exercises" | "exam">,
    members: readonly MemberRecord[],
    hands: ReadonlyMap<string, HandRecord>,
  ): Promise<Standing[]> {
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
        exam && { class: id, exercises: exam.exercises },
      ),
      ({ learner }) => learner,
    );
    const definitions = new Map(this.#options.catalogue.list().map((exercise) => [exercise.id, exercise.definition]));
    const now = this.#options.now?.() ?? Date.now();
    return members.map((member): Standing => {
      const own = ids.get(member.learner) ?? [];
      const mine = own.flatMap((learner) => work.get(learner) ?? []);
      const cells = exercises.map((wanted) =>
        cellOf(
          { room: id, wanted, tasks: definitions.get(wanted.exercise)?.tasks.length ?? 0, exam: exam?.exercises.includes(wanted.exercise) === true },
          mine,
        ),
      );
      const seat = own.map(this.#options.seatOf).find((one) => one !== undefined);
      const hand = hands.get(member.learner);
      const signs = seat && signsOf(seat, { cell: cells.find(({ exercise }) => exercise === seat.exercise), mine, definition: definitions.get(seat.exercise) });
      return {
        learner: member.learner,
        name: member.name,
        joinedAt: member.joinedAt,
        cells,
        points: Math.round(cells.reduce((sum, cell) => sum + cell.points, 0) * 10) / 10,
        state: workState(hand !== undefined, signs, now),
        ...(seat && { now: nowOf(seat) }),
        ...(hand && { hand: { at: hand.raisedAt, text: hand.text, twin: hand.twin !== undefined } }),
      };
    });
  }
}

function nowOf({ exercise, phase, frozen, terminals, watchers, done = [] }: LiveSeat): Standing["now"] {
  return { exercise, phase, frozen, terminals: [...terminals], watchers: [...watchers], done: [...done] };
}

/** What the seat and the attempts say of how somebody gets on. Elsewhere than in the class, only the seat does. */
function signsOf(
  seat: LiveSeat,
  { cell, mine, definition }: { cell: Standing["cells"][number] | undefined; mine: readonly WorkRecord[]; definition: Definition | undefined },
): WorkSigns {
  const progress = mine
    .filter(({ exercise }) => exercise === seat.exercise)
    .flatMap(({ progressAt }) => (progressAt === undefined ? [] : Date.parse(progressAt)));
  const tries = cell?.failing.filter(({ task }) => seat.done?.includes(task) !== true).map(({ times }) => times) ?? [];
  return {
    phase: seat.phase,
    frozen: seat.frozen,
    startedAt: Date.parse(seat.startedAt),
    workedAt: seat.workedAt,
    progressAt: Math.max(0, seat.progressAt ?? 0, ...progress),
    passed: cell !== undefined && cell.tasks > 0 && cell.passed === cell.tasks,
    tries: Math.max(0, ...tries),
    minutes: definition?.minutes ?? 0,
  };
}

/** One exercise of one learner, from all that they have done in it under whatever id. */
function cellOf(
  { room, wanted, tasks, exam }: { readonly room: string; readonly wanted: ClassExercise; readonly tasks: number; readonly exam: boolean },
  all: readonly WorkRecord[],
): Standing["cells"][number] {
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
    done: [...(best?.passedTasks ?? [])],
    failing: work.flatMap((one) => one.failing.map((failed) => ({ ...failed }))),
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
