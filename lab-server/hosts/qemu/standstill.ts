import type { Duplex } from "node:stream";
import type { Qmp } from "./qmp.ts";

/** What is used of a monitor here and by the freezer. */
export type Monitor = Pick<Qmp, "execute" | "onEvent">;

/** Where the host's own part listens (lab-host/host/programs/hold-still.c). */
export const STILL_SOCKET = "/run/lab-still/socket";

/** How long the host may take to stop by itself, ms. A learner is root there and may have ended what it takes. */
const ITSELF_MS = 4_000;
/** How long it may take to say that it has the time, ms. It may be frozen meanwhile. */
const TIME_MS = 120_000;

/**
 * Makes an emulated host stand still. Its own vCPU is asked to stop, over a connection to `STILL_SOCKET`; QEMU's `stop` comes only when
 * that is not answered. QEMU 7.2 can lose a `stop` that comes while a vCPU enters a nested guest with an interrupt for it (`helper_vmrun` leaves
 * `exception_index` set, so `cpu_handle_interrupt` forgets the request to exit): its main loop then waits for that vCPU for ever, and the
 * host with it. It was seen in one of about 20 saves of a host whose guest computes without pause.
 * Errors: those of `Qmp.execute`.
 */
export async function standStill(qmp: Monitor, open: () => Promise<Duplex>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const forget = qmp.onEvent(({ event }) => {
    if (event === "STOP") resolve(true);
  });
  const timer = setTimeout(() => resolve(false), ITSELF_MS);
  // An answer comes only from a host that goes on, or that refused.
  talk(open, () => "stop").then(
    () => setTimeout(() => resolve(false), 100),
    () => resolve(false),
  );
  const stopped = await promise;
  forget();
  clearTimeout(timer);
  if (!stopped) await qmp.execute("stop");
}

/** Gives a host the time, and then its guests. Throws when it does not take it. */
export async function giveTime(open: () => Promise<Duplex>): Promise<void> {
  const answer = await talk(open, () => `time ${(Date.now() / 1000).toFixed(3)}`);
  if (answer !== "done") throw new Error(`the host does not take the time: ${answer || "no answer"}`);
}

/** Says one line and gives the answer, cut to what an answer may be. */
async function talk(open: () => Promise<Duplex>, line: () => string): Promise<string> {
  const stream = await open();
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = "";
  const over = (): void => resolve(heard.trim().slice(0, 200));
  const timer = setTimeout(over, TIME_MS);
  timer.unref();
  stream.on("data", (data: Buffer) => {
    heard += data;
    if (heard.includes("\n") || heard.length > 200) over();
  });
  stream.on("error", over);
  stream.on("end", over);
  stream.on("close", over);
  stream.write(`${line()}\n`);
  return promise.finally(() => {
    clearTimeout(timer);
    stream.destroy();
  });
}
