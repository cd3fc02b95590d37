import type { ReactNode } from "react";
import type { Locale, Text } from "../../../lab-server/contract/locale.ts";
import type { TaskVerdict } from "../../../lab-server/contract/verdict.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { FailedParts } from "../lab/FailedParts.tsx";
import { InlineText } from "../lab/InlineText.tsx";

interface Props {
  readonly tasks: readonly TaskVerdict[];
  readonly disagreements: readonly Text[];
  readonly locale: Locale;
  /** What a task asks for; its id where nobody knows. */
  readonly taskOf: (task: string) => string;
}

/** A verdict, task by task. */
export function Verdicts({ tasks, disagreements, locale, taskOf }: Props): ReactNode {
  const words = EXAM_STRINGS[locale];
  return (
    <>
      <ul className="evidence-tasks">
        {tasks.map((task) => (
          <li key={task.task} data-outcome={task.outcome}>
            <p>
              <span className="evidence-mark" aria-hidden="true">
                {task.outcome === "passed" ? "✓" : task.outcome === "failed" ? "✗" : "?"}
              </span>
              <InlineText text={taskOf(task.task)} /> <small>{words.outcomes[task.outcome]}</small>
            </p>
            {task.outcome === "passed" && (
              <p>
                <InlineText text={task.found[locale]} />
              </p>
            )}
            {task.outcome === "errored" && (
              <p>
                <InlineText text={task.reason[locale]} />
              </p>
            )}
            {task.outcome === "failed" && <FailedParts verdict={task} words={words} locale={locale} />}
          </li>
        ))}
      </ul>
      {disagreements.length > 0 && (
        <div className="evidence-disagree" role="note">
          <p>
            <strong>
              {words.disagreements}
              {words.colon}
            </strong>
            {words.disagreementsMeans}
          </p>
          <ul>
            {disagreements.map((text) => (
              <li key={text.en}>{text[locale]}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
