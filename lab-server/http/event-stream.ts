import { PassThrough } from "node:stream";
import type { FastifyReply } from "fastify";

/** Proxies and browsers give up on a silent connection; this is shorter than any of their limits. In milliseconds. */
const HEARTBEAT_MS = 20_000;
/** The browser comes back after this long when the connection breaks, in milliseconds. */
const RETRY_MS = 1_000;
/** A reader that is this many bytes behind when there is more to tell is dropped; when it comes back it gets the whole state at once. */
const MOST_UNREAD_BYTES = 256 * 1024;

export interface EventStreamOptions {
  /** Where the whole state alone is larger than the default of 256 KiB. */
  readonly mostUnreadBytes?: number;
}

/** One open stream of server-sent events. */
export class EventStream {
  readonly #stream = new PassThrough();
  readonly #mostUnreadBytes: number;
  readonly #heartbeat = setInterval(() => this.#write(": here\n\n"), HEARTBEAT_MS);

  /** `closed` is called once, however the stream ends. */
  constructor(closed: () => void, { mostUnreadBytes = MOST_UNREAD_BYTES }: EventStreamOptions = {}) {
    this.#mostUnreadBytes = mostUnreadBytes;
    this.#heartbeat.unref();
    this.#stream.once("close", () => {
      clearInterval(this.#heartbeat);
      closed();
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Makes this the answer to a request. */
  sendOn(reply: FastifyReply): FastifyReply {
    return reply.type("text/event-stream; charset=utf-8").header("cache-control", "no-store").header("x-accel-buffering", "no").send(this.#stream);
  }

  /** Sends one event, as JSON. */
  send(event: object): void {
    this.#write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Ends the stream; what was sent still arrives. */
  end(): void {
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  #write(text: string): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    // One message alone may be of any size: whoever sends it knows how large a state can be.
    if (this.#stream.readableLength + this.#stream.writableLength > this.#mostUnreadBytes) this.#stream.destroy();
    else this.#stream.write(text);
  }
}
