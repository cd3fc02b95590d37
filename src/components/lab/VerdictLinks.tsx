import type { ReactNode } from "react";
import type { Verdict } from "../../../lab-server/contract/verdict.ts";
import { useLab } from "./lab-context.ts";

interface Props {
  readonly verdict: Verdict;
  readonly exercise: string;
  /** In an exam what a verdict rests on is opened afterwards. */
  readonly exam: boolean;
}

/** Below a verdict: where witnesses disagree, and the way to what it rests on. */
export function VerdictLinks({ verdict, exercise, exam }: Props): ReactNode {
  const { strings, locale } = useLab();
  const disagreements = verdict.disagreements ?? [];
  return (
    <>
      {disagreements.length > 0 && (
        <div className="lab-disagree" role="note">
          <p>{strings.disagree}</p>
          <ul>
            {disagreements.map((text) => (
              <li key={text.en}>{text[locale]}</li>
            ))}
          </ul>
        </div>
      )}
      {!exam && verdict.attempts > 0 && (
        <p className="lab-attempts-link">
          <a href={`${locale === "en" ? "" : `/${locale}`}/attempts/#${exercise}`}>{strings.attemptsLink}</a>
        </p>
      )}
    </>
  );
}
