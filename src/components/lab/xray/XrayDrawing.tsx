import { type ReactNode, useRef } from "react";
import { running } from "../../../lab/xray-describe.ts";
import { share } from "../../../lab/xray-format.ts";
import type { PartKind } from "../../../lab/xray-part.ts";
import { Definitions } from "./Definitions.tsx";
import { ExitBoundary } from "./ExitBoundary.tsx";
import { GuestMachine } from "./GuestMachine.tsx";
import { GuestProcess } from "./GuestProcess.tsx";
import { HostPlots } from "./HostPlots.tsx";
import { KernelLayer } from "./KernelLayer.tsx";
import { PartButton } from "./PartButton.tsx";
import { RequestPath } from "./RequestPath.tsx";
import { Wires } from "./Wires.tsx";
import { useXray } from "./xray-context.ts";

/** So many guests that are off stand beside the way of a request; more have a place of their own. */
const MOST_ASIDE = 2;

/** The machine as its layers: programs above the kernel, the host's mode above the guests', all on one processor. */
export function XrayDrawing(): ReactNode {
  const { machine, sample, words } = useXray();
  const drawing = useRef<HTMLDivElement>(null);
  const guests = running(machine);
  const { host } = machine;
  const off = machine.guests.filter(({ process }) => process === undefined);
  return (
    <div className="xr-drawing" ref={drawing}>
      <Wires drawing={drawing} />
      <HostPlots />
      <section className="xr-mode" aria-label={words.rootMode}>
        <p className="xr-mode-name">
          {words.rootMode} <span className="xr-soft">{words.rootModeMeans}</span>
        </p>
        <Layer kind="userSpace" name={words.userSpace} ring={words.ring3} aside={guests.length > 0 && off.length > 0 && off.length <= MOST_ASIDE}>
          <RequestPath />
          {guests.length > 0 && (
            <div className="xr-guests">
              {guests.map((guest, index) => (
                <GuestProcess key={guest.name} guest={guest} index={index} />
              ))}
            </div>
          )}
          <Definitions guests={off} />
          {machine.guests.length === 0 && machine.libvirt !== undefined && (
            <div className="xr-nothing">
              <b>{words.nothingDefined}</b>
              <span className="xr-soft">{words.nothingDefinedHow}</span>
            </div>
          )}
        </Layer>
        <Layer kind="kernel" name={words.kernel} ring={words.ring0}>
          <KernelLayer />
        </Layer>
      </section>
      <ExitBoundary />
      <section className="xr-mode xr-mode-guest" aria-label={words.guestMode}>
        <p className="xr-mode-name">
          <PartButton part={{ kind: "guestMode" }} className="xr-mode-part">
            {words.guestMode}
          </PartButton>{" "}
          <span className="xr-soft">{words.guestModeMeans}</span>
        </p>
        {guests.length > 0 && (
          <div className="xr-guests xr-machines">
            {guests.map((guest, index) => (
              <GuestMachine key={guest.name} guest={guest} index={index} />
            ))}
          </div>
        )}
      </section>
      <PartButton
        part={{ kind: "processor" }}
        className="xr-processor"
        wire="processor"
        style={{ "--level": Math.min(1, (sample?.host.cpu ?? 0) / host.vcpus) }}
      >
        <b>{words.processor}</b>
        <span className="xr-soft">
          {words.processors(host.vcpus)}
          {host.module !== undefined && ` · ${words.modules[host.module] ?? host.module}`}
        </span>
        <span className="xr-cpu">{sample === undefined ? "" : share(sample.host.cpu)}</span>
      </PartButton>
    </div>
  );
}

interface LayerProps {
  readonly kind: PartKind;
  readonly name: string;
  readonly ring: string;
  readonly aside?: boolean;
  readonly children: ReactNode;
}

function Layer({ kind, name, ring, aside = false, children }: LayerProps): ReactNode {
  return (
    <section className={`xr-layer xr-layer-${kind}`} aria-label={name}>
      <PartButton part={{ kind }} className="xr-layer-name">
        <b>{name}</b>
        <span className="xr-soft">{ring}</span>
      </PartButton>
      <div className="xr-layer-body" data-aside={aside || undefined}>
        {children}
      </div>
    </section>
  );
}
