import type { ShellChannel, TerminalSize } from "../backend.ts";

/** A shell for unit tests: what is written is kept, what it says is what the test makes it say. */
export class FakeShell implements ShellChannel {
  size: TerminalSize;
  /** Everything written, as text. */
  typed = "";
  paused = false;
  closed = false;
  readonly #early: Uint8Array[] = [];
  #onData: ((data: Uint8Array) => void) | undefined;
  #onClose: ((code: number | null) => void) | undefined;
  #code: number | null | undefined;

  constructor(size: TerminalSize) {
    this.size = size;
  }

  /** The shell prints. */
  say(text: string): void {
    const data = new TextEncoder().encode(text);
    if (this.#onData === undefined) this.#early.push(data);
    else this.#onData(data);
  }

  /** The shell exits; null as when the connection broke. */
  exit(code: number | null): void {
    if (this.closed) return;
    this.closed = true;
    this.#code = code;
    this.#onClose?.(code);
  }

  write(data: Uint8Array): void {
    if (!this.closed) this.typed += new TextDecoder().decode(data);
  }

  resize(size: TerminalSize): void {
    this.size = size;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(): void {
    this.exit(0);
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
    for (const data of this.#early.splice(0)) listener(data);
  }

  onClose(listener: (code: number | null) => void): void {
    this.#onClose = listener;
    if (this.#code !== undefined) listener(this.#code);
  }
}
