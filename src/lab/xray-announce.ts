import type { Change } from "./xray-changes.ts";
import { size } from "./xray-format.ts";
import type { XrayStrings } from "./xray-strings.ts";

/** One sentence about what has changed, for those who do not see the drawing. The first change is the most telling one. */
export function sentence(changes: readonly Change[], { changed }: XrayStrings): string {
  const [change] = changes;
  if (change === undefined) return "";
  switch (change.kind) {
    case "daemonGone":
    case "daemonBack":
      return changed[change.kind];
    case "vcpus":
    case "maximumVcpus":
      return changed[change.kind](change.guest, String(change.to));
    case "memory":
    case "maximumMemory":
      return changed[change.kind](change.guest, size(change.to));
    case "diskAdded":
    case "diskRemoved":
    case "layers":
    case "nicAdded":
    case "nicRemoved":
      return changed[change.kind](change.guest, change.item);
    case "networkStarted":
    case "networkStopped":
    case "poolStarted":
    case "poolStopped":
      return changed[change.kind](change.item);
    default:
      return changed[change.kind](change.guest);
  }
}
