import { type ReactNode, type RefObject, useLayoutEffect, useState } from "react";
import type { Machine, Sample } from "../../../../lab-server/contract/xray.ts";
import { running } from "../../../lab/xray-describe.ts";
import { type Box, wire } from "../../../lab/xray-wires.ts";
import { useXray } from "./xray-context.ts";

/** A line between two parts that know their names by `data-wire`. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "run" | "net";
  /** Where on a box it stands, see `wire`. */
  readonly lean: number;
  readonly by?: "from" | "to";
  /** Something goes along it: since the last sample, or because a part has changed. */
  readonly lit: boolean;
}

interface Line extends Edge {
  readonly path: string;
}

/** The lines behind the boxes: the way of a request, the way to guest mode, and the network. They are decoration; the boxes say it all. */
export function Wires({ drawing }: { readonly drawing: RefObject<HTMLElement | null> }): ReactNode {
  const { machine, sample, fresh } = useXray();
  const [lines, setLines] = useState<readonly Line[]>([]);

  useLayoutEffect(() => {
    const element = drawing.current;
    if (element === null) return;
    const measure = (): void => setLines(measured(element, edgesOf(machine, sample, fresh)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [drawing, machine, sample, fresh]);

  return (
    <svg className="xr-wires" aria-hidden="true" focusable="false">
      {lines.map(({ from, to, kind, lit, path }) => (
        <g key={`${from} ${to}`} data-kind={kind} data-lit={lit || undefined}>
          <path className="xr-wire" d={path} />
          {/* A new key is a new run of the movement. */}
          {lit && <path key={kind === "request" ? "" : sample?.at} className="xr-pulse" d={path} pathLength={100} />}
        </g>
      ))}
    </svg>
  );
}

function edgesOf(machine: Machine, sample: Sample | undefined, fresh: ReadonlySet<string>): readonly Edge[] {
  const asked = fresh.size > 0;
  const edges: Edge[] = [
    { from: "virsh", to: "socket", kind: "request", lean: 0.5, lit: asked },
    { from: "socket", to: "daemon", kind: "request", lean: 0.5, lit: asked },
  ];
  running(machine).forEach(({ name, nics }, index) => {
    const changed = [...fresh].some((key) => JSON.parse(key)[1] === name);
    const moves = sample?.guests.find((guest) => guest.name === name);
    const runs = (moves?.exits ?? 0) > 0;
    edges.push({ from: "daemon", to: `guest-${index}`, kind: "request", lean: 0.5, lit: changed });
    edges.push({ from: `guest-${index}`, to: "kvm", kind: "run", lean: 0.3, lit: runs });
    edges.push({ from: "kvm", to: `machine-${index}`, kind: "run", lean: 0.3, by: "to", lit: runs });
    edges.push({ from: `machine-${index}`, to: "processor", kind: "run", lean: 0.3, lit: runs });
    if (nics.some(({ tap }) => tap !== undefined)) {
      edges.push({ from: `guest-${index}`, to: `tap-${index}`, kind: "net", lean: 0.8, lit: (moves?.receivedBytes ?? 0) + (moves?.sentBytes ?? 0) > 0 });
    }
  });
  return edges;
}

function measured(drawing: HTMLElement, edges: readonly Edge[]): readonly Line[] {
  const origin = drawing.getBoundingClientRect();
  const boxes = new Map<string, Box>();
  for (const element of drawing.querySelectorAll<HTMLElement>("[data-wire]")) {
    const { left, top, width, height } = element.getBoundingClientRect();
    // Hidden parts measure nothing.
    if (width > 0 && element.dataset["wire"] !== undefined)
      boxes.set(element.dataset["wire"], { left: left - origin.left, top: top - origin.top, width, height });
  }
  const lines: Line[] = [];
  for (const edge of edges) {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    const path = from && to && wire(from, to, edge.lean, edge.by);
    if (path !== undefined) lines.push({ ...edge, path });
  }
  return lines;
}
