import { type Kysely, sql } from "kysely";

/** Courses of learning platforms, and who has come from each. Of the platform's list of their members nothing is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lti_courses (
      id text primary key,
      registration text not null references lti_registrations (id),
      context text not null,
      title text,
      members_url text,
      seen_at text not null,
      unique (registration, context)
    ) strict`.execute(db);
  await sql`
    create table lti_visits (
      course text not null references lti_courses (id),
      subject text not null,
      teaches integer not null check (teaches in (0, 1)),
      seen_at text not null,
      primary key (course, subject)
    ) strict`.execute(db);
}
