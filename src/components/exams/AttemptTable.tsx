import type { ReactNode } from "react";
import type { AttemptList } from "../../../lab-server/contract/evidence.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { momentOf } from "./exam-words.ts";

interface Props {
  readonly list: AttemptList;
  readonly locale: Locale;
  readonly chosen: number | undefined;
  readonly onOpen: (attempt: number) => void;
}

/** Attempts at one exercise, the newest first. */
export function AttemptTable({ list, locale, chosen, onOpen }: Props): ReactNode {
  const words = EXAM_STRINGS[locale];
  return (
    <>
      {list.points.map(({ class: id, name, by }) => (
        <p key={id} className="evidence-disagree">
          <strong>
            {name}
            {words.colon}
          </strong>
          {words.byHand(by.points, by.by)} {by.reason}
        </p>
      ))}
      {list.attempts.length === 0 ? (
        <p>{words.noAttempts}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="account-table" aria-label={words.attempts} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.at}</th>
                <th scope="col">{words.result}</th>
                <th scope="col">
                  <span className="sr-only">{words.open}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.attempts.map((one) => {
                const notes = [
                  ...(one.exam ? [words.inExam] : []),
                  ...(one.regraded ? [words.regraded] : []),
                  ...(one.appeal === "open" ? [words.appealOpen] : one.appeal === "answered" ? [words.appealAnswered] : []),
                  ...(one.disagreement ? [words.disagree] : []),
                ];
                return (
                  <tr key={one.id} data-chosen={one.id === chosen || undefined}>
                    <td>{momentOf(one.at, locale)}</td>
                    <td>
                      <span aria-hidden="true">{one.outcome === "passed" ? "✓ " : ""}</span>
                      {words.passedOf(one.passed, one.tasks)}
                      {notes.map((note) => (
                        <span key={note} className="evidence-note">
                          {note}
                        </span>
                      ))}
                    </td>
                    <td>
                      <button
                        type="button"
                        className="account-button"
                        aria-label={words.openAttempt(one.id)}
                        aria-pressed={one.id === chosen}
                        onClick={() => onOpen(one.id)}
                      >
                        {words.open}
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
