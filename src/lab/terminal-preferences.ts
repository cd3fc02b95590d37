import { createStore, type Store } from "./store.ts";

/** How a learner likes their terminals; the same in every lesson. */
export interface TerminalPreferences {
  /** In CSS pixels. */
  readonly fontSize: number;
  readonly screenReader: boolean;
}

export const FONT_SIZE = { min: 9, normal: 13, max: 26 } as const;

const KEY = "ringside:terminal";

export interface PreferencesStore extends Store<TerminalPreferences> {
  /** @param by pixels, negative for smaller. */
  changeFontSize(by: number): void;
  setScreenReader(on: boolean): void;
}

export function createTerminalPreferences(memory: Pick<Storage, "getItem" | "setItem">): PreferencesStore {
  const store = createStore(remembered(memory));
  const change = (part: Partial<TerminalPreferences>): void => {
    const next = { ...store.get(), ...part };
    store.set(next);
    try {
      memory.setItem(KEY, JSON.stringify(next));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    changeFontSize: (by) => change({ fontSize: clampFontSize(store.get().fontSize + by) }),
    setScreenReader: (screenReader) => change({ screenReader }),
  };
}

function clampFontSize(size: number): number {
  return Math.min(FONT_SIZE.max, Math.max(FONT_SIZE.min, size));
}

function remembered(memory: Pick<Storage, "getItem">): TerminalPreferences {
  const normal: TerminalPreferences = { fontSize: FONT_SIZE.normal, screenReader: false };
  try {
    const value = JSON.parse(memory.getItem(KEY) ?? "null") as Partial<TerminalPreferences> | null;
    return {
      fontSize: typeof value?.fontSize === "number" ? clampFontSize(value.fontSize) : normal.fontSize,
      screenReader: value?.screenReader === true,
    };
  } catch {
    return normal;
  }
}
