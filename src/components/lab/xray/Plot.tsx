import type { ReactNode } from "react";
import type { Series } from "../../../lab/xray-history.ts";
import { PLOT, plotFacts, plotShape } from "../../../lab/xray-plot.ts";
import { useXray } from "./xray-context.ts";

interface Props {
  readonly series: Series;
  /** The value at the upper edge; without it, one that fits. */
  readonly full?: number;
  /** A value as text. */
  readonly text: (value: number) => string;
}

/** The line of the last five minutes, with a sentence for those who do not see it. */
export function Plot({ series, full, text }: Props): ReactNode {
  const { history, words } = useXray();
  const { line, area } = plotShape(series, history.now, full);
  const facts = plotFacts(series);
  return (
    <>
      <svg className="xr-plot" viewBox={`0 -1 ${PLOT.width} ${PLOT.height + 2}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path className="xr-plot-area" d={area} />
        <path className="xr-plot-line" d={line} vectorEffect="non-scaling-stroke" />
      </svg>
      <span className="sr-only">{facts === undefined ? words.plotEmpty : words.plotFacts(text(facts.low), text(facts.high))}</span>
    </>
  );
}
