import type { Duplex } from "node:stream";
import { LabError } from "../errors.ts";
import type { ScreenPicture, ShellChannel, TerminalSize } from "./backend.ts";

/** Where the holder of the host's terminals listens; its frames are told in lab-host/host/programs/hold-shells.c. */
export const HOLDER_SOCKET = "/run/lab/shells.sock";

const HEADER_BYTES = 5;
/** The holder refuses larger frames, and so do we: a learner is root where it runs. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024;
const INPUT_BYTES = 32 * 1024;
/** A holder that took the connection answers at once, unless its host is frozen. */
const ANSWER_MS = 10_000;

/**
 * Attaches to the terminal of that name over a connection to the holder; a login shell, or the program, is started if there is none.
 * Whoever was attached before is cut off. Fails with `host_not_ready` when the holder does not answer as it should.
 */
export async function attachToTerminal(stream: Duplex, name: string, { cols, rows }: TerminalSize, program: readonly string[] = []): Promise<ShellChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ShellChannel>();
  const refuse = (log: string): void => {
    reject(new LabError("host_not_ready", { log: `terminal ${name}: ${log}` }));
    stream.destroy();
  };
  const timer = setTimeout(() => refuse(`its holder said nothing within ${ANSWER_MS} ms`), ANSWER_MS);
  const terminal: HeldTerminal = new HeldTerminal(stream, () => resolve(terminal));
  terminal.onClose(() => refuse("its holder closed the connection"));
  stream.write(`${[`attach ${name} ${cols} ${rows}`, ...program].join("\t")}\n`);
  return promise.finally(() => clearTimeout(timer));
}

/** One view of a terminal that the host holds. What it says before a listener is there waits here. */
class HeldTerminal implements ShellChannel {
  readonly #stream: Duplex;
  readonly #onAttached: () => void;
  #left: ScreenPicture = { size: { cols: 80, rows: 24 }, redraw: new Uint8Array() };
  #attached = false;
  #again = true;
  #rest: Buffer = Buffer.alloc(0);
  readonly #early: [Uint8Array, boolean][] = [];
  #onData: ((data: Uint8Array, again: boolean) => void) | undefined;
  #onClose: ((code: number | null) => void) | undefined;
  #end: { readonly code: number | null } | undefined;

  constructor(stream: Duplex, onAttached: () => void) {
    this.#stream = stream;
    this.#onAttached = onAttached;
    stream.on("data", (data: Buffer) => this.#hear(data));
    stream.on("error", () => {});
    // sshd tells of the holder's end and then waits for ours.
    stream.on("end", () => stream.end());
    stream.on("end", () => this.#over(null));
    stream.on("close", () => this.#over(null));
  }

  get left(): ScreenPicture {
    return this.#left;
  }

  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  write(data: Uint8Array): void {
    for (let at = 0; at < data.length; at += INPUT_BYTES) this.#say("I", data.subarray(at, at + INPUT_BYTES));
  }

  resize(size: TerminalSize): void {
    this.#say("R", sizeBytes(size));
  }

  keep({ size, redraw }: ScreenPicture, afterBytes: number): void {
    const position = Buffer.alloc(8);
    position.writeBigUInt64BE(BigInt(afterBytes));
    if (redraw.length + 12 <= MAX_FRAME_BYTES) this.#say("K", Buffer.concat([position, sizeBytes(size), redraw]));
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Hangs the program up. */
  close(): void {
    this.#say("H", new Uint8Array());
    this.#stream.end();
    // Nobody needs what is left unread, and a paused stream never gets to its end.
    this.#stream.resume();
  }

  onData(listener: (data: Uint8Array, again: boolean) => void): void {
    this.#onData = listener;
    for (const [data, again] of this.#early.splice(0)) listener(data, again);
  }

  onClose(listener: (code: number | null) => void): void {
    this.#onClose = listener;
    const end = this.#end;
    if (end !== undefined) queueMicrotask(() => listener(end.code));
  }

  #say(type: string, payload: Uint8Array): void {
    if (!this.#stream.writable) return;
    const head = Buffer.alloc(HEADER_BYTES, type);
    head.writeUInt32BE(payload.length, 1);
    this.#stream.write(Buffer.concat([head, payload]));
  }

  #hear(data: Buffer): void {
    let bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    while (bytes.length >= HEADER_BYTES) {
      const length = bytes.readUInt32BE(1);
      if (length <= MAX_FRAME_BYTES && bytes.length < HEADER_BYTES + length) break;
      const payload = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length);
      if (length > MAX_FRAME_BYTES || !this.#obey(String.fromCharCode(bytes[0] ?? 0), payload)) {
        this.#stream.destroy();
        return;
      }
      bytes = bytes.subarray(HEADER_BYTES + length);
    }
    this.#rest = bytes;
  }

  #obey(type: string, payload: Buffer): boolean {
    if (!this.#attached) {
      if (type !== "S" || payload.length < 4) return false;
      this.#attached = true;
      this.#left = { size: { cols: payload.readUInt16BE(0), rows: payload.readUInt16BE(2) }, redraw: payload.subarray(4) };
      this.#onAttached();
      return true;
    }
    if (type === "O") {
      if (this.#onData === undefined) this.#early.push([payload, this.#again]);
      else this.#onData(payload, this.#again);
    } else if (type === "L") this.#again = false;
    else if (type === "X" && payload.length === 4) this.#over(payload.readInt32BE(0));
    else return false;
    return true;
  }

  #over(code: number | null): void {
    if (this.#end !== undefined) return;
    this.#end = { code };
    this.#onClose?.(code);
  }
}

function sizeBytes({ cols, rows }: TerminalSize): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(cols, 0);
  bytes.writeUInt16BE(rows, 2);
  return bytes;
}
