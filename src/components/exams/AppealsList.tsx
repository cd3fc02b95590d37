import { type ReactNode, useEffect, useState } from "react";
import type { AppealList } from "../../../lab-server/contract/evidence.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { useTeach } from "../classes/teach-context.ts";
import { momentOf } from "./exam-words.ts";

interface Props {
  /** The class. */
  readonly room: string;
  readonly news: unknown;
  readonly onOpen: (learner: string, exercise: string, attempt: number) => void;
}

/** Appeals of a class, those without an answer first. */
export function AppealsList({ room, news, onOpen }: Props): ReactNode {
  const { locale, call, titleOf } = useTeach();
  const words = EXAM_STRINGS[locale];
  const [list, setList] = useState<AppealList>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again with each piece of news
  useEffect(() => {
    let gone = false;
    call<AppealList>("GET", `classes/${room}/appeals`).then(
      (now) => !gone && setList(now),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [call, room, news]);
  if (list === undefined) return null;
  return (
    <>
      <h4>{words.appeals}</h4>
      {list.appeals.length === 0 && <p>{words.noAppeals}</p>}
      <ul className="exam-appeals">
        {list.appeals.map(({ attempt, learner, name, exercise, at, text, answered }) => (
          <li key={attempt} data-open={!answered || undefined}>
            <p>
              <button type="button" className="account-button" onClick={() => onOpen(learner, exercise, attempt)}>
                {words.evidenceOf(name, titleOf(exercise))}
              </button>{" "}
              <small>
                {momentOf(at, locale)}
                {words.comma}
                {answered ? words.answered : words.unanswered}
              </small>
            </p>
            <p className="evidence-said">{text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
