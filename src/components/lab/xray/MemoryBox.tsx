import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { currentMemory } from "../../../lab/xray-describe.ts";
import { size } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** Below this share of the box the balloon is too small for a word. */
const ROOM_FOR_WORDS = 0.36;
/** Above this one it leaves no room for a word beside it. */
const ROOM_BESIDE = 0.72;

/** What a guest can have at most, as a box, and the balloon that takes a part of it. */
export function MemoryBox({ guest }: { readonly guest: XrayGuest }): ReactNode {
  const { sample, words } = useXray();
  const moves = sample?.guests.find(({ name }) => name === guest.name);
  const { maximumMiB, balloon } = guest.memory;
  const current = currentMemory(guest, moves?.balloonMiB);
  const taken = maximumMiB === 0 ? 0 : 1 - current / maximumMiB;
  const resident = moves?.residentMiB;
  return (
    <PartButton part={{ kind: "memory", guest: guest.name }} className="xr-group xr-memory">
      <span className="xr-line">
        <span className="xr-caption">{words.memory}</span>
        <span className="xr-soft">
          {taken > ROOM_BESIDE && `${words.guestHas} ${size(current)} · `}
          {words.atMost(size(maximumMiB))}
        </span>
      </span>
      <span className="xr-ram" data-mib={Math.round(current)} style={{ "--taken": taken }}>
        {taken <= ROOM_BESIDE && (
          <span className="xr-has">
            <b>{size(current)}</b>
            <small>{words.guestHas}</small>
          </span>
        )}
        {balloon && (
          <span className="xr-balloon" data-tight={taken < ROOM_FOR_WORDS || undefined}>
            <span>
              <b>{size(maximumMiB - current)}</b>
              <small>{words.balloon}</small>
            </span>
          </span>
        )}
      </span>
      {!balloon && <span className="xr-soft">{words.noBalloon}</span>}
      {resident !== undefined && (
        <span className="xr-resident">
          <span className="xr-rule" style={{ "--level": maximumMiB === 0 ? 0 : Math.min(1, resident / maximumMiB) }} />
          <span className="xr-soft">{words.takes(size(resident))}</span>
        </span>
      )}
    </PartButton>
  );
}
