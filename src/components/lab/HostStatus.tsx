import { type ReactNode, useEffect, useRef } from "react";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { useLab } from "./lab-context.ts";

/** What the learner's host really is: emulated or accelerated, and why; asleep or not. */
export function HostStatus({ seat }: { readonly seat: SeatView }): ReactNode {
  const { strings } = useLab();
  const { host } = seat;
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    // It lies over the terminal, so it goes away like a menu.
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !details.current?.contains(event.target as Node)) details.current?.removeAttribute("open");
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  if (host === undefined) return null;
  const { kind, reason, forced } = host.accelerator;
  const accelerated = kind === "kvm";
  return (
    <div className="lab-host">
      <details className="lab-badge" data-kind={kind} ref={details}>
        <summary title={strings.hostDetails}>{accelerated ? strings.accelerated : strings.emulated}</summary>
        <div className="lab-badge-text">
          <p>{accelerated ? strings.acceleratedMeans : strings.emulatedMeans}</p>
          <p>{strings.acceleratorReasons[forced ? "forced" : reason]}</p>
          <p>
            <code>{host.name}</code> · {strings.hostSize(host.vcpus, host.memoryMiB)}
          </p>
        </div>
      </details>
      <span role="status">
        {host.frozen && (
          <span className="lab-frozen" title={strings.frozenMeans}>
            {strings.frozen}
          </span>
        )}
      </span>
    </div>
  );
}
