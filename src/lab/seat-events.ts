import type { SeatEvent } from "../../lab-server/contract/events.ts";

/** What a seat's event stream tells. */
export interface SeatEventListener {
  onEvent(event: SeatEvent): void;
  /** True when the stream is open, false while it is being opened again. */
  onLive(live: boolean): void;
  /** The server refused the stream; called before each further attempt. The seat may be gone. */
  onRefused(): void;
}

/** Opens a seat's event stream and keeps it open. Returns the way to close it. */
export type OpenSeatEvents = (seat: string, listener: SeatEventListener) => () => void;

/** The part of `EventSource` that is used here. */
export interface EventStream {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event) => void) | null;
  readonly readyState: number;
  close(): void;
}

const CLOSED = 2;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/**
 * A browser opens a broken stream again by itself, but gives up for good when the answer is an error status,
 * as it is while a server restarts behind a proxy. Then the waiting and trying again is done here.
 */
export function seatEvents(open: (url: string) => EventStream = (url) => new EventSource(url)): OpenSeatEvents {
  return (seat, listener) => {
    let stream: EventStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = FIRST_RETRY_MS;
    let closed = false;

    const connect = (): void => {
      const current = open(`/api/v1/seats/${encodeURIComponent(seat)}/events`);
      stream = current;
      current.onopen = () => {
        retryMs = FIRST_RETRY_MS;
        listener.onLive(true);
      };
      current.onmessage = (message) => listener.onEvent(JSON.parse(message.data) as SeatEvent);
      current.onerror = () => {
        if (closed) return;
        listener.onLive(false);
        if (current.readyState !== CLOSED) return;
        timer = setTimeout(() => {
          listener.onRefused();
          if (!closed) connect();
        }, retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      };
    };

    connect();
    return () => {
      closed = true;
      clearTimeout(timer);
      stream?.close();
    };
  };
}
