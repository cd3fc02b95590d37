import type { ScreenPicture, ShellChannel, TerminalSize } from "../hosts/backend.ts";

/** A shell has printed its prompt when it has printed something and then been silent for this long, in milliseconds. */
const SILENCE_MS = 150;

/**
 * A shell that was opened before anybody looks at it. It listens from the start, so that it can tell when the
 * prompt has come, and gives everything it heard to whoever takes it over.
 */
export class KeptShell implements ShellChannel {
  readonly #channel: ShellChannel;
  readonly #heard: [Uint8Array, boolean | undefined][] = [];
  #listener: ((data: Uint8Array, again?: boolean | undefined) => void) | undefined;
  #stir: (() => void) | undefined;

  constructor(channel: ShellChannel) {
    this.#channel = channel;
    channel.onData((data, again) => {
      if (this.#listener === undefined) this.#heard.push([data, again]);
      else this.#listener(data, again);
      this.#stir?.();
    });
  }

  /** Resolves when the prompt has come, or when the signal is aborted: a shell that is silent is still a shell. */
  async prompt(enough: AbortSignal): Promise<void> {
    if (enough.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    enough.addEventListener("abort", () => resolve(), { once: true });
    let silence: NodeJS.Timeout | undefined;
    this.#stir = () => {
      clearTimeout(silence);
      silence = setTimeout(resolve, SILENCE_MS);
    };
    if (this.#heard.length > 0) this.#stir();
    await promise;
    clearTimeout(silence);
    this.#stir = undefined;
  }

  write(data: Uint8Array): void {
    this.#channel.write(data);
  }

  resize(size: TerminalSize): void {
    this.#channel.resize(size);
  }

  pause(): void {
    this.#channel.pause();
  }

  resume(): void {
    this.#channel.resume();
  }

  close(): void {
    this.#channel.close();
  }

  get left(): ScreenPicture | undefined {
    return this.#channel.left;
  }

  keep(picture: ScreenPicture, afterBytes: number): void {
    this.#channel.keep?.(picture, afterBytes);
  }

  onData(listener: (data: Uint8Array, again?: boolean | undefined) => void): void {
    this.#listener = listener;
    for (const [data, again] of this.#heard.splice(0)) listener(data, again);
  }

  onClose(listener: (code: number | null) => void): void {
    this.#channel.onClose(listener);
  }
}
