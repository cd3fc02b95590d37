import type { Verdict } from "../contract/verdict.ts";
import { asLabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ReadySeat, Seat } from "./seat.ts";

/** Libvirt tells of every change of a domain, and needs no asking (virsh(1), `event`). Without keepalive: a frozen host could not answer. */
const DOMAIN_EVENTS = "exec virsh -q -k0 event --all --loop";
/** One change seldom comes alone, ms. */
const SETTLE_MS = 250;
/** The first look after the start may wait: what else is started then matters more, ms. */
const FOLLOW_AFTER_MS = 2_000;
/** Between two looks the host is left alone for as long as the last one took, and half of that again. */
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
    let wanted = false;
    let looking = false;
    let solved = false;
    let restUntil = 0;
    let timer: NodeJS.Timeout | undefined;

    const plan = (): void => {
      if (looking || timer !== undefined || !wanted || stop.signal.aborted) return;
      timer = setTimeout(() => void run(), Math.max(SETTLE_MS, restUntil - performance.now()));
    };
    const run = async (): Promise<void> => {
      timer = undefined;
      if (solved || host.state !== "running") return;
      looking = true;
      wanted = false;
      const began = performance.now();
      try {
        await look(seat);
      } catch (thrown) {
        // Somebody who asks comes first; what changed meanwhile is then looked at once more.
        if (asLabError(thrown).code === "busy") wanted = true;
        else if (!stop.signal.aborted) log.debug({ seat: seat.id, err: thrown }, "a look at a host failed");
      }
      const now = performance.now();
      restUntil = now + (now - began) * REST;
      looking = false;
      plan();
    };
    const want = (): void => {
      wanted = true;
      plan();
    };

    const forget = [
      terminals.onWork(want),
      seat.subscribe((event) => {
        if (event.type === "verdict") solved = event.verdict.outcome === "passed";
      }),
    ];
    const following = setTimeout(() => {
      host.follow(DOMAIN_EVENTS, want, stop.signal).catch((thrown: unknown) => {
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
