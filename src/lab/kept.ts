/** What a browser keeps for a learner. It may be full or forbidden: then nothing is kept, and nothing fails. */
export type Memory = Pick<Storage, "getItem" | "setItem">;

const NOTHING: Memory = {
  getItem: () => null,
  setItem() {
    throw new Error("nothing can be kept here");
  },
};

/** @param open looks it up, which a browser may refuse already (HTML standard, `localStorage`: SecurityError) */
export function memoryOf(open: () => Memory): Memory {
  try {
    return open();
  } catch {
    return NOTHING;
  }
}

/** What stays when the window is closed. */
export const lasting = (): Memory => memoryOf(() => localStorage);
/** What lasts as long as the tab. */
export const passing = (): Memory => memoryOf(() => sessionStorage);

/** The text kept under a key; null when there is none, undefined when nothing can be kept here. */
export function kept(memory: Memory, key: string): string | null | undefined {
  try {
    return memory.getItem(key);
  } catch {
    return undefined;
  }
}

/** @returns whether it is kept now. */
export function keep(memory: Memory, key: string, text: string): boolean {
  try {
    memory.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** The value kept under a key as JSON; null when there is none that can be read. Whoever asks makes sure what it is. */
export function keptJson(memory: Memory, key: string): unknown {
  try {
    return JSON.parse(kept(memory, key) ?? "null");
  } catch {
    return null;
  }
}
