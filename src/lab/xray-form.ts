import { createStore, type Store } from "./store.ts";

/** How the X-ray is shown; the same for every host, and remembered. */
export type XrayForm = "drawing" | "table";

const KEY = "ringside:xray";

export interface XrayFormStore extends Store<XrayForm> {
  choose(form: XrayForm): void;
}

export function createXrayForm(memory: Pick<Storage, "getItem" | "setItem">): XrayFormStore {
  const store = createStore<XrayForm>(remembered(memory));
  return {
    get: store.get,
    subscribe: store.subscribe,
    choose(form) {
      store.set(form);
      try {
        memory.setItem(KEY, form);
      } catch {
        // Without storage the choice lasts as long as the page.
      }
    },
  };
}

function remembered(memory: Pick<Storage, "getItem">): XrayForm {
  try {
    return memory.getItem(KEY) === "table" ? "table" : "drawing";
  } catch {
    return "drawing";
  }
}
