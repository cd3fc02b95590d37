import type { ReactNode } from "react";
import type { XrayGuest } from "../../../../lab-server/contract/xray.ts";
import { counterText, currentMemory, stateWord } from "../../../lab/xray-describe.ts";
import { rate, share, size } from "../../../lab/xray-format.ts";
import { type Part, partKey } from "../../../lab/xray-part.ts";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

/** Everything that the drawing shows, and what it has no room for. */
export function XrayTable(): ReactNode {
  const { machine, sample, words } = useXray();
  const { tables, facts } = words;
  const { host, libvirt, guests, networks, pools } = machine;
  const moves = (guest: XrayGuest) => sample?.guests.find(({ name }) => name === guest.name);
  const yesNo = (value: boolean): string => (value ? words.yes : words.no);
  const perSecond = (value: number | undefined): string => (value === undefined ? "" : rate(value));
  const exits = sample?.host.exits;
  return (
    <div className="xr-tables">
      <Table
        name={tables.host}
        head={[tables.what, tables.value]}
        rows={[
          [{ kind: "kernel" }, words.kernel, host.kernel],
          [{ kind: "processor" }, words.processor, `${words.processors(host.vcpus)}${sample === undefined ? "" : ` · ${share(sample.host.cpu)}`}`],
          [{ kind: "hostMemory" }, facts.memory, `${sample === undefined ? "" : `${size(sample.host.memoryUsedMiB)} / `}${size(host.memoryMiB)}`],
          [{ kind: "kvm" }, "/dev/kvm", [host.module, host.nested === true ? words.nested : undefined].filter((word) => word !== undefined).join(" · ")],
          [{ kind: "exits" }, words.exits, exits === undefined ? words.exitsUnknown : `${rate(exits)} ${words.perSecond}`],
          [
            { kind: "daemon" },
            words.names.daemon,
            libvirt === undefined ? "–" : [libvirt.daemon, libvirt.pid].filter((word) => word !== undefined).join(" · "),
          ],
          [{ kind: "socket" }, words.names.socket, libvirt?.sockets.join("\n") ?? "–"],
        ]}
      />
      <Table
        name={tables.guests}
        head={[tables.guest, facts.state, facts.pid, facts.user, facts.cpu, facts.exits, tables.memory, facts.maximum, facts.resident, facts.autostart]}
        rows={guests.map((guest) => [
          { kind: "guest", guest: guest.name },
          guest.name,
          stateWord(guest, words),
          guest.process?.pid ?? "",
          guest.process?.user ?? "",
          guest.process === undefined ? "" : share(moves(guest)?.cpu ?? 0),
          perSecond(moves(guest)?.exits),
          size(currentMemory(guest, moves(guest)?.balloonMiB)),
          size(guest.memory.maximumMiB),
          moves(guest)?.residentMiB === undefined ? "" : size(moves(guest)?.residentMiB ?? 0),
          yesNo(guest.autostart),
        ])}
      />
      <Table
        name={tables.threads}
        head={[tables.vcpu, tables.guest, facts.tid, facts.cpu]}
        rows={guests.flatMap((guest) =>
          guest.vcpus.threads.map(({ vcpu, tid }): Row => {
            const cpu = moves(guest)?.threads.find((thread) => thread.tid === tid)?.cpu;
            return [{ kind: "vcpu", guest: guest.name, item: String(vcpu) }, String(vcpu), guest.name, tid, cpu === undefined ? "" : share(cpu)];
          }),
        )}
      />
      <Table
        name={tables.disks}
        head={[tables.target, tables.guest, facts.bus, tables.chain, facts.virtual, facts.allocated]}
        rows={guests.flatMap((guest) =>
          guest.disks.map(
            ({ target, bus, device, chain }): Row => [
              { kind: "disk", guest: guest.name, item: target },
              target,
              guest.name,
              device === "disk" ? bus : `${bus} · ${device}`,
              chain.length === 0 ? words.empty : chain.map(({ path }) => path).join("\n"),
              chain[0]?.virtualMiB === undefined ? "" : size(chain[0].virtualMiB),
              chain.map(({ allocatedMiB }) => (allocatedMiB === undefined ? "–" : size(allocatedMiB))).join("\n"),
            ],
          ),
        )}
      />
      <Table
        name={tables.nics}
        head={[facts.mac, tables.guest, facts.model, facts.tap, facts.bridge, facts.source]}
        rows={guests.flatMap((guest) =>
          guest.nics.map(
            ({ mac, model, tap = "", bridge = "", source = "" }): Row => [
              { kind: "nic", guest: guest.name, item: mac },
              mac,
              guest.name,
              model,
              tap,
              bridge,
              source,
            ],
          ),
        )}
      />
      <Table name={tables.doors} head={[tables.what, tables.guest, facts.address]} rows={guests.flatMap(doors(words.screen, words.console, words.monitor))} />
      <Table
        name={tables.networks}
        head={[tables.name, facts.active, facts.bridge, facts.address, facts.forward]}
        rows={networks.map(({ name, active, bridge = "", address = "", forward = "" }) => [
          { kind: "network", item: name },
          name,
          yesNo(active),
          bridge,
          address,
          words.forwards[forward] ?? forward,
        ])}
      />
      <Table
        name={tables.pools}
        head={[tables.name, facts.active, facts.type, facts.path]}
        rows={pools.map(({ name, active, type, path = "" }) => [{ kind: "pool", item: name }, name, yesNo(active), type, path])}
      />
      <Table
        name={tables.counters}
        head={[tables.counter, facts.rate, tables.means]}
        rows={(sample?.host.counters ?? []).map((counter) => [
          { kind: "counter", item: counter.name },
          counter.name,
          rate(counter.rate),
          counterText(counter.name, words),
        ])}
      />
    </div>
  );
}

/** The part that the row is about, its name, and what else there is to say. */
type Row = readonly [part: Part, name: string, ...cells: (string | number)[]];

interface TableProps {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

function Table({ name, head, rows }: TableProps): ReactNode {
  const { words } = useXray();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className="xr-table" aria-label={name} tabIndex={0}>
      <table>
        <caption>
          {name} {rows.length === 0 && <span className="xr-soft">{words.tables.nothing}</span>}
        </caption>
        {rows.length > 0 && (
          <>
            <thead>
              <tr>
                {head.map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([part, first, ...cells]) => (
                <tr key={partKey(part)}>
                  <th scope="row">
                    <PartButton part={part} className="xr-row-name">
                      {first}
                    </PartButton>
                  </th>
                  {cells.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move.
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </>
        )}
      </table>
    </section>
  );
}

function doors(screen: string, console: string, monitor: string): (guest: XrayGuest) => readonly Row[] {
  return (guest) => [
    ...guest.graphics.map(
      ({ type, listen, port, socket }, index): Row => [
        { kind: "graphics", guest: guest.name, item: String(index) },
        `${screen} (${type})`,
        guest.name,
        socket ?? (port === undefined ? "" : `${listen ?? ""}:${port}`),
      ],
    ),
    ...(guest.console === undefined ? [] : [[{ kind: "console", guest: guest.name }, console, guest.name, guest.console] as const]),
    ...(guest.process?.monitor === undefined ? [] : [[{ kind: "monitor", guest: guest.name }, monitor, guest.name, guest.process.monitor] as const]),
  ];
}
