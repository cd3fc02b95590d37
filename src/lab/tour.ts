import { keep, kept, type Memory } from "./kept.ts";

/** The first-run tour: which step is shown, and that it is over. */
const KEY = "ringside:tour";
const OVER = "seen";

/** What the steps are about, in order; the panel marks these parts. */
export const TOUR_STEPS = ["views", "tasks", "more"] as const;
export type TourStep = (typeof TOUR_STEPS)[number];

export interface TourMemory {
  seen(): boolean;
  remember(): void;
}

export function tourMemory(memory: Memory): TourMemory {
  return {
    // Where nothing can be remembered nobody is told the same thing on every page.
    seen() {
      const text = kept(memory, KEY);
      return text === OVER || text === undefined;
    },
    remember: () => void keep(memory, KEY, OVER),
  };
}

export function stepAfter(step: TourStep): TourStep | undefined {
  return TOUR_STEPS[TOUR_STEPS.indexOf(step) + 1];
}
