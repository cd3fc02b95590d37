import {
  type AppealList,
  type AppealRequest,
  type AttemptEntry,
  type AttemptList,
  type AttemptView,
  type Decision,
  MOST_ATTEMPTS_LISTED,
  MOST_COMMANDS_SHOWN,
} from "../contract/evidence.ts";
import { LabError } from "../errors.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import { checksFor, type Exercise } from "../exercises/exercise.ts";
import { judge } from "../grading/grade.ts";
import type { Log } from "../log.ts";
import { memberOf, membersById } from "../people/membership.ts";
import type { Recordings } from "../recordings/recordings.ts";
import { type ClassRecord, classesOfLearners, type MemberRecord } from "../store/classes.ts";
import { attemptBefore, commandsBetween, seatsBehind } from "../store/commands.ts";
import type { Store } from "../store/database.ts";
import { addDecision, type DecisionRecord, decisionsAbout, type Standing, standingOf } from "../store/decisions.ts";
import { answersOf, attemptById, attemptsOf, type EvidenceRecord, letGoAbove, letGoBefore } from "../store/evidence.ts";
import { sittingById } from "../store/exams.ts";
import { type KnownPerson, learnersOf, personById } from "../store/people.ts";
import { readableFacts } from "./readable.ts";

/** What is said about one attempt by its learner, at most so often. */
const MOST_APPEALS = 10;
const EXPIRE_EVERY_MS = 6 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/** The frozen hosts of exams, as far as evidence needs them; see `exams/frozen-hosts.ts`. */
export interface FrozenEvidence {
  shown(sitting: string, exercise: string): Promise<NonNullable<AttemptView["host"]> | undefined>;
  /** Whether a verdict is being read from it just now. */
  isGrading(attempt: number): boolean;
  /** Begins to read a verdict anew from the frozen host, behind this call; it comes into the history. Fails with `not_found`. */
  regrade(attempt: EvidenceRecord, by: { readonly person: string; readonly class: string }): Promise<void>;
}

export interface EvidenceOptions {
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  readonly recordings: Pick<Recordings, "list" | "read">;
  readonly frozen: FrozenEvidence;
  /** Days for which facts and commands are kept, and what they may take of the disk. */
  readonly keptDays: number;
  readonly maxBytes: number;
  /** What counts for a learner has changed, or something was said. */
  readonly onDecided: (learner: string, exercise: string) => void;
  readonly log: Log;
}

/** Who opens an attempt: its learner, or the instructor of a class that its learner is in. */
type Reader = { readonly as: "learner" } | { readonly as: "instructor"; readonly room: ClassRecord };

/**
 * Verdicts, opened with what they rest on, appealed against, graded again. Whatever is decided is added to a history in which nothing
 * is ever overwritten; what counts is computed from it. Whoever asks says for whom: another's attempt is `not_found`.
 */
export class Evidence {
  readonly #options: EvidenceOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: EvidenceOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.expire(), EXPIRE_EVERY_MS).unref();
  }

  /** Lets go of what is too old or too much. Never fails. */
  async expire(): Promise<void> {
    const { store, keptDays, maxBytes, log } = this.#options;
    try {
      await letGoBefore(store, new Date(Date.now() - keptDays * DAY_MS).toISOString());
      await letGoAbove(store, maxBytes);
    } catch (thrown) {
      log.error({ err: thrown }, "old evidence could not be removed");
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A learner's own attempts at an exercise. */
  async own(learner: string, exercise: string): Promise<AttemptList> {
    const { store } = this.#options;
    const learners = await learnersOf(store, learner);
    const classes = await classesOfLearners(store, learners);
    return this.#list(
      learners,
      exercise,
      classes.map(({ record }) => record),
    );
  }

  /** What a member of a class has tried. */
  async ofMember(room: ClassRecord, learner: string, exercise: string): Promise<AttemptList> {
    const ids = await this.#idsOf(await memberOf(this.#options.store, room, learner));
    assertIn(room, exercise);
    return this.#list(ids, exercise, [room]);
  }

  /** One of the learner's own, opened. Fails with `not_found`, or `exam_running` for one of an exam that is not over. */
  async openOwn(learner: string, attempt: number): Promise<AttemptView> {
    const found = await this.#own(learner, attempt);
    return this.#view(found, { as: "learner" });
  }

  /** One of a class's, opened by its instructor. Fails with `not_found`. */
  async open(room: ClassRecord, attempt: number): Promise<AttemptView> {
    const { found } = await this.#inClass(room, attempt);
    return this.#view(found, { as: "instructor", room });
  }

  /** The learner does not agree with a verdict. Recordings that are named are shown to the instructor. */
  async appeal(learner: string, attempt: number, { text, recordings = [] }: AppealRequest): Promise<AttemptView> {
    const { store, onDecided } = this.#options;
    const found = await this.#own(learner, attempt);
    const before = await decisionsAbout(store, [found.learner], [found.exercise]);
    const said = before.filter((one) => one.attempt === attempt && one.kind === "appeal").length;
    if (said >= MOST_APPEALS) throw new LabError("too_many", { params: { seconds: 86_400 }, log: `attempt ${attempt} has ${said} appeals` });
    const own = new Set((await this.#options.recordings.list(learner)).recordings.filter((one) => one.exercise === found.exercise).map(({ id }) => id));
    const shown = recordings.filter((id) => own.has(id));
    await addDecision(store, { at: now(), kind: "appeal", learner: found.learner, exercise: found.exercise, attempt, text, recordings: shown });
    onDecided(found.learner, found.exercise);
    return this.openOwn(learner, attempt);
  }

  async answer(person: KnownPerson, room: ClassRecord, attempt: number, text: string): Promise<AttemptView> {
    const { found } = await this.#inClass(room, attempt);
    await this.#decide(person, room, found, { kind: "answer", text });
    return this.open(room, attempt);
  }

  /** Computes the verdict again from the kept facts, or begins to read it anew from the frozen host. It stands beside the first one. */
  async regrade(person: KnownPerson, room: ClassRecord, attempt: number, from: "facts" | "host"): Promise<AttemptView> {
    const { found } = await this.#inClass(room, attempt);
    if (from === "host") await this.#options.frozen.regrade(found, { person: person.id, class: room.id });
    else {
      const exercise = this.#exercise(found.exercise);
      const kept = await answersOf(this.#options.store, attempt);
      if (exercise === undefined || kept === undefined) throw new LabError("evidence_gone", { log: `attempt ${attempt} has no facts or no exercise` });
      const judged = judge(exercise, { parameters: found.parameters, baseline: kept.baseline, answers: kept.facts }, (message, fields) =>
        this.#options.log.warn({ attempt, ...fields }, `regrade errored: ${message}`),
      );
      const { disagreements = [], ...verdict } = judged;
      await this.#decide(person, room, found, { kind: "facts", version: exercise.version, ...verdict, disagreements });
    }
    return this.open(room, attempt);
  }

  /** Which verdict counts from now on: that of a regrade, or without one the first. Fails with `not_found`. */
  async counts(person: KnownPerson, room: ClassRecord, attempt: number, regrade: number | null): Promise<AttemptView> {
    const { found } = await this.#inClass(room, attempt);
    const history = await decisionsAbout(this.#options.store, [found.learner], [found.exercise]);
    const verdict = history.find((one) => one.id === regrade && one.attempt === attempt && one.tasks !== undefined && one.outcome !== "errored");
    if (regrade !== null && verdict === undefined) throw new LabError("not_found", { log: `attempt ${attempt} has no verdict ${regrade}` });
    await this.#decide(person, room, found, { kind: "counts", ...(regrade !== null && { regrade }) });
    return this.open(room, attempt);
  }

  /** Points by hand for a member's exercise in this class, whatever its attempts say; null takes them back. */
  async points(person: KnownPerson, room: ClassRecord, learner: string, exercise: string, points: number | null, reason: string): Promise<AttemptList> {
    const member = await memberOf(this.#options.store, room, learner);
    const wanted = assertIn(room, exercise);
    if (points !== null && points > wanted.points)
      throw new LabError("bad_request", { params: { reason: `points: expected at most ${wanted.points}` }, log: "more points than there are" });
    const share = points === null ? undefined : wanted.points === 0 ? 0 : points / wanted.points;
    const decision = { at: now(), kind: "points", person: person.id, class: room.id, learner: member.learner, exercise, text: reason } as const;
    await addDecision(this.#options.store, { ...decision, ...(share !== undefined && { share }) });
    this.#options.onDecided(member.learner, exercise);
    return this.ofMember(room, learner, exercise);
  }

  /** Appeals of a class: those without an answer first, then the newest. */
  async appeals(room: ClassRecord): Promise<AppealList> {
    const { store } = this.#options;
    const names = await membersById(this.#options.store, room.id);
    const decisions = await decisionsAbout(
      store,
      [...names.keys()],
      room.exercises.map(({ exercise }) => exercise),
    );
    const { appeals } = standingOf(decisions);
    const last = new Map(decisions.filter(({ kind }) => kind === "appeal").map((one) => [one.attempt, one]));
    const list = [...last.values()].flatMap((one) => {
      const member = names.get(one.learner);
      if (member === undefined || one.attempt === undefined) return [];
      const { attempt, exercise, at, text = "" } = one;
      return [{ attempt, learner: member.learner, name: member.name, exercise, at, text, answered: appeals.get(attempt) === "answered" }];
    });
    return { appeals: list.sort((a, b) => Number(a.answered) - Number(b.answered) || b.at.localeCompare(a.at)) };
  }

  /** A recording that its learner shows with an appeal. Fails with `not_found`. */
  async recording(room: ClassRecord, attempt: number, recording: string): ReturnType<Recordings["read"]> {
    const { found } = await this.#inClass(room, attempt);
    const history = await decisionsAbout(this.#options.store, [found.learner], [found.exercise]);
    const shown = history.some((one) => one.attempt === attempt && one.recordings.includes(recording));
    if (!shown) throw new LabError("not_found", { log: `attempt ${attempt} shows no recording ${recording}` });
    return this.#options.recordings.read(await this.#present(found.learner), recording);
  }

  async #decide(
    person: KnownPerson,
    room: ClassRecord,
    { learner, exercise, attempt }: EvidenceRecord,
    decision: Pick<DecisionRecord, "kind"> & Partial<DecisionRecord>,
  ): Promise<void> {
    await addDecision(this.#options.store, { at: now(), person: person.id, class: room.id, learner, exercise, attempt, ...decision });
    this.#options.onDecided(learner, exercise);
  }

  async #list(learners: readonly string[], exercise: string, classes: readonly ClassRecord[]): Promise<AttemptList> {
    const { store } = this.#options;
    const [attempts, decisions] = [await attemptsOf(store, learners, exercise, MOST_ATTEMPTS_LISTED), await decisionsAbout(store, learners, [exercise])];
    const standing = standingOf(decisions);
    const points = await Promise.all(
      standing.points.map(async ({ class: id, share = 0, text = "", person, at }) => {
        const room = classes.find((one) => one.id === id);
        const worth = room?.exercises.find((one) => one.exercise === exercise)?.points;
        if (room === undefined || worth === undefined) return [];
        return [{ class: room.id, name: room.name, by: { points: rounded(worth * share), reason: text, by: await this.#nameOf(person), at } }];
      }),
    );
    return { exercise, attempts: attempts.map((attempt) => entryOf(attempt, standing)), points: points.flat() };
  }

  async #view(found: EvidenceRecord, reader: Reader): Promise<AttemptView> {
    const { store, frozen } = this.#options;
    const { attempt, sitting, at, learner } = found;
    const seats = await seatsBehind(store, found);
    const exercise = this.#exercise(found.exercise);
    const kept = await answersOf(store, attempt);
    const decisions = (await decisionsAbout(store, [learner], [found.exercise])).filter((one) => one.attempt === attempt);
    const commands = await commandsBetween(store, seats, await attemptBefore(store, seats, attempt), at, MOST_COMMANDS_SHOWN);
    const host = sitting === undefined ? undefined : await frozen.shown(sitting, found.exercise);
    const counts = standingOf(decisions).counts.get(attempt);
    return {
      id: attempt,
      ...{ exercise: found.exercise, learner, at, ms: found.ms, outcome: found.outcome, tasks: [...found.tasks] },
      disagreements: [...found.disagreements],
      exam: sitting !== undefined,
      parameters: found.parameters,
      version: found.version === undefined ? "unknown" : found.version === exercise?.version ? "same" : "changed",
      facts: kept === undefined ? [] : this.#facts(exercise, found, kept.facts),
      ...(kept === undefined && { factsGone: found.gone ?? "never" }),
      commands: commands.map(({ status, ...command }) => ({ ...command, ...(status !== undefined && { status }) })),
      recordings: await this.#recordings(found, decisions, reader),
      ...(host && { host }),
      regrading: frozen.isGrading(attempt),
      history: await Promise.all(decisions.map((one) => this.#decision(one, found))),
      ...(counts && { counts: counts.decision }),
    };
  }

  #facts(exercise: Exercise | undefined, { parameters }: EvidenceRecord, facts: Parameters<typeof readableFacts>[1]): AttemptView["facts"] {
    let probes: Parameters<typeof readableFacts>[0] = {};
    try {
      if (exercise !== undefined) probes = checksFor(exercise, parameters).facts;
    } catch {
      // The exercise has other parameters by now.
    }
    return readableFacts(probes, facts);
  }

  async #recordings({ learner, exercise }: EvidenceRecord, decisions: readonly DecisionRecord[], { as }: Reader): Promise<AttemptView["recordings"]> {
    const { recordings } = await this.#options.recordings.list(await this.#present(learner));
    const shown = new Set(decisions.flatMap((one) => one.recordings));
    return recordings.filter((one) => one.exercise === exercise && (as === "learner" || shown.has(one.id)));
  }

  async #decision(one: DecisionRecord, { version }: EvidenceRecord): Promise<Decision> {
    const { id, at, kind, person, text, outcome, tasks, disagreements, regrade } = one;
    return {
      ...{ id, at, kind },
      ...(person !== undefined && { by: await this.#nameOf(person) }),
      ...(text !== undefined && { text }),
      ...(outcome !== undefined && { outcome }),
      ...(tasks !== undefined && { tasks: [...tasks], sameVersion: one.version === version }),
      ...(disagreements.length > 0 && { disagreements: [...disagreements] }),
      ...(regrade !== undefined && { regrade }),
    };
  }

  /** The learner under whom somebody's things are now: they may have got an account since. */
  async #present(learner: string): Promise<string> {
    const row = await this.#options.store.db.selectFrom("merges").select("into_learner").where("learner", "=", learner).executeTakeFirst();
    return row?.into_learner ?? learner;
  }

  async #own(learner: string, attempt: number): Promise<EvidenceRecord> {
    const { store } = this.#options;
    const found = await attemptById(store, attempt);
    if (found === undefined || !(await learnersOf(store, learner)).includes(found.learner))
      throw new LabError("not_found", { log: `the learner has no attempt ${attempt}` });
    const sitting = found.sitting === undefined ? undefined : await sittingById(store, found.sitting);
    if (sitting !== undefined && sitting.endedAt === undefined) throw new LabError("exam_running", { log: `attempt ${attempt} is of an exam that runs` });
    return found;
  }

  async #inClass(room: ClassRecord, attempt: number): Promise<{ readonly found: EvidenceRecord; readonly member: MemberRecord }> {
    const found = await attemptById(this.#options.store, attempt);
    const inIt = found !== undefined && room.exercises.some(({ exercise }) => exercise === found.exercise);
    const member = inIt ? (await membersById(this.#options.store, room.id)).get(found.learner) : undefined;
    if (found === undefined || member === undefined) throw new LabError("not_found", { log: `class ${room.id} has no attempt ${attempt}` });
    return { found, member };
  }

  #idsOf(member: MemberRecord): Promise<readonly string[]> {
    return learnersOf(this.#options.store, member.learner);
  }

  #exercise(id: string): Exercise | undefined {
    return this.#options.catalogue.list().find((one) => one.id === id);
  }

  async #nameOf(person: string | undefined): Promise<string> {
    return person === undefined ? "" : ((await personById(this.#options.store, person))?.name ?? "");
  }
}

const now = (): string => new Date().toISOString();
const rounded = (points: number): number => Math.round(points * 10) / 10;

function assertIn(room: ClassRecord, exercise: string): ClassRecord["exercises"][number] {
  const wanted = room.exercises.find((one) => one.exercise === exercise);
  if (wanted === undefined) throw new LabError("not_found", { log: `class ${room.id} has no exercise ${exercise}` });
  return wanted;
}

function entryOf(found: EvidenceRecord, { counts, appeals }: Standing): AttemptEntry {
  const instead = counts.get(found.attempt);
  const tasks = instead?.tasks ?? found.tasks;
  return {
    id: found.attempt,
    at: found.at,
    outcome: instead?.outcome ?? found.outcome,
    passed: tasks.filter(({ outcome }) => outcome === "passed").length,
    tasks: tasks.length,
    exam: found.sitting !== undefined,
    disagreement: found.disagreements.length > 0,
    appeal: appeals.get(found.attempt) ?? "none",
    regraded: instead !== undefined,
  };
}
