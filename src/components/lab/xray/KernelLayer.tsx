import type { ReactNode } from "react";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** What of the host's kernel guests need: KVM, and the network between them. */
export function KernelLayer(): ReactNode {
  const { machine, words } = useXray();
  const { module, nested } = machine.host;
  return (
    <div className="xr-kernel-parts">
      <div className="xr-kernel-net">
        <Pools />
        <Networks />
      </div>
      <PartButton part={{ kind: "kvm" }} className="xr-kvm" wire="kvm">
        <code>/dev/kvm</code>
        <span className="xr-soft">
          {module}
          {nested === true && ` · ${words.nested}`}
        </span>
        <code className="xr-soft">ioctl(KVM_RUN)</code>
      </PartButton>
    </div>
  );
}

interface Plug {
  readonly guest: string;
  readonly mac: string;
  readonly tap: string;
  /** Place of the guest among those that run. */
  readonly index: number;
}

/** Networks as bridges with the guests' taps in them; taps on a bridge that no network of libvirt has stand by themselves. */
function Networks(): ReactNode {
  const { machine, words } = useXray();
  const plugs = new Map<string, Plug[]>();
  const running = machine.guests.filter(({ process }) => process !== undefined);
  running.forEach(({ name, nics }, index) => {
    for (const { mac, tap, bridge = "" } of nics) {
      if (tap !== undefined) plugs.set(bridge, [...(plugs.get(bridge) ?? []), { guest: name, mac, tap, index }]);
    }
  });
  const known = new Set(machine.networks.map(({ bridge }) => bridge));
  const others = [...plugs].filter(([bridge]) => !known.has(bridge));
  return (
    <ul className="xr-networks" aria-label={words.networks}>
      {machine.networks.map(({ name, active, bridge, address, forward }) => (
        <li key={name} className={`xr-network ${active ? "" : "xr-off"}`}>
          <Taps plugs={active && bridge !== undefined ? (plugs.get(bridge) ?? []) : []} />
          <PartButton part={{ kind: "network", item: name }} className="xr-bridge">
            <span className="xr-line">
              <b className="xr-cut">{name}</b>
              <span className="xr-soft">{forward === undefined ? "" : (words.forwards[forward] ?? forward)}</span>
            </span>
            <span className="xr-soft xr-cut">{[bridge, address].filter((word) => word !== undefined).join(" · ")}</span>
          </PartButton>
        </li>
      ))}
      {others.map(([bridge, taps]) => (
        <li key={bridge} className="xr-network">
          <Taps plugs={taps} />
          <span className="xr-bridge xr-soft">{bridge}</span>
        </li>
      ))}
      {machine.networks.length === 0 && <li className="xr-soft">{words.noNetworks}</li>}
    </ul>
  );
}

function Taps({ plugs }: { readonly plugs: readonly Plug[] }): ReactNode {
  if (plugs.length === 0) return null;
  return (
    <div className="xr-taps">
      {plugs.map(({ guest, mac, tap, index }) => (
        <PartButton key={`${guest} ${mac}`} part={{ kind: "tap", guest, item: mac }} className="xr-tap" wire={`tap-${index}`}>
          <code className="xr-cut">{tap}</code>
        </PartButton>
      ))}
    </div>
  );
}

function Pools(): ReactNode {
  const { machine, words } = useXray();
  if (machine.pools.length === 0) return null;
  return (
    <ul className="xr-pools" aria-label={words.storage}>
      {machine.pools.map(({ name, active, type }) => (
        <li key={name}>
          <PartButton part={{ kind: "pool", item: name }} className={`xr-pool ${active ? "" : "xr-off"}`}>
            <span className="xr-soft">{words.names.pool}</span>
            <span className="xr-cut">
              {name} <span className="xr-soft">{type}</span>
            </span>
          </PartButton>
        </li>
      ))}
    </ul>
  );
}
