import type { CSSProperties, ReactNode } from "react";
import { type Part, partKey } from "../../../lab/xray-part.ts";
import { useXray } from "./xray-context.ts";

interface Props {
  readonly part: Part;
  readonly className?: string;
  readonly style?: CSSProperties;
  /** The thread, for a part that is one. */
  readonly tid?: number;
  /** What the lines of the drawing know it by. */
  readonly wire?: string;
  readonly children: ReactNode;
}

/** A part of the machine: pressed, it tells what it is. */
export function PartButton({ part, className = "", style, tid, wire, children }: Props): ReactNode {
  const { fresh, chosen, choose } = useXray();
  const key = partKey(part);
  return (
    <button
      type="button"
      className={`xr-part ${className}`}
      style={style}
      data-part={part.kind}
      data-guest={part.guest}
      data-item={part.item}
      data-tid={tid}
      data-wire={wire}
      data-fresh={fresh.has(key) || undefined}
      aria-haspopup="dialog"
      aria-expanded={chosen === key}
      onClick={(event) => choose(part, event.currentTarget)}
    >
      {children}
    </button>
  );
}
