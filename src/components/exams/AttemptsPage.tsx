import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { AttemptList, AttemptView } from "../../../lab-server/contract/evidence.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { createLabCall } from "../../lab/lab-client.ts";
import { AccountContext } from "../account/account-context.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import type { ClassChapterData } from "../classes/class-data.ts";
import { AttemptEvidence } from "./AttemptEvidence.tsx";
import { AttemptTable } from "./AttemptTable.tsx";
import { momentOf } from "./exam-words.ts";

const call = createLabCall();

/** A learner's own attempts at the exercise that the address names, each to be opened and appealed against. */
export function AttemptsPage({ locale, chapters }: { readonly locale: Locale; readonly chapters: readonly ClassChapterData[] }): ReactNode {
  const words = EXAM_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [exercise, setExercise] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [list, setList] = useState<AttemptList>();
  const [view, setView] = useState<AttemptView>();
  const [sent, setSent] = useState(false);
  const known = chapters.flatMap(({ exercises }) => exercises).find(({ id }) => id === exercise);

  useEffect(() => {
    const follow = (): void => setExercise(decodeURIComponent(location.hash.slice(1)));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const load = async (): Promise<void> => setList(await call<AttemptList>("GET", `attempts?exercise=${encodeURIComponent(exercise)}`));
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each exercise once
  useEffect(() => {
    setView(undefined);
    if (exercise !== "") ask(load);
  }, [exercise]);

  const appeal = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const [form, given] = [event.currentTarget, new FormData(event.currentTarget)];
    if (view === undefined) return;
    ask(async () => {
      const body = { text: String(given.get("text")), recordings: given.getAll("recording").map(String) };
      setView(await call<AttemptView>("POST", `attempts/${view.id}/appeal`, { body }));
      form.reset();
      setSent(true);
      await load();
    });
  };
  return (
    <AccountContext value={{ locale, call, changed: () => {} }}>
      <div className="account">
        <Refusal problem={problem} />
        {exercise === "" ? <p>{words.noExercise}</p> : <h2>{words.attemptsOf(known?.title ?? exercise)}</h2>}
        {list !== undefined && (
          <AttemptTable
            list={list}
            locale={locale}
            chosen={view?.id}
            onOpen={(attempt) =>
              ask(async () => {
                setSent(false);
                setView(await call<AttemptView>("GET", `attempts/${attempt}`));
              })
            }
          />
        )}
        {view !== undefined && (
          <AttemptEvidence
            view={view}
            locale={locale}
            taskOf={(task) => known?.tasks.find(({ id }) => id === task)?.text ?? task}
            recordingPath={(id) => `/api/v1/recordings/${id}`}
            onClose={() => setView(undefined)}
          >
            <form className="class-message" onSubmit={appeal}>
              <h4>{words.appeal}</h4>
              <label htmlFor="appeal-text">{words.appealText}</label>
              <textarea id="appeal-text" name="text" rows={3} required maxLength={2000} aria-describedby="appeal-hint" />
              <small id="appeal-hint">{words.appealHint}</small>
              {view.recordings.map(({ id, at }) => (
                <label key={id}>
                  <input type="checkbox" name="recording" value={id} /> {words.showRecording(momentOf(at, locale))}
                </label>
              ))}
              <button type="submit" className="account-button" disabled={asking}>
                {words.sendAppeal}
              </button>
              <p role="status">{sent ? words.appealSent : ""}</p>
            </form>
          </AttemptEvidence>
        )}
      </div>
    </AccountContext>
  );
}
