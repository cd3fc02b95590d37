import { type Problem, problemSchema } from "../../lab-server/contract/problem.ts";
import { type XrayEvent, xrayEventSchema } from "../../lab-server/contract/xray.ts";
import { RetryTimer } from "./retry-timer.ts";

export interface XrayListener {
  onEvent(event: XrayEvent): void;
  /** True when the stream is open, false while it is being opened again. */
  onLive(live: boolean): void;
  /** The server said no. `final`: asking again would get the same answer, so nobody does. */
  onRefused(problem: Problem, final: boolean): void;
}

/** Opens the X-ray of a seat's host and keeps it open. Returns the way to close it. */
export type OpenXray = (seat: string, listener: XrayListener) => () => void;

/** The part of `EventSource` that is used here. */
export interface XrayStream {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  readonly readyState: number;
  close(): void;
}

export interface XrayPort {
  open(url: string): XrayStream;
  /** `fetch`: an event stream does not tell why it was refused, the same address does. */
  ask(url: string, init: RequestInit): Promise<Response>;
}

const BROWSER: XrayPort = { open: (url) => new EventSource(url), ask: (url, init) => fetch(url, init) };
const CLOSED = 2;
const PATIENCE_MS = 5_000;
/** Other refusals pass: a host that starts, is saved or comes back, a server that stops. */
const FINAL: ReadonlySet<string> = new Set(["not_signed_in", "not_found", "not_yours", "seat_ended"]);

export function xrayConnection(port: XrayPort = BROWSER): OpenXray {
  return (seat, listener) => {
    const url = `/api/v1/seats/${encodeURIComponent(seat)}/xray`;
    const leaving = new AbortController();
    let stream: XrayStream | undefined;

    const take = (message: MessageEvent<string>): void => {
      const event = xrayEvent(message.data);
      if (event !== undefined && !leaving.signal.aborted) listener.onEvent(event);
    };
    const connect = (): void => {
      const current = port.open(url);
      stream = current;
      for (const type of ["message", "machine", "sample"]) current.addEventListener(type, take);
      current.addEventListener("open", () => {
        retry.reset();
        if (!leaving.signal.aborted) listener.onLive(true);
      });
      current.addEventListener("error", () => {
        if (leaving.signal.aborted) return;
        listener.onLive(false);
        // While it is not closed the browser opens it again by itself.
        if (current.readyState === CLOSED) void refused();
      });
    };
    const refused = async (): Promise<void> => {
      const problem = await whyRefused(url, port, leaving.signal);
      if (leaving.signal.aborted) return;
      const final = problem !== undefined && FINAL.has(problem.code);
      if (problem !== undefined) listener.onRefused(problem, final);
      if (!final) retry.start();
    };
    const retry = new RetryTimer(connect);

    connect();
    return () => {
      leaving.abort();
      retry.stop();
      stream?.close();
    };
  };
}

/** What a message says; undefined for one that is not of the contract. It was made from a learner's host, so it may be anything. */
function xrayEvent(data: string): XrayEvent | undefined {
  try {
    return xrayEventSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

async function whyRefused(url: string, port: XrayPort, leaving: AbortSignal): Promise<Problem | undefined> {
  const enough = new AbortController();
  try {
    const reply = await port.ask(url, { signal: AbortSignal.any([leaving, enough.signal, AbortSignal.timeout(PATIENCE_MS)]) });
    return reply.ok ? undefined : problemSchema.safeParse(await reply.json()).data;
  } catch {
    return undefined;
  } finally {
    // A stream that opens now would never end by itself.
    enough.abort();
  }
}
