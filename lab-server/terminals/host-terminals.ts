import type { Problem } from "../contract/problem.ts";
import { LabError } from "../errors.ts";
import type { Host, ShellChannel, TerminalSize } from "../hosts/backend.ts";
import type { CommandEvent } from "./command-lines.ts";
import { PersistentTerminal } from "./persistent-terminal.ts";

export interface HostTerminalsOptions {
  /** Lines kept above each screen. */
  readonly scrollback?: number;
}

/**
 * The terminals of one host, by name (`terminalNameSchema`). A name has at most one shell at a time, however many ask for it at
 * once; after its shell has exited, the next `open` makes a new one.
 */
export class HostTerminals {
  readonly #host: Pick<Host, "state" | "failure" | "thaw" | "watch" | "openShell">;
  readonly #options: HostTerminalsOptions;
  readonly #terminals = new Map<string, Promise<PersistentTerminal>>();
  readonly #workListeners = new Set<() => void>();
  readonly #commandListeners = new Set<(terminal: string, event: CommandEvent) => void>();
  readonly #nameListeners = new Set<() => void>();
  #closed: Problem | undefined;

  constructor(host: Pick<Host, "state" | "failure" | "thaw" | "watch" | "openShell">, options: HostTerminalsOptions = {}) {
    this.#host = host;
    this.#options = options;
  }

  /** Names that have a shell, or are getting one. */
  get names(): string[] {
    return [...this.#terminals.keys()].sort();
  }

  /**
   * The terminal of that name; a shell of the given size, or a guest's console, is opened if there is none.
   * Fails as `Host.openShell`, and with the given problem after `close`. A failed name may be asked for again.
   */
  open(name: string, size: TerminalSize): Promise<PersistentTerminal> {
    const existing = this.#terminals.get(name);
    if (existing !== undefined) return existing;
    const opening = this.#openShell(name, size).then((channel) => this.#keep(name, channel, size));
    this.#set(name, opening);
    opening.catch(() => this.#forget(name));
    return opening;
  }

  /** The terminal of that name, if it has a shell. */
  async existing(name: string): Promise<PersistentTerminal | undefined> {
    return this.#terminals.get(name)?.catch(() => undefined);
  }

  /** Makes a shell that is open already, as the pool prepares them, the terminal of that name. */
  adopt(name: string, channel: ShellChannel, size: TerminalSize): PersistentTerminal {
    if (this.#terminals.has(name)) throw new LabError("internal", { log: `terminal ${name} has a shell already` });
    const terminal = this.#keep(name, channel, size);
    this.#set(name, Promise.resolve(terminal));
    return terminal;
  }

  /** Called when a command has ended in any terminal, or may have had an effect. Gives the way to stop. */
  onWork(listener: () => void): () => void {
    this.#workListeners.add(listener);
    return () => this.#workListeners.delete(listener);
  }

  /** Called when a command begins or ends in a terminal, as its marks tell. Gives the way to stop. */
  onCommand(listener: (terminal: string, event: CommandEvent) => void): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
  }

  /** Called when a name has got a shell, or has none any more. Gives the way to stop. */
  onNames(listener: () => void): () => void {
    this.#nameListeners.add(listener);
    return () => this.#nameListeners.delete(listener);
  }

  /** Sends every viewer away with a reason. The shells go on. */
  dismiss(problem: Problem): void {
    for (const opening of this.#terminals.values()) opening.then((terminal) => terminal.dismiss(problem)).catch(() => {});
  }

  /** Hangs up every shell, tells the viewers why, and refuses new ones. Idempotent. */
  close(problem: Problem): void {
    this.#closed ??= problem;
    for (const opening of this.#terminals.values()) opening.then((terminal) => terminal.close(problem)).catch(() => {});
    this.#terminals.clear();
  }

  async #openShell(name: string, size: TerminalSize): Promise<ShellChannel> {
    this.#refuseIfClosed();
    const unwatch = this.#host.watch();
    try {
      await this.#host.thaw();
      return await this.#host.openShell(name, size, consoleProgram(name));
    } finally {
      unwatch();
    }
  }

  #keep(name: string, channel: ShellChannel, size: TerminalSize): PersistentTerminal {
    if (this.#closed !== undefined) channel.close();
    this.#refuseIfClosed();
    const terminal = new PersistentTerminal({
      ...this.#options,
      channel,
      size,
      host: this.#host,
      onWork: () => {
        for (const listener of [...this.#workListeners]) listener();
      },
      onCommand: (event) => {
        for (const listener of [...this.#commandListeners]) listener(name, event);
      },
    });
    terminal.onEnd(() => this.#forget(name));
    return terminal;
  }

  #set(name: string, opening: Promise<PersistentTerminal>): void {
    this.#terminals.set(name, opening);
    for (const listener of [...this.#nameListeners]) listener();
  }

  #forget(name: string): void {
    if (!this.#terminals.delete(name)) return;
    for (const listener of [...this.#nameListeners]) listener();
  }

  #refuseIfClosed(): void {
    const problem = this.#closed;
    if (problem === undefined) return;
    const params = problem.params === undefined ? {} : { params: problem.params };
    throw new LabError(problem.code, { ...params, log: "the terminals of this host are closed" });
  }
}

/** What runs in a terminal instead of a shell: `virsh console` in the one that shows a guest's console. */
function consoleProgram(name: string): readonly string[] | undefined {
  const guest = /^console:(.+)$/.exec(name)?.[1];
  return guest === undefined ? undefined : ["virsh", "console", guest];
}
