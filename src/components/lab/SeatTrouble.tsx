import type { ReactNode } from "react";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { useLab, useStore } from "./lab-context.ts";
import { ProblemNote } from "./ProblemNote.tsx";
import { SnapshotList } from "./SnapshotMenu.tsx";
import { StartSteps } from "./StartSteps.tsx";

/** A host that did not start, or is no more: why, and a new one with one click. */
export function SeatTrouble({ seat }: { readonly seat: SeatView }): ReactNode {
  const { store, strings } = useLab();
  const { pending } = useStore(store);
  const failed = seat.phase === "failed";
  return (
    <div className="lab-scroll">
      <h3>{failed ? strings.failedTitle : strings.lostTitle}</h3>
      <ProblemNote problem={seat.problem ?? { code: failed ? "internal" : "host_lost" }} />
      <p className="lab-actions">
        <button type="button" className="lab-button primary" aria-disabled={pending !== undefined} onClick={() => void store.reset()}>
          {pending === "reset" ? strings.working.reset : strings.newHost}
        </button>
        <button type="button" className="lab-button" aria-disabled={pending !== undefined} onClick={() => void store.end()}>
          {pending === "end" ? strings.working.end : strings.giveUp}
        </button>
      </p>
      {seat.snapshots.length > 0 && (
        <>
          <h4>{strings.orReturn}</h4>
          <SnapshotList snapshots={seat.snapshots} />
        </>
      )}
      {failed && <StartSteps steps={seat.steps} />}
    </div>
  );
}
