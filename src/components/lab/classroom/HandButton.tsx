import { type ReactNode, type SubmitEvent, useId, useState } from "react";
import type { RoomView } from "../../../../lab-server/contract/classroom.ts";
import { useLab, useStore } from "../lab-context.ts";
import { Popover } from "../Popover.tsx";
import { ProblemNote } from "../ProblemNote.tsx";
import { useClassroom } from "./use-classroom.ts";

/** Asks the instructor for help, with a word and a copy of the host if the learner likes. */
export function HandButton({ room }: { readonly room: RoomView }): ReactNode {
  const { store } = useLab();
  const { seat } = useStore(store);
  const { strings, asking, problem, ask } = useClassroom();
  const [text, setText] = useState("");
  const [twin, setTwin] = useState(false);
  const id = useId();
  const path = `classes/${encodeURIComponent(room.id)}/hand`;
  const copies = seat?.phase === "ready" && seat.host?.savable !== false;

  if (room.hand !== undefined)
    return (
      <div className="lab-hand" data-up>
        <span title={strings.handMeans}>
          {strings.handUp}
          {room.hand.twin ? `, ${strings.withTwin}` : ""}
        </span>
        <button type="button" className="lab-button small" aria-disabled={asking} onClick={() => void ask("DELETE", path)}>
          {strings.lowerHand}
        </button>
        {problem !== undefined && <ProblemNote problem={problem} />}
      </div>
    );
  const raise = async (event: SubmitEvent, close: () => void): Promise<void> => {
    event.preventDefault();
    if (!(await ask("POST", path, { text, twin: twin && copies }))) return;
    close();
    setText("");
    setTwin(false);
  };
  return (
    <div className="lab-hand">
      <button type="button" className="lab-button small" popoverTarget={id}>
        {strings.askForHelp}
      </button>
      <Popover id={id} label={strings.askForHelp}>
        {(close) => (
          <form className="lab-hand-form" onSubmit={(event) => void raise(event, close)}>
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
      </Popover>
    </div>
  );
}
