import type { Text } from "../contract/locale.ts";

/**
 * Thrown when a judge reads a fact that the check could not find out. It never leaves this room: the task that
 * needed the fact becomes *errored*, with `reason` for the learner and the message for the log.
 */
export class FactUnknown extends Error {
  readonly reason: Text;

  constructor(reason: Text, log: string) {
    super(log);
    this.name = "FactUnknown";
    this.reason = reason;
  }
}

/**
 * A fact that a judge can do without: undefined when it is unknown.
 * For what only makes a sentence better, never for what decides.
 */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof FactUnknown) return undefined;
    throw thrown;
  }
}
