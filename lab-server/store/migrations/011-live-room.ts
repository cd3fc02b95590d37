import { type Kysely, sql } from "kysely";

/** What goes on in a class while it works: raised hands, messages, and hosts that were copied for the instructor or for everybody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table hands (
      class text not null references classes (id),
      learner text not null,
      raised_at text not null,
      text text not null,
      exercise text,
      twin text,
      twin_of text,
      primary key (class, learner),
      foreign key (class, learner) references members (class, learner)
    ) strict`.execute(db);
  await sql`
    create table class_messages (
      id text primary key,
      class text not null references classes (id),
      learner text,
      sender text not null references people (id),
      text text not null,
      at text not null
    ) strict`.execute(db);
  await sql`create index class_messages_by_time on class_messages (class, at)`.execute(db);
  await sql`
    create table starting_points (
      class text not null references classes (id),
      exercise text not null,
      saved text not null,
      baseline text not null,
      at text not null,
      primary key (class, exercise)
    ) strict`.execute(db);
}
