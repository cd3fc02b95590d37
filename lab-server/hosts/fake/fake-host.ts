import { randomBytes } from "node:crypto";
import { type Duplex, PassThrough } from "node:stream";
import { LabError } from "../../errors.ts";
import type { ExecOptions, ExecResult, Host, HostInfo, HostState, TerminalSize } from "../backend.ts";
import type { FileChannel } from "../file-channel.ts";
import { FakeShell } from "./fake-shell.ts";

/** What a fake host answers to a command. May throw, wait, or lose the host. */
export type FakeScript = (command: string, options: ExecOptions, host: FakeHost) => Partial<ExecResult> | Promise<Partial<ExecResult>>;

/** A host for unit tests. It is `running` when made; a test loses it, or holds up its end. */
export class FakeHost implements Host {
  readonly id: string;
  readonly name: string;
  readonly template: string;
  readonly accelerator: HostInfo["accelerator"];
  readonly vcpus: number;
  readonly memoryMiB: number;
  savable = true;
  readonly shells: FakeShell[] = [];
  /** Commands with their standard input, in order. */
  readonly commands: { command: string; stdin: string }[] = [];
  watchers = 0;
  script: FakeScript;
  /** `end` waits for this before nothing is left of the host. */
  endsAfter: Promise<unknown> = Promise.resolve();
  #state: HostState = "running";
  #failure: LabError | undefined;
  #ending: Promise<void> | undefined;
  readonly #listeners = new Set<(state: HostState) => void>();

  constructor(info: Omit<HostInfo, "id" | "name" | "savable"> & { id?: string }, script: FakeScript) {
    this.id = info.id ?? randomBytes(6).toString("hex");
    this.name = `host-${this.id.slice(0, 4)}`;
    this.template = info.template;
    this.accelerator = info.accelerator;
    this.vcpus = info.vcpus;
    this.memoryMiB = info.memoryMiB;
    this.script = script;
  }

  get state(): HostState {
    return this.#state;
  }

  get failure(): LabError | undefined {
    return this.#failure;
  }

  /** The machine stops by itself, as when its process was killed. */
  lose(): void {
    if (this.#state !== "running" && this.#state !== "frozen") return;
    this.#failure = new LabError("host_lost", { log: `host ${this.id}: its process was killed` });
    this.#enter("lost");
    for (const shell of this.shells) shell.exit(null);
    void this.end();
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    this.#mustLive();
    await this.thaw();
    this.commands.push({ command, stdin: String(options.stdin ?? "") });
    const result = await this.script(command, options, this);
    this.#mustLive();
    return { code: 0, stdout: "", stderr: "", ms: 1, ...result };
  }

  /** Followed commands, each with the way to let it print a line. */
  readonly followed: { command: string; say: (line: string) => void; signal: AbortSignal }[] = [];

  async follow(command: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    this.#mustLive();
    this.followed.push({ command, say: onLine, signal });
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  async openShell(_name: string, size: TerminalSize): Promise<FakeShell> {
    this.#mustLive();
    const shell = new FakeShell(size);
    this.shells.push(shell);
    return shell;
  }

  /** Streams that were opened: to which port or socket, and this end of it. What is written comes back. */
  readonly streams: { to: string; stream: Duplex }[] = [];
  /** What is opened in place of an echo; may throw. */
  connect: (to: string) => Duplex = () => new PassThrough();

  async openPort(port: number, address = "127.0.0.1"): Promise<Duplex> {
    return this.#openStream(`${address}:${port}`);
  }

  async openSocket(path: string): Promise<Duplex> {
    return this.#openStream(path);
  }

  #openStream(to: string): Duplex {
    this.#mustLive();
    const stream = this.connect(to);
    this.streams.push({ to, stream });
    return stream;
  }

  /** Where its files are; a test that needs some says so. */
  files: () => Promise<FileChannel> = () => Promise.reject(new LabError("host_not_ready", { log: "a fake host without files" }));

  async openFiles(): Promise<FileChannel> {
    this.#mustLive();
    return this.files();
  }

  watch(): () => void {
    this.watchers += 1;
    if (this.#state === "frozen") this.#enter("running");
    let watching = true;
    return () => {
      if (watching) this.watchers -= 1;
      watching = false;
    };
  }

  async thaw(): Promise<void> {
    this.#mustLive();
    if (this.#state === "frozen") this.#enter("running");
  }

  async freeze(): Promise<void> {
    this.#mustLive();
    if (this.#state === "running") this.#enter("frozen");
  }

  /** It was let go of, and stands still for a later server. */
  left = false;

  async leave(): Promise<void> {
    this.left = true;
    this.#enter("frozen");
  }

  end(): Promise<void> {
    this.#ending ??= this.#endOnce();
    return this.#ending;
  }

  onState(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #endOnce(): Promise<void> {
    if (this.#state !== "lost") this.#enter("ending");
    for (const shell of this.shells) shell.exit(null);
    await this.endsAfter;
    this.#enter("ended");
  }

  #mustLive(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state === "running" || this.#state === "frozen") return;
    throw new LabError("seat_ended", { log: `host ${this.id} is ${this.#state}` });
  }

  #enter(state: HostState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
