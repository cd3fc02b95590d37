import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { stateWord } from "../../../lab/xray-describe.ts";
import { fileName, size } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** Guests without a process: XML that libvirt keeps. */
export function Definitions({ guests }: { readonly guests: readonly XrayGuest[] }): ReactNode {
  const { words } = useXray();
  if (guests.length === 0) return null;
  return (
    <section className="xr-definitions" aria-label={words.definitions}>
      <span className="xr-caption">{words.definitions}</span>
      <div className="xr-definition-list">
        {guests.map((guest) => {
          const { name, vcpus, memory, disks, autostart } = guest;
          const file = disks.find(({ chain }) => chain.length > 0)?.chain[0]?.path;
          return (
            <PartButton key={name} part={{ kind: "guest", guest: name }} className="xr-definition">
              <span className="xr-line">
                <b className="xr-cut">{name}</b>
                <span className="xr-state">{stateWord(guest, words)}</span>
              </span>
              <span className="xr-soft">
                {words.definition} · {vcpus.current} vCPU · {size(memory.currentMiB)}
                {autostart && ` · ${words.autostart}`}
              </span>
              {file !== undefined && <code className="xr-soft xr-cut">{fileName(file)}</code>}
            </PartButton>
          );
        })}
      </div>
    </section>
  );
}
