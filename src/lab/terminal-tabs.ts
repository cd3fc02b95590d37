import { createStore, type Store } from "./store.ts";

/** A seat has at most this many terminals: the server names them 1 to 9. */
export const MAX_TERMINALS = 9;

export interface TabsState {
  /** Numbers of the open terminals, in the order of their tabs. Never empty. */
  readonly open: readonly number[];
  readonly selected: number;
}

/**
 * The terminal tabs of one seat. They are remembered for as long as the browser tab lives, so that a reload
 * brings back every shell. Closing a tab leaves its shell running; the next new tab finds it again.
 */
export interface TerminalTabsStore extends Store<TabsState> {
  /** Opens the lowest free number and selects it. Does nothing when all are open. */
  add(): void;
  /** Closes a tab and selects its neighbour. The last one stays. */
  remove(terminal: number): void;
  select(terminal: number): void;
}

type Memory = Pick<Storage, "getItem" | "setItem">;

export function createTerminalTabs(seat: string, memory: Memory): TerminalTabsStore {
  const key = `ringside:terminals:${seat}`;
  const store = createStore(remembered(memory, key));
  const change = (state: TabsState): void => {
    store.set(state);
    try {
      memory.setItem(key, JSON.stringify(state));
    } catch {
      // Storage may be full or forbidden: then a reload shows one terminal, and the others are one click away.
    }
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    add() {
      const { open } = store.get();
      const free = Array.from({ length: MAX_TERMINALS }, (_, index) => index + 1).find((number) => !open.includes(number));
      if (free !== undefined) change({ open: [...open, free], selected: free });
    },
    remove(terminal) {
      const { open, selected } = store.get();
      const at = open.indexOf(terminal);
      if (at < 0 || open.length === 1) return;
      const rest = open.filter((number) => number !== terminal);
      change({ open: rest, selected: selected === terminal ? (rest[Math.min(at, rest.length - 1)] ?? 1) : selected });
    },
    select(terminal) {
      const { open, selected } = store.get();
      if (open.includes(terminal) && terminal !== selected) change({ open, selected: terminal });
    },
  };
}

function remembered(memory: Memory, key: string): TabsState {
  const first: TabsState = { open: [1], selected: 1 };
  try {
    const value: unknown = JSON.parse(memory.getItem(key) ?? "null");
    if (typeof value !== "object" || value === null || !("open" in value) || !Array.isArray(value.open)) return first;
    const open = [...new Set(value.open)].filter(isTerminalNumber);
    const selected = "selected" in value && isTerminalNumber(value.selected) && open.includes(value.selected) ? value.selected : open[0];
    return selected === undefined ? first : { open, selected };
  } catch {
    return first;
  }
}

function isTerminalNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_TERMINALS;
}
