import { type ReactNode, useState } from "react";
import type { TaskVerdict } from "../../../lab-server/contract/verdict.ts";
import type { LessonTask } from "../../lab/lesson-exercise.ts";
import { InlineText } from "./InlineText.tsx";
import { useLab } from "./lab-context.ts";

interface Props {
  readonly task: LessonTask;
  readonly verdict: TaskVerdict | undefined;
  /** Passed on an earlier host, and not checked on this one. */
  readonly passedEarlier: boolean;
}

/** One task: its text, its verdict, and its hints, one at a time. */
export function CheckTask({ task, verdict, passedEarlier }: Props): ReactNode {
  const { strings, locale } = useLab();
  const [shown, setShown] = useState(0);
  const outcome = verdict?.outcome ?? (passedEarlier ? "before" : "unknown");
  const hints = task.hints.slice(0, shown);
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
      {verdict?.outcome === "failed" && (
        <dl className="lab-verdict">
          {(["expected", "found", "look"] as const).map((part) => (
            <div key={part}>
              <dt>{strings[part]}</dt>
              <dd>
                <InlineText text={verdict[part][locale]} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {verdict?.outcome === "errored" && (
        <p className="lab-task-errored">
          <InlineText text={verdict.reason[locale]} /> {strings.errored}
        </p>
      )}
      {hints.map((hint, index) => (
        <p className="lab-hint" key={hint} role="note">
          <strong>{strings.hint(index + 1, task.hints.length)}</strong> <InlineText text={hint} />
        </p>
      ))}
      {outcome !== "passed" && shown < task.hints.length && (
        <button type="button" className="lab-link" onClick={() => setShown(shown + 1)}>
          {shown === 0 ? strings.firstHint : strings.nextHint}
        </button>
      )}
    </li>
  );
}
