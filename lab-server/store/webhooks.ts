import type { EventType } from "../contract/webhooks.ts";
import type { Store } from "./database.ts";

export interface WebhookRecord {
  readonly id: string;
  readonly owner: string;
  readonly url: string;
  readonly events: readonly EventType[];
  readonly class: { readonly id: string; readonly name: string } | undefined;
  readonly createdAt: string;
}

const present = (store: Store) =>
  store.db
    .selectFrom("webhooks")
    .innerJoin("people", "people.id", "webhooks.owner")
    .leftJoin("classes", "classes.id", "webhooks.class")
    .select(["webhooks.id", "webhooks.owner", "webhooks.url", "webhooks.events", "webhooks.created_at"])
    .select(["webhooks.class", "classes.name as class_name"])
    // Whoever is no instructor any more is told nothing, nor is an archived class.
    .where((row) =>
      row.or([
        row.and([row("webhooks.class", "is", null), row("people.role", "=", "admin")]),
        row.and([row("people.role", "in", ["instructor", "admin"]), row("webhooks.class", "is not", null), row("classes.archived_at", "is", null)]),
      ]),
    );

type Row = Awaited<ReturnType<ReturnType<typeof present>["execute"]>>[number];

const toRecord = ({ id, owner, url, events, created_at, class: classId, class_name }: Row): WebhookRecord => ({
  id,
  owner,
  url,
  events: JSON.parse(events) as EventType[],
  class: classId === null ? undefined : { id: classId, name: class_name ?? "" },
  createdAt: created_at,
});

/** False when the owner has `most` already. */
export async function addWebhook(
  store: Store,
  hook: {
    readonly id: string;
    readonly owner: string;
    readonly url: string;
    readonly events: readonly EventType[];
    readonly class: string | undefined;
    readonly at: string;
  },
  most: number,
): Promise<boolean> {
  const { id, owner, url, events, at } = hook;
  return store.db.transaction().execute(async (db) => {
    const { count } = await db
      .selectFrom("webhooks")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("owner", "=", owner)
      .executeTakeFirstOrThrow();
    if (count >= most) return false;
    await db
      .insertInto("webhooks")
      .values({ id, owner, url, events: JSON.stringify(events), class: hook.class ?? null, created_at: at })
      .execute();
    return true;
  });
}

export async function webhookById(store: Store, id: string): Promise<WebhookRecord | undefined> {
  const row = await present(store).where("webhooks.id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** Of one owner, or all; the newest first. */
export async function webhooksOf(store: Store, owner: string | undefined): Promise<WebhookRecord[]> {
  let query = present(store).orderBy("webhooks.created_at", "desc").orderBy("webhooks.id");
  if (owner !== undefined) query = query.where("webhooks.owner", "=", owner);
  return (await query.execute()).map(toRecord);
}

/** Those of the whole lab, and those of classes that have this exercise and one of these learners; with what they are called there. */
export async function webhooksFor(
  store: Store,
  learners: readonly string[],
  exercise: string,
): Promise<{ readonly hook: WebhookRecord; readonly member: { readonly learner: string; readonly name: string } | undefined }[]> {
  const lab = await present(store).where("webhooks.class", "is", null).execute();
  const classes = await present(store)
    .innerJoin("class_exercises", "class_exercises.class", "webhooks.class")
    .innerJoin("members", "members.class", "webhooks.class")
    .where("class_exercises.exercise", "=", exercise)
    .where("members.learner", "in", learners)
    .where("members.left_at", "is", null)
    .select(["members.learner", "members.name as member_name"])
    .execute();
  return [
    ...lab.map((row) => ({ hook: toRecord(row), member: undefined })),
    ...classes.map((row) => ({ hook: toRecord(row), member: { learner: row.learner, name: row.member_name } })),
  ];
}

/** What is on its way to it goes too. */
export async function removeWebhook(store: Store, id: string, target: string): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    await db.deleteFrom("deliveries").where("target", "=", target).execute();
    await db.deleteFrom("webhooks").where("id", "=", id).execute();
  });
}
