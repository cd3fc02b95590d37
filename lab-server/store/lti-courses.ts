import type { Store } from "./database.ts";

/** A course of a platform, as its teacher has it. */
export interface LtiCourse {
  readonly id: string;
  readonly registration: string;
  /** What the platform is called here. */
  readonly platform: string;
  readonly title: string | undefined;
  /** Where the platform lists its members; undefined where it does not. */
  readonly membersUrl: string | undefined;
}

/** Somebody who came from a course. */
export interface LtiVisit {
  readonly registration: string;
  readonly context: string;
  readonly title: string | undefined;
  readonly membersUrl: string | undefined;
  readonly subject: string;
  readonly teaches: boolean;
}

/** Keeps that somebody came, and what the platform says of the course now. @param id of the course, if it is a new one */
export async function rememberVisit(store: Store, id: string, visit: LtiVisit, at: string): Promise<void> {
  const { registration, context, title, membersUrl, subject, teaches } = visit;
  const said = { title: title ?? null, members_url: membersUrl ?? null, seen_at: at };
  await store.db.transaction().execute(async (db) => {
    const course = await db
      .insertInto("lti_courses")
      .values({ id, registration, context, ...said })
      .onConflict((conflict) => conflict.columns(["registration", "context"]).doUpdateSet(said))
      .returning("id")
      .executeTakeFirstOrThrow();
    await db
      .insertInto("lti_visits")
      .values({ course: course.id, subject, teaches: teaches ? 1 : 0, seen_at: at })
      .onConflict((conflict) => conflict.columns(["course", "subject"]).doUpdateSet({ teaches: teaches ? 1 : 0, seen_at: at }))
      .execute();
  });
}

/** The courses that a learner has come from as one who teaches there, the latest first; only those at platforms that are still registered. */
export async function coursesTaughtBy(store: Store, learner: string): Promise<LtiCourse[]> {
  const rows = await store.db
    .selectFrom("lti_users as user")
    .innerJoin("lti_courses as course", "course.registration", "user.registration")
    .innerJoin("lti_visits as visit", (join) => join.onRef("visit.course", "=", "course.id").onRef("visit.subject", "=", "user.subject"))
    .innerJoin("lti_registrations as registration", "registration.id", "course.registration")
    .where("user.learner", "=", learner)
    .where("visit.teaches", "=", 1)
    .where("registration.removed_at", "is", null)
    .select(["course.id", "course.registration", "course.title", "course.members_url", "registration.name as platform"])
    .orderBy("visit.seen_at", "desc")
    .execute();
  return rows.map(({ members_url, title, ...rest }) => ({ ...rest, title: title ?? undefined, membersUrl: members_url ?? undefined }));
}

/** When each of a course's people was here last, by the platform's id of them. */
export async function visitsOf(store: Store, course: string): Promise<ReadonlyMap<string, string>> {
  const rows = await store.db.selectFrom("lti_visits").select(["subject", "seen_at"]).where("course", "=", course).execute();
  return new Map(rows.map(({ subject, seen_at }) => [subject, seen_at]));
}
