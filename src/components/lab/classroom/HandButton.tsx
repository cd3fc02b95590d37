import { type ReactNode, type SubmitEvent, useId, useRef, useState } from "react";
import type { RoomView } from "../../../../lab-server/contract/classroom.ts";
import { useLab, useStore } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { useClassroom } from "./use-classroom.ts";

/** Asks the instructor for help, with a word and a copy of the host if the learner likes. */
export function HandButton({ room }: { readonly room: RoomView }): ReactNode {
  const { store } = useLab();
  const { seat } = useStore(store);
  const { strings, asking, problem, ask } = useClassroom();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [twin, setTwin] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const path = `classes/${encodeURIComponent(room.id)}/hand`;
  const copies = seat?.phase === "ready" && seat.host?.savable !== false;

  if (room.hand !== undefined)
    return (
      <div className="lab-hand" data-up>
        <span title={strings.handMeans}>
          <span aria-hidden="true">✋ </span>
          {strings.handUp}
          {room.hand.twin ? `, ${strings.withTwin}` : ""}
        </span>
        <button type="button" className="lab-button small" aria-disabled={asking} onClick={() => void ask("DELETE", path)}>
          {strings.lowerHand}
        </button>
        {problem !== undefined && <ProblemNote problem={problem} />}
      </div>
    );
  const raise = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await ask("POST", path, { text, twin: twin && copies })) {
      setOpen(false);
      setText("");
      setTwin(false);
      button.current?.focus();
    }
  };
  return (
    <div className="lab-hand">
      <button ref={button} type="button" className="lab-button small" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {strings.askForHelp}
      </button>
      {open && (
        <form className="lab-hand-form" id={id} onSubmit={(event) => void raise(event)}>
          <label htmlFor={`${id}-text`}>{strings.handText}</label>
          <input id={`${id}-text`} value={text} maxLength={300} placeholder={strings.handExample} onChange={(event) => setText(event.target.value)} />
          {copies && (
            <label className="lab-hand-twin">
              <input type="checkbox" checked={twin} onChange={(event) => setTwin(event.target.checked)} />
              <span>
                {strings.giveTwin} <small>{strings.twinMeans}</small>
              </span>
            </label>
          )}
          <button type="submit" className="lab-button small primary" aria-disabled={asking}>
            {asking ? strings.raising : strings.raise}
          </button>
          {problem !== undefined && <ProblemNote problem={problem} />}
        </form>
      )}
    </div>
  );
}
