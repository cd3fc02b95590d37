/** A value that changes, and those who want to know. `get` gives the same object until something changed. */
export interface Store<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

/** A store and the way to change it. */
export interface WritableStore<T> extends Store<T> {
  /** Replaces the value and tells everybody, unless it is the same value. */
  set(value: T): void;
}

export function createStore<T>(initial: T): WritableStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
