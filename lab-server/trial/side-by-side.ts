/**
 * Begins the work on every item in order, at most `jobs` at a time. Gives a promise for each, in the order of the items, so that
 * whoever wants one result need not wait for all. One that fails does not stop the others.
 */
export function sideBySide<T, R>(items: readonly T[], jobs: number, work: (item: T) => Promise<R>): Promise<R>[] {
  const waiting = items.map((item) => ({ item, ...Promise.withResolvers<R>() }));
  const queue = waiting.values();
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
