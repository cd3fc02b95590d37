import { type ReactNode, useEffect, useState } from "react";
import type { ExamList, ExamView } from "../../../lab-server/contract/exams.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { clockOf, EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { useAccount } from "../account/account-context.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import type { ClassChapterData } from "../classes/class-data.ts";
import { attemptsPath, momentOf } from "./exam-words.ts";
import { useCountdown } from "./use-countdown.ts";

/** While something is on its way it is looked for so often, ms. */
const LOOK_EVERY_MS = 4_000;

/** A learner's exams: what holds before, what is left meanwhile, how it stands afterwards. */
export function MyExams({
  locale,
  chapters,
  news,
}: {
  readonly locale: Locale;
  readonly chapters: readonly ClassChapterData[];
  readonly news: unknown;
}): ReactNode {
  const { call } = useAccount();
  const [exams, setExams] = useState<readonly ExamView[]>([]);
  const waits = exams.some(({ state, tasks }) => state === "running" || (state === "over" && tasks.some(({ graded }) => graded === undefined)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for again when a class was joined
  useEffect(() => {
    let gone = false;
    const load = (): void => {
      call<ExamList>("GET", "exams").then(
        (list) => !gone && setExams(list.exams),
        () => {},
      );
    };
    load();
    const timer = waits ? setInterval(load, LOOK_EVERY_MS) : undefined;
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [call, news, waits]);
  const changed = (one: ExamView): void => setExams(exams.map((exam) => (exam.class === one.class ? one : exam)));
  return exams.map((exam) => <Exam key={exam.class} exam={exam} locale={locale} chapters={chapters} onChange={changed} />);
}

interface ExamProps {
  readonly exam: ExamView;
  readonly locale: Locale;
  readonly chapters: readonly ClassChapterData[];
  readonly onChange: (exam: ExamView) => void;
}

function Exam({ exam, locale, chapters, onChange }: ExamProps): ReactNode {
  const words = EXAM_STRINGS[locale];
  const { call } = useAccount();
  const { asking, problem, ask } = useAsking();
  const { state, tasks, className } = exam;
  const minutes = exam.minutes + exam.extraMinutes;
  const left = useCountdown(exam.endsInMs, exam);
  const exercises = new Map(chapters.flatMap((chapter) => chapter.exercises.map((one) => [one.id, one])));
  const id = `exam-${exam.class}`;
  const send = (what: "begin" | "hand-in"): void => ask(async () => onChange(await call<ExamView>("POST", `exams/${exam.class}/${what}`, { body: {} })));
  return (
    <section className="exam-card" aria-labelledby={id} data-state={state}>
      <h2 id={id}>
        {words.exam}
        {words.colon}
        {className}
      </h2>
      <p>
        {words.tasksAndMinutes(tasks.length, minutes)}
        {exam.extraMinutes > 0 && words.extra(exam.extraMinutes)}
      </p>
      <Refusal problem={problem} />
      {(state === "open" || state === "early") && (
        <>
          <h3>{words.holds}</h3>
          <ul>
            <li>{words.holdsTime(minutes)}</li>
            {exam.closesAt !== undefined && <li>{words.holdsCloses(momentOf(exam.closesAt, locale))}</li>}
            <li>{words.holdsAttempts(exam.attempts)}</li>
            <li>{words.holdsHelp}</li>
            <li>{words.holdsSnapshots(exam.snapshots)}</li>
            <li>{words.holdsReset}</li>
            {tasks.length > 1 && <li>{words.holdsSwitch}</li>}
            <li>{words.holdsEvidence}</li>
            <li>{words.holdsPractice}</li>
          </ul>
        </>
      )}
      {state === "early" && <p>{words.early(momentOf(exam.opensAt ?? "", locale))}</p>}
      {state === "missed" && <p>{words.missed}</p>}
      {state === "open" && (
        <button type="button" className="account-button exam-begin" disabled={asking} onClick={() => confirm(words.beginSure(minutes)) && send("begin")}>
          {words.begin}
        </button>
      )}
      {state === "running" && left !== undefined && (
        <p className="exam-clock" role="timer">
          {words.left(clockOf(left))}
        </p>
      )}
      {state === "over" && exam.endReason !== undefined && <p role="status">{words.over[exam.endReason]}</p>}
      {(state === "running" || state === "over") && (
        <ol>
          {tasks.map(({ exercise, checksLeft, begun, graded }) => (
            <li key={exercise}>
              <a href={state === "running" ? exercises.get(exercise)?.href : attemptsPath(exercise, locale)}>{exercises.get(exercise)?.title ?? exercise}</a>{" "}
              <small>
                {state === "running"
                  ? [...(begun ? [words.begun] : []), words.attemptsLeft(checksLeft)].join(words.comma)
                  : graded === undefined
                    ? words.grading
                    : words.graded[graded]}
              </small>
            </li>
          ))}
        </ol>
      )}
      {state === "running" && (
        <button type="button" className="account-button" disabled={asking} onClick={() => confirm(words.handInSure) && send("hand-in")}>
          {asking ? words.working : words.handIn}
        </button>
      )}
    </section>
  );
}
