import { asLabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";
import { Backoff } from "../hosts/backoff.ts";
import type { Log } from "../log.ts";

/** A program that lasted this long was well, ms. */
const WELL_MS = 60_000;
/** What a host says beyond this is a flood; it is cut off and left alone for a while. */
const MOST_CHARACTERS = 2 * 1024 * 1024;
const MOST_LINES = 20_000;
const WITHIN_MS = 10_000;
const AFTER_A_FLOOD_MS = 60_000;

export interface FollowOnOptions {
  readonly host: Pick<Host, "id" | "state" | "follow" | "onState">;
  readonly command: string;
  /** A first line follows. */
  readonly onBegin: () => void;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Follows a command that should never end, and starts it again when it did: learners end processes and connections in
 * their host as they like. The pauses grow, and a host that stands still is waited for. Resolves when it is aborted.
 */
export async function followOn({ host, command, onBegin, onLine, signal, log }: FollowOnOptions): Promise<void> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    await running(host, signal);
    if (signal.aborted) return;
    const began = performance.now();
    const flood = new AbortController();
    let [characters, lines, since] = [0, 0, began];
    onBegin();
    try {
      await host.follow(
        command,
        (line) => {
          const now = performance.now();
          if (now - since > WITHIN_MS) [characters, lines, since] = [0, 0, now];
          characters += line.length;
          lines += 1;
          if (characters > MOST_CHARACTERS || lines > MOST_LINES) flood.abort();
          else if (!flood.signal.aborted) onLine(line);
        },
        AbortSignal.any([signal, flood.signal]),
      );
    } catch (thrown) {
      if (signal.aborted || asLabError(thrown).code === "seat_ended") return;
      log.debug({ host: host.id, err: thrown }, "what a host tells of itself was cut off");
    }
    if (performance.now() - began > WELL_MS) backoff.succeeded();
    if (flood.signal.aborted) log.warn({ host: host.id }, "a host tells too much of itself; it is not listened to for a while");
    await pause(Math.max(backoff.failed(), flood.signal.aborted ? AFTER_A_FLOOD_MS : 0), signal);
  }
}

/** Resolves after so many ms, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  timer.unref();
  const onAbort = (): void => resolve();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) resolve();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  });
}

/** Resolves when the host runs, or the signal is aborted. */
function running(host: FollowOnOptions["host"], signal: AbortSignal): Promise<void> {
  if (host.state === "running" || signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = host.onState((state) => state === "running" && resolve());
  const onAbort = (): void => resolve();
  signal.addEventListener("abort", onAbort);
  return promise.finally(() => {
    forget();
    signal.removeEventListener("abort", onAbort);
  });
}
