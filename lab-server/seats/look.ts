import type { Verdict } from "../contract/verdict.ts";
import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ReadySeat, Seat } from "./seat.ts";

/** Libvirt tells of every change of a domain, and needs no asking (virsh(1), `event`). Without keepalive: a frozen host could not answer. */
const DOMAIN_EVENTS = "exec virsh -q -k0 event --all --loop";
/** The end of a command is the moment at which its work is done, ms. */
const AFTER_COMMAND_MS = 100;
/** What libvirt tells is most often told in the middle of a command, whose end is the better moment; and one change seldom comes alone, ms. */
const AFTER_EVENT_MS = 800;
/** The first look after the start may wait: what else is started then matters more, ms. */
const FOLLOW_AFTER_MS = 2_000;
/** After a look for an event the host is left alone for as long as that took, and half of that again. */
const REST = 1.5;

export interface LookOptions {
  /** Looks at the host and tells the seat's viewers; see `checkSeat`. */
  readonly look: (seat: Seat) => Promise<Verdict>;
  readonly log: Log;
}

/**
 * Looks at a learner's host by itself: when a command has ended there, or when libvirt tells of a change. While nothing happens
 * nothing is asked, and once everything is done neither, until the learner asks. What a look finds out ticks tasks; it costs no
 * attempt. Gives the way to stop.
 */
export function lookByItself({ look, log }: LookOptions): (seat: Seat, ready: ReadySeat) => () => void {
  return (seat, { host, terminals }) => {
    if (seat.exercise.definition.exam) return () => {};
    const stop = new AbortController();
    /** When the next look is due, by `performance.now`; undefined while none is wanted. */
    let due: number | undefined;
    let looking = false;
    let solved = false;
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
    const afterCommand = (): void => want(performance.now() + AFTER_COMMAND_MS);
    const run = async (): Promise<void> => {
      due = undefined;
      if (solved || host.state !== "running") return;
      looking = true;
      const began = performance.now();
      try {
        await look(seat);
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
      seat.subscribe((event) => {
        if (event.type === "verdict") solved = event.verdict.outcome === "passed";
      }),
    ];
    const following = setTimeout(() => {
      host.follow(DOMAIN_EVENTS, afterEvent, stop.signal).catch((thrown: unknown) => {
        if (!stop.signal.aborted) log.debug({ seat: seat.id, err: thrown }, "libvirt's events are not told any more");
      });
    }, FOLLOW_AFTER_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
      clearTimeout(following);
      for (const each of forget) each();
    };
  };
}
