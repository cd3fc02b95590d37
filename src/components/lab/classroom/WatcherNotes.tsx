import type { ReactNode } from "react";
import type { Watcher } from "../../../../lab-server/contract/classroom.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { useClassroom } from "./use-classroom.ts";

/** Who looks at the learner's terminals, and whether they may type. */
export function WatcherNotes({ seat, watchers }: { readonly seat: string; readonly watchers: readonly Watcher[] }): ReactNode {
  const { strings, problem, ask } = useClassroom();
  const answer = (watcher: string, may: boolean): void =>
    void ask("POST", `seats/${encodeURIComponent(seat)}/watchers/${encodeURIComponent(watcher)}`, { may });
  return (
    <>
      {watchers.map(({ id, name, state }) => (
        <div key={id} className="lab-room-note" data-state={state} role="status">
          <p>{strings[state](name)}</p>
          {state === "asks" && (
            <button type="button" className="lab-button small primary" onClick={() => answer(id, true)}>
              {strings.let}
            </button>
          )}
          {state !== "watches" && (
            <button type="button" className="lab-button small" onClick={() => answer(id, false)}>
              {state === "asks" ? strings.refuse : strings.takeBack}
            </button>
          )}
        </div>
      ))}
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
}
