import { randomBytes } from "node:crypto";
import type { LtiCoursesView, LtiRosterView } from "../contract/lti.ts";
import { LabError } from "../errors.ts";
import type { Store } from "../store/database.ts";
import { coursesTaughtBy, type LtiCourse, rememberVisit, visitsOf } from "../store/lti-courses.ts";
import type { Launch } from "./launch.ts";
import type { Member } from "./nrps.ts";

export interface CoursesOptions {
  readonly store: Store;
  /** Asks the platform who is in a course; see `nrps.ts`. */
  readonly membersOf: (registration: string, membersUrl: string) => Promise<readonly Member[]>;
  readonly now: () => number;
}

/** Platforms' courses before those who teach them: who has come from there, and who has not yet. */
export class Courses {
  readonly #options: CoursesOptions;

  constructor(options: CoursesOptions) {
    this.#options = options;
  }

  /** Keeps that somebody came from a course. Where the platform says neither who nor from where, nothing. */
  async visited({ registration, context, subject, role, membersUrl }: Launch): Promise<void> {
    if (context === undefined || subject === undefined) return;
    const { store, now } = this.#options;
    const visit = { registration: registration.id, context: context.id, title: context.title, membersUrl, subject, teaches: role !== "learner" };
    await rememberVisit(store, randomBytes(9).toString("base64url"), visit, new Date(now()).toISOString());
  }

  /** The courses that somebody teaches, of which the platform tells the members. */
  async of(learner: string): Promise<LtiCoursesView> {
    const courses = (await coursesTaughtBy(this.#options.store, learner)).filter(({ membersUrl }) => membersUrl !== undefined);
    return { courses: courses.map(({ id, platform, title }) => ({ id, platform, ...(title !== undefined && { title }) })) };
  }

  /** Who is in a course at this moment, and who of them was here. Fails with `not_found` for one that they do not teach, and as the platform does. */
  async roster(learner: string, id: string): Promise<LtiRosterView> {
    const course: LtiCourse | undefined = (await coursesTaughtBy(this.#options.store, learner)).find((one) => one.id === id);
    if (course?.membersUrl === undefined) throw new LabError("not_found", { log: `${learner} teaches no course ${id}` });
    const members = await this.#options.membersOf(course.registration, course.membersUrl);
    const visits = await visitsOf(this.#options.store, id);
    return {
      members: members.map(({ subject, name, role }) => {
        const seenAt = visits.get(subject);
        return { role, ...(name !== undefined && { name }), ...(seenAt !== undefined && { seenAt }) };
      }),
    };
  }
}
