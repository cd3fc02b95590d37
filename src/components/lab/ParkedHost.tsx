import { type ReactNode, useEffect, useRef } from "react";
import { problemText } from "../../../lab-server/contract/problem.ts";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { useLab, useStore } from "./lab-context.ts";

/**
 * A host that was saved to the disk. Whoever looks at it wants it back, so it is woken as soon as it can be seen. One whose time
 * was up under the learner's eyes waits until they come back to it, or say so.
 */
export function ParkedHost({ seat, wokenBySight }: { readonly seat: SeatView; readonly wokenBySight: boolean }): ReactNode {
  const { store, strings, locale } = useLab();
  const { live, pending } = useStore(store);
  const place = useRef<HTMLDivElement>(null);
  const unseen = useRef(wokenBySight);

  useEffect(() => {
    if (!live || place.current === null) return;
    let onScreen = false;
    const wakeIfSeen = (): void => {
      if (document.visibilityState !== "visible") unseen.current = true;
      else if (onScreen && unseen.current) void store.wake();
    };
    const sight = new IntersectionObserver(([entry]) => {
      onScreen = entry?.isIntersecting ?? false;
      wakeIfSeen();
    });
    sight.observe(place.current);
    document.addEventListener("visibilitychange", wakeIfSeen);
    return () => {
      sight.disconnect();
      document.removeEventListener("visibilitychange", wakeIfSeen);
    };
  }, [live, store]);

  const why = seat.problem && problemText(seat.problem, locale);
  return (
    <div className="lab-scroll" ref={place}>
      <h3>{why === undefined ? strings.parkedTitle : strings.timeUpTitle}</h3>
      <div role="status">
        <p>{why === undefined ? strings.parked : `${why.message} ${why.next}`}</p>
        {seat.expires?.kind === "kept" && (
          <p className="lab-kept">
            {strings.keptUntil(new Date(Date.now() + seat.expires.inMs).toLocaleString(locale, { dateStyle: "long", timeStyle: "short" }))}
          </p>
        )}
      </div>
      <p className="lab-actions">
        <button type="button" className="lab-button primary" aria-disabled={pending !== undefined} onClick={() => void store.wake()}>
          {pending === "wake" ? strings.working.wake : strings.wake}
        </button>
      </p>
    </div>
  );
}
