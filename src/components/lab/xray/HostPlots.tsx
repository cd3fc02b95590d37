import type { ReactNode } from "react";
import { rate, share, size } from "../../../lab/xray-format.ts";
import { PartButton } from "./PartButton.tsx";
import { Plot } from "./Plot.tsx";
import { useXray } from "./xray-context.ts";

/** CPU, memory and VM exits of the host over the last five minutes. */
export function HostPlots(): ReactNode {
  const { machine, sample, history, words } = useXray();
  const { host } = machine;
  const exits = (value: number): string => `${rate(value)} ${words.perSecond}`;
  return (
    <section className="xr-plots" aria-label={words.plots}>
      <PartButton part={{ kind: "processor" }} className="xr-plot-card">
        <span className="xr-caption">{words.hostCpu}</span>
        <span className="xr-big">{sample === undefined ? "–" : share(sample.host.cpu)}</span>
        <Plot series={history.cpu} full={host.vcpus} text={share} />
      </PartButton>
      <PartButton part={{ kind: "hostMemory" }} className="xr-plot-card">
        <span className="xr-caption">{words.hostMemory}</span>
        <span className="xr-big">
          {sample === undefined ? "–" : size(sample.host.memoryUsedMiB)} <small>/ {size(host.memoryMiB)}</small>
        </span>
        <Plot series={history.memory} full={host.memoryMiB} text={size} />
      </PartButton>
      <PartButton part={{ kind: "exits" }} className="xr-plot-card xr-of-guests">
        <span className="xr-caption">{words.exits}</span>
        <span className="xr-big">
          {sample?.host.exits === undefined ? "–" : rate(sample.host.exits)} <small>{words.perSecond}</small>
        </span>
        <Plot series={history.exits} text={exits} />
      </PartButton>
    </section>
  );
}
