import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { stateWord } from "../../../lab/xray-describe.ts";
import { share } from "../../../lab/xray-format.ts";
import { partKey } from "../../../lab/xray-part.ts";
import { Disks } from "./Disks.tsx";
import { Doors } from "./Doors.tsx";
import { MemoryBox } from "./MemoryBox.tsx";
import { PartButton } from "./PartButton.tsx";
import { Plot } from "./Plot.tsx";
import { Threads } from "./Threads.tsx";
import { useXray } from "./xray-context.ts";

/** A guest that runs, as what it is to the host: a process. */
export function GuestProcess({ guest, index }: { readonly guest: XrayGuest; readonly index: number }): ReactNode {
  const { sample, history, fresh, words } = useXray();
  const moves = sample?.guests.find(({ name }) => name === guest.name);
  const part = { kind: "guest", guest: guest.name } as const;
  return (
    <section
      className="xr-process"
      aria-label={guest.name}
      data-state={guest.state}
      data-wire={`guest-${index}`}
      data-fresh={fresh.has(partKey(part)) || undefined}
    >
      <PartButton part={part} className="xr-process-head">
        <span className="xr-line">
          <b className="xr-cut">{guest.name}</b>
          <span className="xr-state">{stateWord(guest, words)}</span>
        </span>
        <span className="xr-line">
          <span className="xr-soft xr-cut">
            <code>qemu</code> · {words.pid} <code>{guest.process?.pid}</code> · {guest.process?.user}
            {guest.autostart && ` · ${words.autostart}`}
            {!guest.persistent && ` · ${words.transient}`}
          </span>
          <span className="xr-cpu">{moves === undefined ? "" : share(moves.cpu)}</span>
        </span>
        <Plot series={history.guests.get(guest.name) ?? []} full={machineCpu(guest)} text={share} />
      </PartButton>
      <div className="xr-process-body">
        <div className="xr-column">
          <Threads guest={guest} />
          <MemoryBox guest={guest} />
        </div>
        <div className="xr-column">
          <Disks guest={guest} />
          <Doors guest={guest} />
        </div>
      </div>
    </section>
  );
}

/** All its processors busy, and no less than one. */
const machineCpu = ({ vcpus }: XrayGuest): number => Math.max(1, vcpus.threads.length);
