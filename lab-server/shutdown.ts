import type { Log } from "./log.ts";

interface Step {
  readonly name: string;
  readonly run: () => Promise<unknown> | unknown;
}

/** A step that takes longer than this does not keep the next ones waiting, in milliseconds. */
const STEP_LIMIT_MS = 5_000;

/**
 * Closes things one after another, in the order given. A step that fails or hangs is logged and passed over, so that
 * the others still get their turn. Gives whether every step was done.
 */
export async function closeInOrder(steps: readonly Step[], log: Log, stepLimitMs = STEP_LIMIT_MS): Promise<boolean> {
  let clean = true;
  for (const { name, run } of steps) {
    const limit = Promise.withResolvers<"late">();
    const timer = setTimeout(() => limit.resolve("late"), stepLimitMs);
    const began = performance.now();
    try {
      const outcome = await Promise.race([Promise.resolve(run()).then(() => "done" as const), limit.promise]);
      if (outcome === "late") throw new Error(`not done after ${stepLimitMs} ms`);
      log.info({ step: name, ms: Math.round(performance.now() - began) }, "closed");
    } catch (error) {
      clean = false;
      log.error({ err: error, step: name }, "could not be closed");
    } finally {
      clearTimeout(timer);
    }
  }
  return clean;
}

/** Runs `stop` on the first SIGTERM or SIGINT and exits; the second signal exits at once, and so does the time limit. */
export function stopOnSignals(stop: () => Promise<boolean>, limitMs: number, log: Log): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn({ signal }, "stopping at once; the next start puts in order what is left");
      process.exit(1);
    }
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => {
      log.error({ limitMs }, "stopping took too long; the next start puts in order what is left");
      process.exit(1);
    }, limitMs).unref();
    void stop().then((clean) => process.exit(clean ? 0 : 1));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
