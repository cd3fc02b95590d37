import { type ReactNode, useState } from "react";
import type { TaskVerdict } from "../../../lab-server/contract/verdict.ts";
import type { LessonTask } from "../../lab/lesson-exercise.ts";
import { FailedParts } from "./FailedParts.tsx";
import { InlineText } from "./InlineText.tsx";
import { useLab, useStore } from "./lab-context.ts";

interface Props {
  readonly task: LessonTask;
  readonly verdict: TaskVerdict | undefined;
  /** Passed on an earlier host, and not checked on this one. */
  readonly passedEarlier: boolean;
  /** Its last hint is shown. */
  readonly onHintsOut: () => void;
}

/** One task: its text, its verdict, and its hints, one at a time. */
export function CheckTask({ task, verdict, passedEarlier, onHintsOut }: Props): ReactNode {
  const { store, strings, locale } = useLab();
  const { explained, seat } = useStore(store);
  const [shown, setShown] = useState(0);
  // The lab has looked by itself: that a task is not done yet is no news, and is explained when it is asked for.
  const silent = verdict !== undefined && verdict.outcome !== "passed" && !explained.has(task.id);
  const outcome = verdict === undefined || silent ? (passedEarlier ? "before" : "unknown") : verdict.outcome;
  const hints = task.hints.slice(0, shown);
  const showHint = (): void => {
    setShown(shown + 1);
    store.tookHint(task.id, shown + 1);
    if (shown + 1 === task.hints.length) onHintsOut();
  };
  return (
    <li className="lab-task" data-outcome={outcome}>
      <p className="lab-task-text">
        <span className="lab-task-mark" role="img" aria-label={strings.outcomes[outcome]} title={strings.outcomes[outcome]} />
        <span>
          <InlineText text={task.text} />
        </span>
      </p>
      {verdict?.outcome === "passed" && (
        <p className="lab-task-found">
          <InlineText text={verdict.found[locale]} />
        </p>
      )}
      {verdict?.outcome === "failed" && !silent && <FailedParts className="lab-verdict" verdict={verdict} words={strings} locale={locale} />}
      {verdict?.outcome === "errored" && !silent && (
        <p className="lab-task-errored">
          <InlineText text={verdict.reason[locale]} /> {strings.errored}
        </p>
      )}
      {hints.map((hint, index) => (
        <p className="lab-hint" key={hint} role="note">
          <strong>{strings.hint(index + 1, task.hints.length)}</strong> <InlineText text={hint} />
        </p>
      ))}
      {outcome !== "passed" && seat?.exam === undefined && shown < task.hints.length && (
        <button type="button" className="lab-link" onClick={showHint}>
          {shown === 0 ? strings.firstHint : strings.nextHint}
        </button>
      )}
    </li>
  );
}
