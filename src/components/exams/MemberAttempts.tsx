import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { ClassView } from "../../../lab-server/contract/classes.ts";
import type { AttemptList, AttemptView, Decision } from "../../../lab-server/contract/evidence.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { Field, Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { useTeach } from "../classes/teach-context.ts";
import { AttemptEvidence } from "./AttemptEvidence.tsx";
import { AttemptTable } from "./AttemptTable.tsx";

interface Props {
  readonly room: ClassView;
  readonly learner: string;
  readonly name: string;
  readonly exercise: string;
  /** The one to open at once. */
  readonly attempt?: number | undefined;
  readonly news: unknown;
  readonly onClose: () => void;
}

/** What a learner of a class has tried at one exercise, for the instructor: opened, graded again, answered, given points by hand. */
export function MemberAttempts({ room, learner, name, exercise, attempt, news, onClose }: Props): ReactNode {
  const { locale, call, titleOf, taskOf } = useTeach();
  const words = EXAM_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [list, setList] = useState<AttemptList>();
  const [view, setView] = useState<AttemptView>();
  const [opened, setOpened] = useState(attempt);
  const member = `classes/${room.id}/learners/${encodeURIComponent(learner)}`;
  const most = room.exercises.find((one) => one.exercise === exercise)?.points ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again with each piece of news
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const found = await call<AttemptList>("GET", `${member}/attempts?exercise=${encodeURIComponent(exercise)}`);
      const seen = opened === undefined ? undefined : await call<AttemptView>("GET", `classes/${room.id}/attempts/${opened}`);
      if (gone) return;
      setList(found);
      setView(seen);
    };
    ask(load);
    return () => {
      gone = true;
    };
  }, [call, member, exercise, opened, news]);

  const act = (what: string, body: object): void =>
    ask(async () => {
      setView(await call<AttemptView>("POST", `classes/${room.id}/attempts/${view?.id}/${what}`, { body }));
    });
  const answer = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    act("answer", { text: String(new FormData(form).get("text")) });
    form.reset();
  };
  const points = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const taken = (event.nativeEvent as globalThis.SubmitEvent).submitter?.getAttribute("value") === "back";
    const body = { exercise, reason: String(form.get("reason")), points: taken ? null : Number(form.get("points")) };
    ask(async () => setList(await call<AttemptList>("POST", `${member}/points`, { body })));
  };
  const actionsOf = (one: Decision): ReactNode =>
    one.tasks !== undefined &&
    one.outcome !== "errored" &&
    view?.counts !== one.id && (
      <button type="button" className="account-button" disabled={asking} onClick={() => act("counts", { regrade: one.id })}>
        {words.letCount}
      </button>
    );
  return (
    <section className="class-member" aria-labelledby="member-attempts">
      <div className="class-member-head">
        <h3 id="member-attempts">{words.evidenceOf(name, titleOf(exercise))}</h3>
        <button type="button" className="account-button" onClick={onClose}>
          {words.close}
        </button>
      </div>
      <Refusal problem={problem} />
      {list !== undefined && <AttemptTable list={list} locale={locale} chosen={view?.id} onOpen={setOpened} />}
      {view !== undefined && (
        <AttemptEvidence
          view={view}
          locale={locale}
          taskOf={(task) => taskOf(exercise, task)}
          recordingPath={(id) => `/api/v1/classes/${room.id}/attempts/${view.id}/recordings/${id}`}
          actionsOf={actionsOf}
          onClose={() => setOpened(undefined)}
        >
          <p className="class-buttons">
            {view.facts.length > 0 && (
              <button type="button" className="account-button" disabled={asking} onClick={() => act("regrade", { from: "facts" })}>
                {words.regradeFacts}
              </button>
            )}
            {view.host !== undefined && view.host.gone === undefined && (
              <button type="button" className="account-button" disabled={asking || view.regrading} onClick={() => act("regrade", { from: "host" })}>
                {words.regradeHost}
              </button>
            )}
            {view.counts !== undefined && (
              <button type="button" className="account-button" disabled={asking} onClick={() => act("counts", { regrade: null })}>
                {words.letFirstCount}
              </button>
            )}
          </p>
          {view.history.some(({ kind }) => kind === "appeal") && (
            <form className="class-message" onSubmit={answer}>
              <h4>{words.answer}</h4>
              <label htmlFor="answer-text">{words.answerText}</label>
              <textarea id="answer-text" name="text" rows={3} required maxLength={2000} />
              <button type="submit" className="account-button" disabled={asking}>
                {words.send}
              </button>
            </form>
          )}
        </AttemptEvidence>
      )}
      <details className="exam-points">
        <summary>{words.points}</summary>
        <form onSubmit={points}>
          <Field
            label={words.pointsOf(most)}
            name="points"
            type="number"
            min={0}
            max={most}
            step="any"
            required
            defaultValue={list?.points[0]?.by.points ?? most}
          />
          <Field label={words.reason} name="reason" required maxLength={2000} />
          <p className="class-buttons">
            <button type="submit" className="account-button" disabled={asking}>
              {words.givePoints}
            </button>
            {(list?.points.length ?? 0) > 0 && (
              <button type="submit" className="account-button" name="what" value="back" disabled={asking}>
                {words.takeBack}
              </button>
            )}
          </p>
        </form>
      </details>
    </section>
  );
}
