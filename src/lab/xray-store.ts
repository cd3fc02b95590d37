import type { Problem } from "../../lab-server/contract/problem.ts";
import type { Machine, Sample } from "../../lab-server/contract/xray.ts";
import { createStore, type Store } from "./store.ts";
import { type Change, changesBetween } from "./xray-changes.ts";
import type { OpenXray } from "./xray-connection.ts";
import { type History, NO_HISTORY, withSample } from "./xray-history.ts";

export interface XrayState {
  /** False while the stream is being opened, or nobody looks. */
  readonly live: boolean;
  /** Open, and yet nothing has come for a while: the host stands still, or is too busy to tell. */
  readonly quiet: boolean;
  /** Why there is no stream. */
  readonly problem: Problem | undefined;
  readonly machine: Machine | undefined;
  readonly sample: Sample | undefined;
  readonly history: History;
  /** Parts that have just changed, by key; empty again after a few seconds. */
  readonly fresh: ReadonlySet<string>;
  /** What the latest change was, most telling first. */
  readonly changes: readonly Change[];
}

const START: XrayState = {
  live: false,
  quiet: false,
  problem: undefined,
  machine: undefined,
  sample: undefined,
  history: NO_HISTORY,
  fresh: new Set(),
  changes: [],
};

/** How long a part that has changed stands out, in milliseconds. */
export const FRESH_MS = 6_000;
/** A sample comes every second or two; a busy emulated host may take several. */
export const QUIET_MS = 15_000;

/** What the view of one host shows. Listens only while somebody looks; what was seen stays. */
export interface XrayStore extends Store<XrayState> {
  /** Whether somebody looks. */
  watch(looking: boolean): void;
  close(): void;
}

export function createXrayStore(seat: string, open: OpenXray): XrayStore {
  const store = createStore(START);
  const change = (part: Partial<XrayState>): void => store.set({ ...store.get(), ...part });
  let stop: (() => void) | undefined;
  let fading: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const listen = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => change({ quiet: true }), QUIET_MS);
  };
  const hush = (): void => clearTimeout(silence);

  function showMachine(machine: Machine): void {
    const before = store.get().machine;
    const { changes, parts } = before === undefined ? { changes: [], parts: new Set<string>() } : changesBetween(before, machine);
    if (changes.length === 0 && parts.size === 0) {
      change({ machine });
      return;
    }
    change({ machine, changes, fresh: parts });
    clearTimeout(fading);
    fading = setTimeout(() => change({ fresh: START.fresh }), FRESH_MS);
  }

  function connect(): () => void {
    listen();
    return open(seat, {
      onEvent(event) {
        listen();
        change({ quiet: false, problem: undefined });
        if (event.type === "machine") showMachine(event);
        else change({ sample: event, history: withSample(store.get().history, event) });
      },
      onLive(live) {
        if (live) listen();
        else hush();
        change({ live, quiet: false, ...(live && { problem: undefined }) });
      },
      onRefused(problem) {
        hush();
        change({ live: false, quiet: false, problem });
      },
    });
  }

  const unwatch = (): void => {
    stop?.();
    stop = undefined;
    hush();
    change({ live: false, quiet: false });
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    watch(looking) {
      if (looking === (stop !== undefined)) return;
      if (looking) stop = connect();
      else unwatch();
    },
    close() {
      if (stop !== undefined) unwatch();
      clearTimeout(fading);
    },
  };
}
