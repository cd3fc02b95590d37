export interface SideBySideOptions<T> {
  /** Those that weigh most begin first, so that none of them is left at the end with the rest of the machine idle. Without it the order of the items is kept. */
  readonly weigh?: (item: T) => number;
}

/**
 * Works on every item, at most `jobs` at a time. Gives a promise for each, in the order of the items, so that
 * whoever wants one result need not wait for all. One that fails does not stop the others.
 */
export function sideBySide<T, R>(items: readonly T[], jobs: number, work: (item: T) => Promise<R>, { weigh }: SideBySideOptions<T> = {}): Promise<R>[] {
  const waiting = items.map((item) => ({ item, ...Promise.withResolvers<R>() }));
  const queue = (weigh === undefined ? waiting : waiting.toSorted((a, b) => weigh(b.item) - weigh(a.item))).values();
  const hand = async (): Promise<void> => {
    for (const { item, resolve, reject } of queue) {
      try {
        resolve(await work(item));
      } catch (thrown) {
        reject(thrown);
      }
    }
  };
  for (let begun = 0; begun < Math.min(jobs, items.length); begun += 1) void hand();
  return waiting.map(({ promise }) => {
    // Each has its own reader, who may come later than the failure.
    promise.catch(() => {});
    return promise;
  });
}
