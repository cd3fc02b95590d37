import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { share } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** More bars would be smaller than a finger; the table has them all. */
const MOST_THREADS = 16;

/** A guest's processors, each a thread of its process, and the places for those that it could still have. */
export function Threads({ guest }: { readonly guest: XrayGuest }): ReactNode {
  const { sample, words } = useXray();
  const moves = sample?.guests.find(({ name }) => name === guest.name);
  const { threads, maximum } = guest.vcpus;
  const shown = threads.slice(0, MOST_THREADS);
  const free = Math.max(0, Math.min(maximum, MOST_THREADS) - shown.length);
  return (
    <div className="xr-group xr-thread-group">
      <span className="xr-caption">
        {words.threads} <span className="xr-soft">{words.ofMaximum(threads.length, maximum)}</span>
      </span>
      <ul className="xr-threads" aria-label={words.threads}>
        {shown.map(({ vcpu, tid }) => {
          const cpu = moves?.threads.find((thread) => thread.tid === tid)?.cpu;
          return (
            <li key={tid}>
              <PartButton part={{ kind: "vcpu", guest: guest.name, item: String(vcpu) }} tid={tid} className="xr-thread">
                <span className="xr-meter" style={{ "--level": Math.min(1, cpu ?? 0) }} />
                <code>
                  CPU {vcpu}
                  <span className="xr-soft">/KVM</span>
                </code>
                <span className="xr-tid">{tid}</span>
                <span className="xr-soft">{cpu === undefined ? "" : share(cpu)}</span>
              </PartButton>
            </li>
          );
        })}
        {Array.from({ length: free }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: empty places are all alike.
          <li key={index} className="xr-thread xr-vacant" aria-hidden="true" />
        ))}
      </ul>
      <PartButton part={{ kind: "otherThreads", guest: guest.name }} className="xr-others">
        {threads.length > MOST_THREADS && <>{words.more(threads.length - MOST_THREADS)} · </>}
        {words.otherThreads(guest.otherThreads)}
      </PartButton>
    </div>
  );
}
