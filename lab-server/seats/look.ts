import type { Verdict } from "../contract/verdict.ts";
import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Seat } from "./seat.ts";
import type { WhileWatched } from "./watch.ts";

/** The end of a command is the moment at which its work is done, ms. */
const AFTER_COMMAND_MS = 50;
/** What libvirt tells is most often told in the middle of a command, whose end is the better moment; and one change seldom comes alone, ms. */
const AFTER_EVENT_MS = 800;
/** What was on its way is looked at again so soon, ms, and so often on end. */
const AGAIN_MS = 500;
const AGAIN_TIMES = 4;
/** After a look for an event the host is left alone for as long as that took, and half of that again. */
const REST = 1.5;

export interface LookOptions {
  /** Looks at the host and tells the seat's viewers; see `checkSeat`. Calls `unsettled` when something was still on its way. */
  readonly look: (seat: Seat, unsettled: () => void) => Promise<Verdict>;
  readonly log: Log;
}

/**
 * Looks at a learner's host by itself: when a command has ended there, or when libvirt has changed something. While nothing happens
 * nothing is asked, and once everything is done neither, until the learner asks. What a look finds out ticks tasks; it costs no
 * attempt. Gives the way to stop.
 */
export function lookByItself({ look, log }: LookOptions): WhileWatched {
  return (seat, { host, terminals }, watch) => {
    if (seat.exercise.definition.exam || seat.exam !== undefined) return () => {};
    const stop = new AbortController();
    /** When the next look is due, by `performance.now`; undefined while none is wanted. */
    let due: number | undefined;
    let looking = false;
    let solved = false;
    let begun = false;
    let again = 0;
    let restUntil = 0;
    let timer: NodeJS.Timeout | undefined;

    const plan = (): void => {
      clearTimeout(timer);
      if (looking || due === undefined || stop.signal.aborted) return;
      timer = setTimeout(() => void run(), Math.max(0, due - performance.now()));
    };
    const want = (at: number): void => {
      due = Math.min(due ?? Number.POSITIVE_INFINITY, at);
      plan();
    };
    const afterEvent = (): void => want(Math.max(performance.now() + AFTER_EVENT_MS, restUntil));
    const afterCommand = (): void => {
      again = 0;
      want(performance.now() + AFTER_COMMAND_MS);
    };
    const run = async (): Promise<void> => {
      due = undefined;
      if (solved || host.state !== "running") return;
      looking = true;
      const began = performance.now();
      try {
        await look(seat, () => {
          if (again >= AGAIN_TIMES) return;
          again += 1;
          due = performance.now() + AGAIN_MS;
        });
      } catch (thrown) {
        // Somebody who asks comes first; what changed meanwhile is then looked at once more.
        if (asLabError(thrown).code === "busy") due = performance.now() + AFTER_EVENT_MS;
        else if (!stop.signal.aborted) log.debug({ seat: seat.id, err: thrown }, "a look at a host failed");
      }
      const now = performance.now();
      restUntil = now + (now - began) * REST;
      looking = false;
      plan();
    };
    const forget = [
      terminals.onWork(afterCommand),
      watch.onChange((change) => {
        // What the host tells at first has not changed since the start; later, and after it was cut off, only what is different is told.
        if (change === "definitions" && begun) afterEvent();
        begun = true;
      }),
      seat.subscribe((event) => {
        if (event.type === "verdict") solved = event.verdict.outcome === "passed";
      }),
    ];
    return () => {
      stop.abort();
      clearTimeout(timer);
      for (const each of forget) each();
    };
  };
}
