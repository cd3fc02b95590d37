import { type ReactNode, useEffect, useRef } from "react";
import { useLab, useStore } from "./lab-context.ts";

/** A host that was saved to the disk. Whoever looks at it wants it back, so it is woken as soon as it can be seen. */
export function ParkedHost(): ReactNode {
  const { store, strings } = useLab();
  const { live, pending } = useStore(store);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!live || place.current === null) return;
    let onScreen = false;
    const wakeIfSeen = (): void => {
      if (onScreen && document.visibilityState === "visible") void store.wake();
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

  return (
    <div className="lab-scroll" ref={place}>
      <h3>{strings.parkedTitle}</h3>
      <p>{strings.parked}</p>
      <p className="lab-actions">
        <button type="button" className="lab-button primary" aria-disabled={pending !== undefined} onClick={() => void store.wake()}>
          {pending === "wake" ? strings.working.wake : strings.wake}
        </button>
      </p>
    </div>
  );
}
