import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A line longer than this ends the connection: whoever is at the other end may be hostile. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 5;

/**
 * One JSON value a line over a unix socket: QMP and the guest agent both speak so.
 * The other end is not trusted: what is no JSON object closes the connection.
 */
export class JsonLines {
  readonly #socket: Socket;
  #rest: Buffer[] = [];
  #size = 0;
  #onValue: (value: Record<string, unknown>) => void = () => {};
  #onClose: (reason: string) => void = () => {};
  #closed: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#end(error.message));
    socket.on("close", () => this.#end("the other end closed the connection"));
  }

  get closed(): string | undefined {
    return this.#closed;
  }

  onValue(listener: (value: Record<string, unknown>) => void): void {
    this.#onValue = listener;
  }

  /** Called once; at once if the connection is over already. */
  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closed !== undefined) listener(this.#closed);
  }

  send(value: unknown, prefix = ""): void {
    if (this.#closed === undefined) this.#socket.write(`${prefix}${JSON.stringify(value)}\n`);
  }

  close(): void {
    this.#end("closed by us");
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#rest.push(chunk.subarray(start, end));
      const line = Buffer.concat(this.#rest).toString("utf8");
      this.#rest = [];
      this.#size = 0;
      start = end + 1;
      this.#line(line);
      if (this.#closed !== undefined) return;
    }
    this.#rest.push(chunk.subarray(start));
    this.#size += chunk.length - start;
    if (this.#size > MAX_LINE_BYTES) this.#end(`a line of more than ${MAX_LINE_BYTES} bytes came`);
  }

  #line(line: string): void {
    // The agent puts 0xFF before an answer that it was asked to delimit.
    const text = line.slice(line.lastIndexOf("�") + 1).trim();
    if (text === "") return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#end(`a line that is no JSON came: ${text.slice(0, 80)}`);
      return;
    }
    if (typeof value === "object" && value !== null) this.#onValue(value as Record<string, unknown>);
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#socket.destroy();
    this.#onClose(reason);
  }
}

/** Connects to a unix socket that may not be there yet. Throws the last error once `timeoutMs` is over. */
export async function connectJsonLines(path: string, timeoutMs: number, signal?: AbortSignal): Promise<JsonLines> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return new JsonLines(await connected(path));
    } catch (thrown) {
      if (performance.now() > deadline) throw thrown;
    }
    await delay(RETRY_MS);
  }
}

function connected(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ path });
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    resolve(socket);
  });
  return promise;
}
