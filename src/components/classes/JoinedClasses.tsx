import type { ReactNode } from "react";
import type { JoinedClass } from "../../../lab-server/contract/classes.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { CLASS_STRINGS } from "../../lab/class-strings.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { attemptsPath } from "../exams/exam-words.ts";
import type { ClassChapterData } from "./class-data.ts";

interface Props {
  readonly locale: Locale;
  readonly classes: readonly JoinedClass[];
  readonly chapters: readonly ClassChapterData[];
}

/** What a learner is in, and the exercises of each with their lessons. */
export function JoinedClasses({ locale, classes, chapters }: Props): ReactNode {
  const strings = CLASS_STRINGS[locale];
  const exercises = new Map(chapters.flatMap((chapter) => chapter.exercises.map((one) => [one.id, one])));
  const moment = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "short" });
  if (classes.length === 0) return null;
  return (
    <section aria-labelledby="classes-joined">
      <h2 id="classes-joined">{strings.yourClasses}</h2>
      {classes.map((one) => (
        <article key={one.id}>
          <h3>{one.name}</h3>
          <ol>
            {one.exercises.map(({ exercise, points, dueAt }) => (
              <li key={exercise}>
                <a href={exercises.get(exercise)?.href}>{exercises.get(exercise)?.title ?? exercise}</a>{" "}
                <small>
                  {strings.pointsOf(points)}
                  {dueAt !== undefined && ` · ${strings.due(moment.format(new Date(dueAt)))}`}
                </small>{" "}
                <a className="class-attempts" href={attemptsPath(exercise, locale)}>
                  {EXAM_STRINGS[locale].attempts}
                  <span className="sr-only">: {exercises.get(exercise)?.title ?? exercise}</span>
                </a>
              </li>
            ))}
          </ol>
        </article>
      ))}
    </section>
  );
}
