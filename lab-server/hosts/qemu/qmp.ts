import { connectJsonLines, type JsonLines } from "./json-lines.ts";

/** Something QEMU tells by itself. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** QEMU refused a command: `class` is its own word for why (QMP specification, "error"). */
export class QmpRefused extends Error {
  readonly command: string;
  readonly class: string;
  constructor(command: string, error: { class?: unknown; desc?: unknown }) {
    super(`QEMU refused ${command}: ${String(error.desc)}`);
    this.name = "QmpRefused";
    this.command = command;
    this.class = String(error.class);
  }
}

/** The monitor is gone, which means that QEMU is gone. */
export class QmpDisconnected extends Error {
  constructor(reason: string) {
    super(`QEMU's monitor is gone: ${reason}`);
    this.name = "QmpDisconnected";
  }
}

/** QEMU did not answer in time. */
export class QmpTimeout extends Error {
  constructor(command: string, ms: number) {
    super(`QEMU did not answer ${command} within ${ms} ms`);
    this.name = "QmpTimeout";
  }
}

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const ANSWER_MS = 10_000;

/** A connection to QEMU's machine protocol (docs/interop/qmp-spec of QEMU), after its handshake. */
export class Qmp {
  readonly #lines: JsonLines;
  readonly #pending = new Map<number, Pending>();
  readonly #events = new Set<(event: QmpEvent) => void>();
  readonly #closers = new Set<(reason: string) => void>();
  #last = 0;

  private constructor(lines: JsonLines) {
    this.#lines = lines;
    lines.onValue((value) => this.#receive(value));
    lines.onClose((reason) => {
      for (const waiting of this.#pending.values()) {
        clearTimeout(waiting.timer);
        waiting.reject(new QmpDisconnected(reason));
      }
      this.#pending.clear();
      for (const listener of this.#closers) listener(reason);
      this.#closers.clear();
    });
  }

  /** Connects and negotiates. The socket may not be there yet: it is waited for until `timeoutMs` is over. */
  static async connect(path: string, timeoutMs: number, signal?: AbortSignal): Promise<Qmp> {
    const qmp = new Qmp(await connectJsonLines(path, timeoutMs, signal));
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  get closed(): boolean {
    return this.#lines.closed !== undefined;
  }

  /** Runs one command and gives its `return`. Errors: `QmpRefused`, `QmpDisconnected`, `QmpTimeout`. */
  execute<T = unknown>(command: string, args?: Record<string, unknown>, timeoutMs = ANSWER_MS): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#lines.closed !== undefined) {
      reject(new QmpDisconnected(this.#lines.closed));
      return promise;
    }
    this.#last += 1;
    const id = this.#last;
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      reject(new QmpTimeout(command, timeoutMs));
    }, timeoutMs);
    this.#pending.set(id, { command, resolve: resolve as (value: unknown) => void, reject, timer });
    this.#lines.send(args === undefined ? { execute: command, id } : { execute: command, arguments: args, id });
    return promise;
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  /** Called once, when the monitor is gone; not when it is gone already. */
  onClose(listener: (reason: string) => void): () => void {
    this.#closers.add(listener);
    return () => this.#closers.delete(listener);
  }

  close(): void {
    this.#lines.close();
  }

  #receive(value: Record<string, unknown>): void {
    if (typeof value["event"] === "string") {
      const data = (value["data"] ?? {}) as Record<string, unknown>;
      for (const listener of [...this.#events]) listener({ event: value["event"], data });
      return;
    }
    const waiting = this.#pending.get(Number(value["id"]));
    if (waiting === undefined) return;
    this.#pending.delete(Number(value["id"]));
    clearTimeout(waiting.timer);
    const error = value["error"];
    if (error !== undefined) waiting.reject(new QmpRefused(waiting.command, error as { class?: unknown; desc?: unknown }));
    else waiting.resolve(value["return"]);
  }
}
