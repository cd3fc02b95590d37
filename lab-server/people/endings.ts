/** Who wants to hear that something is over: sockets and streams outlive the request that opened them. */
export class Endings {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Calls the listener once, when it is over. Gives the way to forget it. */
  on(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  tell(ended: readonly string[]): void {
    for (const id of ended) {
      const listeners = this.#listeners.get(id) ?? [];
      this.#listeners.delete(id);
      for (const listener of listeners) listener();
    }
  }
}
