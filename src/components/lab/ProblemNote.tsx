import type { ReactNode } from "react";
import { type Problem, problemText } from "../../../lab-server/contract/problem.ts";
import type { Strings } from "../../lab/strings.ts";
import { useLab } from "./lab-context.ts";

/** What went wrong and what to do next, in the reader's language. */
export function ProblemNote({ problem, onDismiss }: { readonly problem: Problem; readonly onDismiss?: () => void }): ReactNode {
  const { locale, strings } = useLab();
  const { message, next } = problemText(withNames(problem, strings), locale);
  return (
    <div className="lab-problem-note" role="alert">
      <p>
        <strong>{message}</strong> {next}
      </p>
      {onDismiss !== undefined && (
        <button type="button" className="lab-icon" onClick={onDismiss} aria-label={strings.dismiss} title={strings.dismiss}>
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
          </svg>
        </button>
      )}
    </div>
  );
}

/** The server names steps and operations by their ids; people know them by what the page calls them. */
function withNames(problem: Problem, { stepNames, operations }: Strings): Problem {
  const { step, operation } = problem.params ?? {};
  const names = { step: (stepNames as Record<string, string>)[String(step)], operation: operations[String(operation)] };
  const known = Object.entries(names).filter(([, name]) => name !== undefined);
  return { ...problem, params: { ...problem.params, ...(Object.fromEntries(known) as Record<string, string>) } };
}
