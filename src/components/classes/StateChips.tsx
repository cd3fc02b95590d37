import type { ReactNode } from "react";
import type { Standing } from "../../../lab-server/contract/classes.ts";
import { WORK_STATES, type WorkState } from "../../../lab-server/contract/classroom.ts";
import { countStates } from "../../lab/live-class.ts";
import { useTeach } from "./teach-context.ts";

interface Props {
  readonly learners: readonly Standing[];
  readonly only: WorkState | undefined;
  readonly onOnly: (state: WorkState | undefined) => void;
}

/** How many get on how. A click shows those alone, another one everybody. */
export function StateChips({ learners, only, onOnly }: Props): ReactNode {
  const { room } = useTeach();
  const counts = countStates(learners);
  return (
    <ul className="class-chips">
      {WORK_STATES.map((state) => {
        const count = counts.get(state) ?? 0;
        if (count === 0 && only !== state) return null;
        return (
          <li key={state}>
            <button
              type="button"
              data-work={state}
              aria-pressed={only === state}
              title={only === state ? room.everybody : room.stateMeans[state]}
              onClick={() => onOnly(only === state ? undefined : state)}
            >
              {room.onlyThose(room.states[state], count)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
