import type { ReactNode } from "react";
import { rate } from "../../../lab/xray-format.ts";
import { Arrow } from "./Arrow.tsx";
import { PartButton } from "./PartButton.tsx";
import { useXray } from "./xray-context.ts";

const MOST_COUNTERS = 6;

/** The border between root mode and guest mode, and how often it is crossed. */
export function ExitBoundary(): ReactNode {
  const { sample, words } = useXray();
  const exits = sample?.host.exits;
  const counters = (sample?.host.counters ?? []).filter(({ name }) => name !== "exits").slice(0, MOST_COUNTERS);
  const most = Math.max(1, ...counters.map((counter) => counter.rate));
  return (
    <section className="xr-boundary" aria-label={words.exits}>
      <PartButton part={{ kind: "exits" }} className="xr-exits" wire="exits">
        <span className="xr-crossing">
          <Arrow to="down" /> <span className="xr-soft">{words.entry}</span>
        </span>
        <span className="xr-crossing xr-out">
          <Arrow to="up" /> <span className="xr-soft">{words.exit}</span>
        </span>
        {exits === undefined ? (
          <span className="xr-soft">{words.exitsUnknown}</span>
        ) : (
          <span className="xr-count">
            {rate(exits)} <small>{words.perSecond}</small>
          </span>
        )}
      </PartButton>
      {counters.length > 0 && (
        <ul className="xr-counters" aria-label={words.busiest}>
          {counters.map((counter) => (
            <li key={counter.name}>
              <PartButton part={{ kind: "counter", item: counter.name }} className="xr-counter" style={{ "--level": counter.rate / most }}>
                <code className="xr-cut">{counter.name}</code>
                <span>{rate(counter.rate)}</span>
              </PartButton>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
