import type { ReactNode } from "react";
import { fileName } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** From what is typed to the daemon that knows the guests. */
export function RequestPath(): ReactNode {
  const { machine, fresh, words } = useXray();
  const { libvirt } = machine;
  return (
    <ol className="xr-request" aria-label={words.request} data-lit={fresh.size > 0 || undefined}>
      <li>
        <PartButton part={{ kind: "virsh" }} className="xr-step" wire="virsh">
          <code>virsh</code>
        </PartButton>
      </li>
      <li>
        <PartButton part={{ kind: "socket" }} className="xr-step xr-socket" wire="socket">
          <code>{fileName(mainSocket(libvirt?.sockets ?? []))}</code>
        </PartButton>
      </li>
      <li>
        <PartButton part={{ kind: "daemon" }} className={`xr-step ${libvirt === undefined ? "xr-off" : ""}`} wire="daemon">
          <code>{libvirt?.daemon ?? "libvirtd"}</code>
          {libvirt?.pid !== undefined && (
            <small>
              {words.pid} {libvirt.pid}
            </small>
          )}
        </PartButton>
      </li>
    </ol>
  );
}

/** Of the sockets there are, the one that virsh uses. */
function mainSocket(sockets: readonly string[]): string {
  return sockets.find((path) => /\/(libvirt|virtqemud)-sock$/.test(path)) ?? sockets[0] ?? "libvirt-sock";
}
