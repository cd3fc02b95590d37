import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { ClassView } from "../../../lab-server/contract/classes.ts";
import { type ExamRoomView, MOST_EXTRA_MINUTES } from "../../../lab-server/contract/exams.ts";
import { clockOf, EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { Field, Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { useTeach } from "../classes/teach-context.ts";
import { gib, momentOf } from "./exam-words.ts";
import { useCountdown } from "./use-countdown.ts";

interface Props {
  readonly room: ClassView;
  /** Another value whenever something about the exam has changed. */
  readonly news: unknown;
  readonly onOpen: (learner: string, exercise: string) => void;
}

/** The exam of a class: who sits it, how long still, and more time for one or for all. */
export function ExamRoom({ room, news, onOpen }: Props): ReactNode {
  const { locale, call, titleOf } = useTeach();
  const words = EXAM_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [exam, setExam] = useState<ExamRoomView>();
  const [given, setGiven] = useState(false);
  // Where there is no exam, no news is about one; one that was taken out of the class is shown as it stood.
  const due = room.exam === undefined ? undefined : news;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again with each piece of news
  useEffect(() => {
    let gone = false;
    call<ExamRoomView>("GET", `classes/${room.id}/exam`).then(
      (now) => !gone && setExam(now),
      () => !gone && setExam(undefined),
    );
    return () => {
      gone = true;
    };
  }, [call, room, due]);
  if (exam === undefined) return null;
  const send = (what: string, body: object): void => ask(async () => setExam(await call<ExamRoomView>("POST", `classes/${room.id}/exam/${what}`, { body })));
  const give = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const learner = String(form.get("learner"));
    setGiven(true);
    send("minutes", { minutes: Number(form.get("minutes")), ...(learner !== "" && { learner }) });
  };
  return (
    <div className="exam-room">
      <h4>
        {words.exam}
        {words.colon}
        {words.tasksAndMinutes(room.exam?.exercises.length ?? exam.learners[0]?.tasks.length ?? 0, exam.minutes)}
        {words.comma}
        {words.examHolds(exam.attempts)}
      </h4>
      <Refusal problem={problem} />
      {exam.outages.map(({ from, until, learners }) => (
        <p key={from} className="evidence-disagree" role="note">
          {words.outage(momentOf(from, locale), momentOf(until, locale), learners.join(locale === "en" ? ", " : "、"))}
        </p>
      ))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="account-table class-grid" aria-label={words.exam + words.colon + room.name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {[words.learner, words.state, words.time, words.extraColumn].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              {(exam.learners[0]?.tasks ?? []).map(({ exercise }) => (
                <th key={exercise} scope="col">
                  {titleOf(exercise)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {exam.learners.map((one) => (
              <tr key={one.learner}>
                <th scope="row">{one.name}</th>
                <td>
                  {one.endReason === undefined ? words.examState[one.state] : words.endReasons[one.endReason]}
                  {one.state === "over" && (
                    <span className="exam-acts">
                      <button
                        type="button"
                        disabled={asking}
                        aria-label={words.reopenOf(one.name)}
                        onClick={() => {
                          const minutes = Number(prompt(words.reopenAsk(one.name), "15"));
                          if (Number.isInteger(minutes) && minutes > 0) send("reopen", { learner: one.learner, minutes });
                        }}
                      >
                        {words.reopen}
                      </button>
                      {one.tasks.some(({ graded }) => graded === "errored") && (
                        <button
                          type="button"
                          disabled={asking}
                          aria-label={words.gradeAgainOf(one.name)}
                          onClick={() => send("grade", { learner: one.learner })}
                        >
                          {words.gradeAgain}
                        </button>
                      )}
                    </span>
                  )}
                </td>
                <td>
                  <Left ms={one.endsInMs} of={exam} />
                </td>
                <td>{words.extraShort(one.extraMinutes)}</td>
                {one.tasks.map((task) => (
                  <td key={task.exercise} data-state={task.passed === task.of && task.of > 0 ? "done" : task.attempts > 0 ? "begun" : "none"}>
                    <button type="button" onClick={() => onOpen(one.learner, task.exercise)}>
                      {words.taskStanding(task.passed, task.of, task.attempts)}
                      <span className="sr-only"> {words.openOf(one.name, titleOf(task.exercise))}</span>
                    </button>
                    {one.state === "over" && (
                      <small>{task.graded === undefined ? words.grading : task.graded === "errored" ? words.notGraded : words.graded[task.graded]}</small>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <form className="exam-extra" onSubmit={give}>
        <p className="account-field">
          <label htmlFor="exam-extra-to">{words.giveTo}</label>
          <select id="exam-extra-to" name="learner">
            <option value="">{words.everybody}</option>
            {exam.learners.map(({ learner, name }) => (
              <option key={learner} value={learner}>
                {name}
              </option>
            ))}
          </select>
        </p>
        <Field label={words.more} name="minutes" type="number" min={-MOST_EXTRA_MINUTES} max={MOST_EXTRA_MINUTES} required defaultValue={10} />
        <button type="submit" className="account-button" disabled={asking}>
          {words.give}
        </button>
        <small role="status">{given && !asking && problem === undefined ? words.given : ""}</small>
      </form>
      <p>{words.hosts(exam.hosts.kept, gib(exam.hosts.bytes), gib(exam.hosts.mostBytes), exam.hosts.keptDays)}</p>
      {exam.hosts.tight && <p className="evidence-disagree">{words.hostsTight}</p>}
      {exam.hosts.goneForRoom > 0 && <p className="evidence-disagree">{words.hostsGone(exam.hosts.goneForRoom)}</p>}
    </div>
  );
}

/** @param of what the time was told with: it counts from there */
function Left({ ms, of }: { readonly ms: number | undefined; readonly of: unknown }): ReactNode {
  const left = useCountdown(ms, of);
  return left === undefined ? "–" : clockOf(left);
}
