import { createContext, useContext } from "react";
import type { Locale } from "../../../../lab-server/contract/locale.ts";
import type { Machine, Sample } from "../../../../lab-server/contract/xray.ts";
import type { History } from "../../../lab/xray-history.ts";
import type { Part } from "../../../lab/xray-part.ts";
import type { XrayStrings } from "../../../lab/xray-strings.ts";

/** What every part of the X-ray may need. */
export interface Xray {
  readonly machine: Machine;
  readonly sample: Sample | undefined;
  readonly history: History;
  /** Keys of the parts that have just changed. */
  readonly fresh: ReadonlySet<string>;
  /** The key of the part whose card is open. */
  readonly chosen: string | undefined;
  /** Opens the card of a part, or closes it when it is open; `from` is where it was asked for. */
  choose(part: Part, from: HTMLElement): void;
  readonly words: XrayStrings;
  readonly locale: Locale;
}

export const XrayContext = createContext<Xray | undefined>(undefined);

export function useXray(): Xray {
  const xray = useContext(XrayContext);
  if (xray === undefined) throw new Error("a part of the X-ray was used outside of XrayView");
  return xray;
}
