import type { ExamList, ExamRoomView, ExamView } from "../contract/exams.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Seat } from "../seats/seat.ts";
import { type ClassRecord, classesOfLearners, memberAmong, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { extrasOf, outagesSince, type SittingRecord, sittingsOfClass, sittingsOfLearners, tasksOfClass, tasksOfSitting } from "../store/exams.ts";
import { learnersOf, learnersOfEach } from "../store/people.ts";
import { workOf } from "../store/standings.ts";
import { checksLeft } from "./checks-left.ts";
import { endOf, stateOf } from "./clock.ts";
import type { FrozenHosts } from "./frozen-hosts.ts";

export interface ExamViewsOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  readonly frozen: FrozenHosts;
  readonly seats: { of(learner: string): Seat | undefined };
}

/** Exams as their learners and their instructors see them. */
export class ExamViews {
  readonly #options: ExamViewsOptions;

  constructor(options: ExamViewsOptions) {
    this.#options = options;
  }

  /** A learner's own exams. */
  async ofLearner(learner: string): Promise<ExamList> {
    const { store } = this.#options;
    const learners = await learnersOf(store, learner);
    const sittings = await sittingsOfLearners(store, learners);
    const classes = await classesOfLearners(store, learners);
    const exams = await Promise.all(
      classes.map(async ({ record }) => {
        const sitting = sittings.find((one) => one.class === record.id);
        return record.exam === undefined && sitting === undefined ? [] : [await this.#view(record, learners, sitting)];
      }),
    );
    return { exams: exams.flat() };
  }

  /** The exam of a class, as one of these learners sees it. */
  async own(room: ClassRecord, learners: readonly string[]): Promise<ExamView> {
    const sitting = (await sittingsOfLearners(this.#options.store, learners)).find((one) => one.class === room.id);
    return this.#view(room, learners, sitting);
  }

  /** Everything about the exam of a class. Fails with `not_found` where there is none. */
  async room(room: ClassRecord): Promise<ExamRoomView> {
    const { store, catalogue, frozen } = this.#options;
    const sittings = await sittingsOfClass(store, room.id);
    if (room.exam === undefined && sittings.length === 0) throw new LabError("not_found", { log: `class ${room.id} has no exam` });
    const [members, extras] = [await membersOf(store, room.id), await extrasOf(store, room.id)];
    const lengths = new Map(catalogue.list().map(({ id, definition }) => [id, definition.tasks.length]));
    const allTasks = Map.groupBy(await tasksOfClass(store, room.id), ({ sitting }) => sitting);
    const exercises = [...new Set([...(room.exam?.exercises ?? []), ...[...allTasks.values()].flat().map(({ exercise }) => exercise)])];
    const ids = await learnersOfEach(
      store,
      members.map(({ learner }) => learner),
    );
    const work = Map.groupBy(await workOf(store, [...ids.values()].flat(), exercises, { class: room.id, exercises }), ({ learner }) => learner);
    const kept = new Set(await frozen.keptOf(room.id));
    const learners = members.map(({ learner, name }): ExamRoomView["learners"][number] => {
      const sitting = sittings.find((one) => one.learner === learner);
      const done = (ids.get(learner) ?? []).flatMap((id) => work.get(id) ?? []);
      const tasks =
        sitting === undefined ? (room.exam?.exercises ?? []).map((exercise) => ({ exercise, graded: undefined })) : (allTasks.get(sitting.id) ?? []);
      return {
        ...{ learner, name, state: stateOf(room, sitting), extraMinutes: (extras.get(learner) ?? 0) + (extras.get(null) ?? 0) },
        ...(sitting && { startedAt: sitting.startedAt }),
        ...(sitting?.endedAt !== undefined && { endedAt: sitting.endedAt, ...(sitting.endReason && { endReason: sitting.endReason }) }),
        ...(sitting && sitting.endedAt === undefined && { endsInMs: Math.max(0, endOf(room, sitting, extras) - Date.now()) }),
        tasks: tasks.map(({ exercise, graded }) => {
          const mine = done.filter((one) => one.exercise === exercise);
          return {
            exercise,
            attempts: mine.reduce((sum, one) => sum + one.attempts, 0),
            passed: Math.max(0, ...mine.map(({ passedTasks }) => passedTasks.length)),
            of: lengths.get(exercise) ?? 0,
            ...(graded && { graded }),
            host: sitting !== undefined && kept.has(`${sitting.id} ${exercise}`),
          };
        }),
      };
    });
    const first = sittings.map(({ startedAt }) => startedAt).sort()[0];
    const outages = first === undefined ? [] : await outagesSince(store, first);
    const names = new Map(members.map(({ learner, name }) => [learner, name]));
    return {
      minutes: room.exam?.minutes ?? sittings[0]?.minutes ?? 0,
      attempts: room.exam?.attempts ?? sittings[0]?.attempts ?? 0,
      learners,
      outages: outages
        .map(({ from, until }) => ({
          ...{ from, until },
          learners: sittings
            .filter((one) => one.startedAt < until && (one.endedAt ?? until) >= from && endOf(room, one, extras) > Date.parse(from))
            .flatMap(({ learner }) => names.get(learner) ?? []),
        }))
        .filter((one) => one.learners.length > 0),
      hosts: await frozen.summary(room.id),
    };
  }

  async #view(room: ClassRecord, learners: readonly string[], sitting: SittingRecord | undefined): Promise<ExamView> {
    const { store, seats, frozen } = this.#options;
    const extras = await extrasOf(store, room.id);
    const member = await memberAmong(store, room.id, learners);
    const tasks =
      sitting === undefined ? (room.exam?.exercises ?? []).map((exercise) => ({ exercise, graded: undefined })) : await tasksOfSitting(store, sitting.id);
    const worth = new Map(room.exercises.map(({ exercise, points }) => [exercise, points]));
    const at = learners.map((one) => seats.of(one)?.exercise.id);
    return {
      ...{ class: room.id, className: room.name, state: stateOf(room, sitting) },
      minutes: sitting?.minutes ?? room.exam?.minutes ?? 0,
      extraMinutes: (extras.get(member?.learner ?? "") ?? 0) + (extras.get(null) ?? 0),
      attempts: sitting?.attempts ?? room.exam?.attempts ?? 0,
      snapshots: sitting?.snapshots ?? room.exam?.snapshots ?? false,
      ...(sitting && sitting.endedAt === undefined && { endsInMs: Math.max(0, endOf(room, sitting, extras) - Date.now()) }),
      ...(sitting?.endReason && { endReason: sitting.endReason }),
      ...(room.opensAt !== undefined && { opensAt: room.opensAt }),
      ...(room.closesAt !== undefined && { closesAt: room.closesAt }),
      tasks: await Promise.all(
        tasks.map(async ({ exercise, graded }) => ({
          ...{ exercise, points: worth.get(exercise) ?? 0 },
          checksLeft: sitting === undefined ? (room.exam?.attempts ?? 0) : await checksLeft(store, sitting, exercise),
          begun: sitting !== undefined && ((await frozen.of(sitting.id, exercise)) !== undefined || (sitting.endedAt === undefined && at.includes(exercise))),
          ...(graded && { graded }),
        })),
      ),
    };
  }
}
