import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { fileName, size } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** More would push the rest out of sight; the table has them all. */
const MOST_DISKS = 4;
const MOST_LAYERS = 5;

/** Each disk as the files it lies on, the one that is written on top. */
export function Disks({ guest }: { readonly guest: XrayGuest }): ReactNode {
  const { words } = useXray();
  if (guest.disks.length === 0) return null;
  return (
    <div className="xr-group xr-disks">
      <span className="xr-caption">{words.disks}</span>
      <ul aria-label={words.disks}>
        {guest.disks.slice(0, MOST_DISKS).map(({ target, bus, device, chain }) => (
          <li key={target}>
            <PartButton part={{ kind: "disk", guest: guest.name, item: target }} className="xr-disk">
              <span className="xr-line">
                <code>{target}</code>
                <span className="xr-soft">{device === "disk" ? bus : `${device} · ${bus}`}</span>
              </span>
              {chain.length === 0 && <span className="xr-slab xr-empty">{words.empty}</span>}
              {chain.slice(0, MOST_LAYERS).map(({ path, format, virtualMiB, allocatedMiB }, layer) => (
                <span key={path} className="xr-slab" data-layer={layer === 0 ? "top" : "below"} style={{ "--level": filled(allocatedMiB, virtualMiB) }}>
                  {layer > 0 && <span className="sr-only">{words.overlayOn}</span>}
                  <span className="xr-cut">{fileName(path)}</span>
                  <span className="xr-soft">{allocatedMiB === undefined ? format : size(allocatedMiB)}</span>
                </span>
              ))}
              {chain.length > MOST_LAYERS && <span className="xr-soft">{words.more(chain.length - MOST_LAYERS)}</span>}
            </PartButton>
          </li>
        ))}
      </ul>
      {guest.disks.length > MOST_DISKS && <span className="xr-soft">{words.more(guest.disks.length - MOST_DISKS)}</span>}
    </div>
  );
}

/** How much of what the guest sees is really in the file. */
function filled(allocatedMiB = 0, virtualMiB = 0): number {
  return virtualMiB === 0 ? 0 : Math.min(1, allocatedMiB / virtualMiB);
}
