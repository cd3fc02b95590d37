import { randomBytes } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Locale } from "../contract/locale.ts";
import { generalText } from "../contract/parameters.ts";
import type { Role } from "../contract/people.ts";
import type { Catalogue } from "../exercises/catalogue.ts";
import type { Log } from "../log.ts";
import type { Launch } from "../lti/launch.ts";
import type { Lti } from "../lti/lti.ts";
import type { Store } from "../store/database.ts";
import { type KnownPerson, learnersOf } from "../store/people.ts";
import { workOf } from "../store/standings.ts";
import type { People } from "./people.ts";

export interface LtiPeopleOptions {
  readonly lti: Pick<Lti, "learnerOf" | "place" | "scores" | "courses">;
  readonly people: People;
  readonly store: Store;
  readonly catalogue: Pick<Catalogue, "list">;
  /** The page of an exercise's lesson. */
  readonly pathOf: (exercise: string | undefined, locale: Locale) => string;
  readonly log: Log;
}

/** An administrator of a school's platform is none of the lab: they teach. */
const ROLE: Readonly<Record<Launch["role"], Role>> = { learner: "learner", instructor: "instructor", admin: "instructor" };
/** Where a platform hides who it is. */
const NAMELESS: Readonly<Record<Locale, string>> = { en: "Learner", "zh-cn": "学员" };

/** People who come from learning platforms: who they are here, where they are led, and what their grade books are told. */
export class LtiPeople {
  readonly #options: LtiPeopleOptions;

  constructor(options: LtiPeopleOptions) {
    this.#options = options;
  }

  /**
   * The person that a verified launch is about, and the page it is meant for. Who comes for the first time is made; where the platform does not
   * say who it is, for this once.
   */
  async arrived(launch: Launch): Promise<{ readonly person: KnownPerson; readonly path: string }> {
    const { lti, people, pathOf, catalogue } = this.#options;
    const { registration, subject, role, exercise, locale = "en" } = launch;
    const identity = {
      issuer: `lti:${registration.id}`,
      subject: subject ?? `once:${randomBytes(12).toString("base64url")}`,
      name: launch.name ?? NAMELESS[locale],
      role: ROLE[role],
    };
    const person = await people.byIdentity(identity, undefined);
    if (subject !== undefined) await lti.learnerOf(registration.id, subject, async () => person.learner);
    await lti.courses.visited(launch);
    const wanted = catalogue.list().find(({ id }) => id === exercise);
    if (wanted !== undefined) {
      const { title, parameters, tasks } = wanted.definition;
      // A grade book that does not answer keeps nobody from learning.
      await lti.place(launch, { label: generalText(title, parameters)[locale], scoreMaximum: tasks.length }).catch((thrown: unknown) => {
        this.#options.log.warn({ err: thrown, registration: registration.id }, "a grade book has no line for an exercise");
      });
      await this.checked(person.learner, wanted.id);
    }
    return { person, path: pathOf(wanted?.id, locale) };
  }

  /** Tells the grade books what a learner has reached in an exercise: the best attempt counts. Never fails. */
  async checked(learner: string, exercise: string): Promise<void> {
    const { store, catalogue, lti, log } = this.#options;
    try {
      const tasks = catalogue.list().find(({ id }) => id === exercise)?.definition.tasks.length ?? 0;
      const work = await workOf(store, await learnersOf(store, learner), [exercise]);
      const attempts = work.reduce((sum, one) => sum + one.attempts, 0);
      // What an instructor gave by hand is final; of several classes the newest word counts.
      const byHand = work
        .flatMap((one) => one.byHand)
        .sort((a, b) => a.id - b.id)
        .at(-1)?.share;
      if ((attempts === 0 && byHand === undefined) || tasks === 0) return;
      const best = Math.min(tasks, Math.max(0, ...work.map(({ passedTasks }) => passedTasks.length)));
      const passed = byHand === undefined ? best : Math.round(tasks * byHand * 100) / 100;
      await lti.scores.scored(learner, exercise, {
        scoreGiven: passed,
        scoreMaximum: tasks,
        activityProgress: passed === tasks ? "Completed" : "InProgress",
        gradingProgress: "FullyGraded",
        comment: `${passed}/${tasks}`,
      });
    } catch (thrown) {
      log.error({ err: thrown, exercise }, "a score could not be kept for its grade book");
    }
  }
}

/** The id of the person who asks, for the record. The table of permissions lets nobody but admins come so far. */
export const administrator = async (request: FastifyRequest): Promise<string> => request.session?.person.id ?? "";
