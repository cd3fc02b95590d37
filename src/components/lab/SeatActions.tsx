import { type ReactNode, useEffect, useRef, useState } from "react";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { useLab, useStore } from "./lab-context.ts";

type Question = "reset" | "end";

/** Reset and End. Both discard work, so both ask once, in place. */
export function SeatActions({ seat }: { readonly seat: SeatView }): ReactNode {
  const { store, strings } = useLab();
  const { pending } = useStore(store);
  const [question, setQuestion] = useState<Question>();
  const asked = useRef<Question>(undefined);
  const yes = useRef<HTMLButtonElement>(null);
  const reset = useRef<HTMLButtonElement>(null);
  const end = useRef<HTMLButtonElement>(null);

  // Focus follows the question, and goes back to the button that asked it.
  useEffect(() => {
    if (question !== undefined) yes.current?.focus();
    else if (asked.current !== undefined) (asked.current === "reset" ? reset : end).current?.focus();
    asked.current = question;
  }, [question]);

  if (seat.phase === "failed" || seat.phase === "lost") return null;
  if (seat.phase === "queued") {
    return (
      <div className="lab-seat-actions">
        <button type="button" className="lab-button small" aria-disabled={pending !== undefined} onClick={() => void store.end()}>
          {pending === "end" ? strings.working.end : strings.leaveQueue}
        </button>
      </div>
    );
  }

  const act = (): void => {
    setQuestion(undefined);
    void (question === "reset" ? store.reset() : store.end());
  };

  return (
    <>
      <div className="lab-seat-actions">
        {seat.phase === "ready" && (
          <button
            ref={reset}
            type="button"
            className="lab-button small"
            title={strings.resetMeans}
            aria-expanded={question === "reset"}
            aria-disabled={pending !== undefined}
            onClick={() => setQuestion(question === "reset" ? undefined : "reset")}
          >
            {pending === "reset" ? strings.working.reset : strings.reset}
          </button>
        )}
        <button
          ref={end}
          type="button"
          className="lab-button small"
          title={strings.endMeans}
          aria-expanded={question === "end"}
          aria-disabled={pending !== undefined}
          onClick={() => setQuestion(question === "end" ? undefined : "end")}
        >
          {pending === "end" ? strings.working.end : strings.end}
        </button>
      </div>
      {question !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape answers "no" from either button of the question.
        <div
          className="lab-question"
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            setQuestion(undefined);
          }}
        >
          <p>{question === "reset" ? strings.resetAsk : seat.exam !== undefined ? strings.replaceNoteExam : strings.endAsk}</p>
          <p className="lab-actions">
            <button ref={yes} type="button" className="lab-button small danger" onClick={act}>
              {question === "reset" ? strings.resetYes : strings.endYes}
            </button>
            <button type="button" className="lab-button small" onClick={() => setQuestion(undefined)}>
              {strings.cancel}
            </button>
          </p>
        </div>
      )}
    </>
  );
}
