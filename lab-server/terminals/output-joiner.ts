const JOIN_MS = 5;
const JOIN_BYTES = 16 * 1024;

/**
 * Makes few frames of many chunks. The first chunk after a silence goes out at once, because it is most often the
 * echo of a key; what follows within 5 ms is joined, up to 16 KiB. While nothing comes no timer runs.
 */
export class OutputJoiner {
  readonly #emit: (frame: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: (frame: Uint8Array) => void) {
    this.#emit = emit;
  }

  push(chunk: Uint8Array): void {
    if (this.#timer === undefined) {
      this.#timer = setTimeout(this.#onTime, JOIN_MS);
      this.#emit(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= JOIN_BYTES) this.flush();
  }

  /** Sends what waits. After it, everything that was pushed has been emitted. */
  flush(): void {
    const [first] = this.#chunks;
    if (first === undefined) return;
    const frame = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [];
    this.#bytes = 0;
    this.#emit(frame);
  }

  /** Sends what waits and stops the clock. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #onTime = (): void => {
    const silent = this.#bytes === 0;
    this.#timer = silent ? undefined : setTimeout(this.#onTime, JOIN_MS);
    this.flush();
  };
}
