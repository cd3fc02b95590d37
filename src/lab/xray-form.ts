import { keep, kept, type Memory } from "./kept.ts";
import { createStore, type Store } from "./store.ts";

/** How the X-ray is shown; the same for every host, and remembered. */
export type XrayForm = "drawing" | "table";

const KEY = "ringside:xray";

export interface XrayFormStore extends Store<XrayForm> {
  choose(form: XrayForm): void;
}

export function createXrayForm(memory: Memory): XrayFormStore {
  const store = createStore<XrayForm>(kept(memory, KEY) === "table" ? "table" : "drawing");
  return {
    get: store.get,
    subscribe: store.subscribe,
    choose(form) {
      store.set(form);
      // Without storage the choice lasts as long as the page.
      keep(memory, KEY, form);
    },
  };
}
