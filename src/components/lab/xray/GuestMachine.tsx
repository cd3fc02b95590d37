import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { rate } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

const MOST_CPUS = 16;

/** A guest as the processor sees it: a machine with rings of its own. */
export function GuestMachine({ guest, index }: { readonly guest: XrayGuest; readonly index: number }): ReactNode {
  const { sample, words } = useXray();
  const moves = sample?.guests.find(({ name }) => name === guest.name);
  return (
    <PartButton part={{ kind: "machine", guest: guest.name }} className="xr-machine" wire={`machine-${index}`}>
      <span className="xr-line">
        <b className="xr-cut">{guest.name}</b>
        {moves?.exits !== undefined && (
          <span className="xr-soft">
            {rate(moves.exits)} {words.perSecond}
          </span>
        )}
      </span>
      <span className="xr-inner-ring">
        <span>{words.guestPrograms}</span>
        <span className="xr-soft">{words.ring3}</span>
      </span>
      <span className="xr-inner-ring xr-inner-kernel">
        <span>{words.guestKernel}</span>
        <span className="xr-soft">{words.ring0}</span>
      </span>
      <span className="xr-cpus">
        {guest.vcpus.threads.slice(0, MOST_CPUS).map(({ vcpu, tid }) => (
          <span key={tid} className="xr-vcpu" style={{ "--level": Math.min(1, moves?.threads.find((thread) => thread.tid === tid)?.cpu ?? 0) }}>
            {vcpu}
          </span>
        ))}
      </span>
    </PartButton>
  );
}
