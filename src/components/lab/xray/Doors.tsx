import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { Arrow } from "./Arrow.tsx";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

const MOST_NICS = 4;

/** Where a guest's process can be reached from outside: cards, screens, console, monitor. */
export function Doors({ guest }: { readonly guest: XrayGuest }): ReactNode {
  const { words } = useXray();
  const { name, nics, graphics, console: terminal, process } = guest;
  return (
    <div className="xr-doors">
      {nics.slice(0, MOST_NICS).map(({ mac, model, tap }) => (
        <PartButton key={mac} part={{ kind: "nic", guest: name, item: mac }} className="xr-door">
          <span className="xr-soft">{words.names.nic}</span>
          <span className="xr-cut">
            {model} <Arrow to="right" /> {tap ?? "–"}
          </span>
        </PartButton>
      ))}
      {nics.length > MOST_NICS && <span className="xr-soft">{words.more(nics.length - MOST_NICS)}</span>}
      {graphics.map(({ type, listen, port, socket }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a screen has no other name.
        <PartButton key={index} part={{ kind: "graphics", guest: name, item: String(index) }} className="xr-door">
          <span className="xr-soft">{words.screen}</span>
          <span className="xr-cut">
            {type} {socket ?? (port === undefined ? "" : `${listen ?? ""}:${port}`)}
          </span>
        </PartButton>
      ))}
      {terminal !== undefined && (
        <PartButton part={{ kind: "console", guest: name }} className="xr-door">
          <span className="xr-soft">{words.console}</span>
          <span className="xr-cut">{terminal}</span>
        </PartButton>
      )}
      {process?.monitor !== undefined && (
        <PartButton part={{ kind: "monitor", guest: name }} className="xr-door">
          <span className="xr-soft">{words.monitor}</span>
          <code>QMP</code>
        </PartButton>
      )}
    </div>
  );
}
