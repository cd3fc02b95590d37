import { constants } from "node:os";
import type { Duplex, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { LabError } from "../errors.ts";
import type { ExecOptions, ExecResult, ShellChannel, TerminalSize } from "./backend.ts";

/** What is used of an ssh2 channel. */
interface Channel extends Duplex {
  readonly stderr: Readable;
  setWindow(rows: number, cols: number, height: number, width: number): void;
  close(): void;
}

const OPEN_TIMEOUT_MS = 10_000;
const EXEC_TIMEOUT_MS = 30_000;
const EXEC_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Gathers what a command says on the channel that is being opened for it, until it ends.
 * The time limit runs from the call. When a limit is broken the channel is closed and `onStopped` called: without a
 * PTY the command runs on, with nobody to read it.
 */
export function runCommand(opening: Promise<Channel>, command: string, options: ExecOptions, onStopped: () => void): Promise<ExecResult> {
  const { timeoutMs = EXEC_TIMEOUT_MS, maxBytes = EXEC_MAX_BYTES, signal } = options;
  const name = command.length > 200 ? `${command.slice(0, 200)}...` : command;
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  let channel: Channel | undefined;
  let over = false;
  const settle = (finish: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    finish();
  };
  const stop = (error: LabError): void =>
    settle(() => {
      channel?.close();
      onStopped();
      reject(error);
    });
  const onAbort = (): void => stop(new LabError("seat_ended", { log: `aborted: ${name}`, cause: signal?.reason }));
  const timer = setTimeout(() => stop(new LabError("host_not_ready", { log: `no end within ${timeoutMs} ms: ${name}` })), timeoutMs);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort);

  const gather = (stream: Readable, label: string): (() => string) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else stop(new LabError("host_not_ready", { log: `more than ${maxBytes} bytes on ${label}: ${name}` }));
    });
    return () => Buffer.concat(chunks).toString("utf8");
  };
  opening.then((opened) => {
    opened.on("error", () => {});
    if (over) return opened.close();
    channel = opened;
    const stdout = gather(opened, "stdout");
    const stderr = gather(opened.stderr, "stderr");
    opened.on("close", (code: number | null | undefined) => {
      if (code === undefined) stop(new LabError("host_lost", { log: `connection lost during: ${name}` }));
      else settle(() => resolve({ code, stdout: stdout(), stderr: stderr(), ms: performance.now() - started }));
    });
    opened.end(options.stdin);
  }, stop);
  return promise;
}

/** A line may have this many bytes; what is longer comes in pieces. */
const MAX_LINE_BYTES = 256 * 1024;

/** Gives what a command prints line by line until it ends, or until the signal is aborted. What it complains of is dropped. */
export async function followCommand(
  opening: Promise<Channel>,
  command: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
  onStopped: () => void,
): Promise<void> {
  const channel = await opening;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const stop = (): void => {
    channel.close();
    // A channel that is closed by us is not told of its end on a connection that is gone, nor by a frozen host.
    resolve();
    onStopped();
  };
  channel.on("error", () => {});
  channel.stderr.resume();
  channel.on("data", (data: Buffer) => {
    if (signal.aborted) return;
    rest += decoder.write(data);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_BYTES) lines.push(rest.slice(0, MAX_LINE_BYTES));
    if (rest.length > MAX_LINE_BYTES) rest = rest.slice(MAX_LINE_BYTES);
    for (const line of lines) onLine(line);
  });
  channel.on("close", (code: number | null | undefined) => {
    if (code === undefined && !signal.aborted) reject(new LabError("host_lost", { log: `connection lost during: ${command.slice(0, 200)}` }));
    else resolve();
  });
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  channel.end();
  return promise.finally(() => signal.removeEventListener("abort", stop));
}

/** The shell on a channel that is being opened. A frozen host never answers, hence the time limit. */
export async function openShellChannel(opening: Promise<Channel>): Promise<ShellChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ShellChannel>();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reject(new LabError("host_not_ready", { log: `no shell within ${OPEN_TIMEOUT_MS} ms` }));
  }, OPEN_TIMEOUT_MS);
  opening.then((channel) => (late ? channel.close() : resolve(new Shell(channel))), reject);
  return promise.finally(() => clearTimeout(timer));
}

class Shell implements ShellChannel {
  readonly #channel: Channel;
  #exit: { code: number | null } | undefined;
  #onClose: ((code: number | null) => void) | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    // With a PTY nothing comes on stderr; unread, a single byte there could stall the channel for good.
    channel.stderr.resume();
    channel.on("error", () => {});
    channel.on("close", (code: number | null | undefined, signal?: string) => {
      this.#exit = { code: code ?? signalStatus(signal) };
      this.#onClose?.(this.#exit.code);
    });
  }

  get unsentBytes(): number {
    return this.#channel.writableLength;
  }

  write(data: Uint8Array): void {
    if (this.#channel.writable) this.#channel.write(data);
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#channel.setWindow(rows, cols, 0, 0);
  }

  /** ssh2 then stops widening the channel's window, so sshd stops after at most 2 MiB. */
  pause(): void {
    this.#channel.pause();
  }

  resume(): void {
    this.#channel.resume();
  }

  close(): void {
    // The PTY goes, which hangs up the shell: it saves its history and ends.
    this.#channel.close();
    // Nobody needs what is left unread, and a paused channel never gets to its end.
    this.#channel.resume();
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#channel.on("data", listener);
  }

  onClose(listener: (code: number | null) => void): void {
    this.#onClose = listener;
    if (this.#exit !== undefined) queueMicrotask(() => listener(this.#exit?.code ?? null));
  }
}

/** As shells report it: 128 and the signal's number; null when there was no signal either. */
function signalStatus(signal: string | undefined): number | null {
  const number = signal === undefined ? undefined : constants.signals[signal as NodeJS.Signals];
  return number === undefined ? null : 128 + number;
}
