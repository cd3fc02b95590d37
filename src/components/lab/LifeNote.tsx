import { type ReactNode, useEffect, useState } from "react";
import type { ExpiryView, SeatView } from "../../../lab-server/contract/seat.ts";
import { announcedMinutes, minutesLeft, nextMinuteInMs } from "../../lab/life-left.ts";
import { useLab, useStore } from "./lab-context.ts";

/** The host's time is nearly up: how many minutes are left, what happens then, and a button for more. Nothing before that. */
export function LifeNote({ seat }: { readonly seat: SeatView }): ReactNode {
  const { store, strings } = useLab();
  const { pending } = useStore(store);
  const expires = seat.expires?.kind === "life" ? seat.expires : undefined;
  const leftMs = useLeft(expires);
  const minutes = leftMs === undefined ? undefined : minutesLeft(leftMs);
  const heard = minutes === undefined ? undefined : announcedMinutes(minutes, minutesLeft(expires?.inMs ?? 0));
  const then = seat.host?.savable === false ? strings.lifeThenEnded : strings.lifeThenSaved;
  return (
    <>
      {/* A line that is read out each minute would be a nuisance. */}
      <p className="sr-only" role="status">
        {heard === undefined ? "" : `${strings.lifeLeft(heard)} ${then}`}
      </p>
      {minutes !== undefined && (
        <div className="lab-life">
          <p>
            <strong>{strings.lifeLeft(minutes)}</strong> {then}
          </p>
          {expires?.moreMs !== undefined && (
            <button type="button" className="lab-button small" aria-disabled={pending !== undefined} onClick={() => void store.moreTime()}>
              {pending === "more" ? strings.working.more : strings.moreTime(Math.max(1, Math.round(expires.moreMs / 60_000)))}
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** What is left now, in milliseconds, drawn anew with each minute. The server's word counts from its arrival. */
function useLeft(expires: ExpiryView | undefined): number | undefined {
  const [left, setLeft] = useState<{ readonly of: ExpiryView; readonly ms: number }>();
  useEffect(() => {
    if (expires === undefined) return;
    const until = performance.now() + expires.inMs;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      const ms = Math.max(0, until - performance.now());
      setLeft({ of: expires, ms });
      if (ms > 0) timer = setTimeout(draw, nextMinuteInMs(ms));
    };
    draw();
    return () => clearTimeout(timer);
  }, [expires]);
  return expires === undefined ? undefined : left?.of === expires ? left.ms : expires.inMs;
}
