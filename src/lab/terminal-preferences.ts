import { keep, keptJson, type Memory } from "./kept.ts";
import { createStore, type Store } from "./store.ts";

/** How a learner likes their terminals; the same in every lesson. */
export interface TerminalPreferences {
  /** In CSS pixels. */
  readonly fontSize: number;
  readonly screenReader: boolean;
}

/**
 * JetBrains Mono is 0.6 of its size wide, and drawing with the GPU cuts a column's width to whole pixels.
 * At these sizes a column is just over a whole number of pixels wide, so nothing is squeezed.
 */
export const FONT_SIZES = [10.1, 11.75, 13.4, 15.1, 16.75, 18.4, 20.1, 23.4] as const;
const NORMAL_SIZE = 13.4;

const KEY = "ringside:terminal";

export interface PreferencesStore extends Store<TerminalPreferences> {
  /** One size larger or smaller, if there is one. */
  changeFontSize(by: 1 | -1): void;
  setScreenReader(on: boolean): void;
}

export function createTerminalPreferences(memory: Memory): PreferencesStore {
  const store = createStore(remembered(memory));
  const change = (part: Partial<TerminalPreferences>): void => {
    const next = { ...store.get(), ...part };
    store.set(next);
    // Without storage the choice lasts as long as the page.
    keep(memory, KEY, JSON.stringify(next));
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    changeFontSize: (by) => change({ fontSize: FONT_SIZES[sizeIndex(store.get().fontSize) + by] ?? store.get().fontSize }),
    setScreenReader: (screenReader) => change({ screenReader }),
  };
}

/** Where a size is in the list; the normal one for a size that is not there. */
function sizeIndex(size: number): number {
  const at = (FONT_SIZES as readonly number[]).indexOf(size);
  return at < 0 ? FONT_SIZES.indexOf(NORMAL_SIZE) : at;
}

function remembered(memory: Memory): TerminalPreferences {
  const value = keptJson(memory, KEY) as Partial<TerminalPreferences> | null;
  return {
    fontSize: FONT_SIZES[sizeIndex(Number(value?.fontSize))] ?? NORMAL_SIZE,
    screenReader: value?.screenReader === true,
  };
}
