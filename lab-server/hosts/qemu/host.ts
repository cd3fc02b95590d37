import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { AcceleratorView } from "../../contract/seat.ts";
import { asLabError, LabError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { ExecOptions, ExecResult, Host, HostState, ShellChannel, TerminalSize } from "../backend.ts";
import type { FileChannel } from "../file-channel.ts";
import { attachToTerminal, HOLDER_SOCKET } from "../held-terminal.ts";
import { connectSsh, type SshConnection } from "../ssh.ts";
import { Freezer } from "./freezer.ts";
import type { Qmp } from "./qmp.ts";
import type { HostRecord } from "./record.ts";
import { giveTime, STILL_SOCKET, standStill } from "./standstill.ts";

export interface QemuHostOptions {
  readonly record: HostRecord & { access: NonNullable<HostRecord["access"]> };
  readonly qmp: Qmp;
  readonly ssh: SshConnection;
  readonly graceMs: number;
  readonly savable: boolean;
  readonly log: Log;
  /** True when QEMU stands still already (an adopted host). */
  readonly frozen?: boolean;
  /** Gives back process, sockets, files and port; called once. Never throws. */
  readonly giveBack: () => Promise<void>;
}

/** How long a connection may take to come back, ms. */
const RECONNECT_MS = 10_000;
/** Below this a stop is not worth setting the clock for, ms. */
const CLOCK_MATTERS_MS = 500;
/** The first keys after a thaw go before the clock is set, ms. */
const CLOCK_WAITS_MS = 400;

/** How long the holder of the terminals may be away, ms. */
const HOLDER_MS = 5_000;
const HOLDER_RETRY_MS = 200;

/** A host that runs in a QEMU process of this node. Made by the backend, which has woken it. */
export class QemuHost implements Host {
  readonly id: string;
  readonly name: string;
  readonly template: string;
  readonly accelerator: AcceleratorView;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly savable: boolean;

  readonly #options: QemuHostOptions;
  readonly #qmp: Qmp;
  readonly #freezer: Freezer;
  readonly #listeners = new Set<(state: HostState) => void>();
  #ssh: Promise<SshConnection>;
  #state: HostState;
  #failure: LabError | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: QemuHostOptions) {
    const { record } = options;
    this.id = record.id;
    this.name = record.name;
    this.template = record.template;
    this.accelerator = record.accelerator;
    this.vcpus = record.vcpus;
    this.memoryMiB = record.memoryMiB;
    this.savable = options.savable;
    this.#options = options;
    this.#qmp = options.qmp;
    this.#state = options.frozen === true ? "frozen" : "running";
    this.#ssh = Promise.resolve(options.ssh);
    this.#watchConnection(options.ssh);
    this.#freezer = new Freezer(
      options.qmp,
      () => this.#standStill(),
      options.graceMs,
      {
        onFrozen: () => this.#move("frozen"),
        onThawed: (stoodMs) => this.#thawed(stoodMs),
        onStuck: (reason) => this.#lose(`host ${this.id} stands still for ever: ${reason}`),
      },
      options.frozen,
    );
    this.#freezer.begin();
    // The monitor lives as long as QEMU does: its end is the fastest news of QEMU's.
    this.#qmp.onClose((reason) => this.#lose(`QEMU of host ${this.id} is gone: ${reason}`));
    if (this.#qmp.closed) this.#lose(`QEMU of host ${this.id} was gone at once`);
  }

  get state(): HostState {
    return this.#state;
  }

  get failure(): LabError | undefined {
    return this.#failure;
  }

  async exec(command: string, options?: ExecOptions): Promise<ExecResult> {
    this.#assertUsable();
    const release = this.#freezer.use();
    try {
      await this.#freezer.thaw();
      const ssh = await this.#connection();
      return await ssh.exec(command, options);
    } catch (thrown) {
      throw this.#explain(thrown);
    } finally {
      release();
    }
  }

  /** Gives the host the time, and then its guests. It is not worth thawing for, and a freeze may interrupt it. Never fails. */
  async setClocks(): Promise<void> {
    if (this.#state !== "running") return;
    try {
      const ssh = await this.#connection();
      await giveTime(() => ssh.openSocket(STILL_SOCKET));
    } catch (thrown) {
      if (this.#state === "running") this.#options.log.warn({ host: this.id, err: thrown }, "the clock could not be set");
    }
  }

  async follow(command: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    this.#assertUsable();
    try {
      const ssh = await this.#connection();
      await ssh.follow(command, onLine, signal);
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  async openShell(name: string, size: TerminalSize, program?: readonly string[]): Promise<ShellChannel> {
    this.#assertUsable();
    const release = this.#freezer.use();
    try {
      await this.#freezer.thaw();
      return await attachToTerminal(await this.#holder(), name, size, program);
    } catch (thrown) {
      throw this.#explain(thrown);
    } finally {
      release();
    }
  }

  openPort(port: number, address = "127.0.0.1"): Promise<Duplex> {
    return this.#openStream((ssh) => ssh.openPort(port, address));
  }

  openSocket(path: string): Promise<Duplex> {
    return this.#openStream((ssh) => ssh.openSocket(path));
  }

  async #openStream(open: (ssh: SshConnection) => Promise<Duplex>): Promise<Duplex> {
    this.#assertUsable();
    const release = this.#freezer.use();
    try {
      await this.#freezer.thaw();
      return await open(await this.#connection());
    } catch (thrown) {
      throw this.#explain(thrown);
    } finally {
      release();
    }
  }

  async openFiles(): Promise<FileChannel> {
    this.#assertUsable();
    const release = this.#freezer.use();
    try {
      await this.#freezer.thaw();
      const ssh = await this.#connection();
      return await ssh.openFiles();
    } catch (thrown) {
      throw this.#explain(thrown);
    } finally {
      release();
    }
  }

  watch(): () => void {
    return this.#freezer.use();
  }

  async thaw(): Promise<void> {
    this.#assertUsable();
    try {
      await this.#freezer.thaw();
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  async freeze(): Promise<void> {
    this.#assertUsable();
    try {
      await this.#freezer.freeze();
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** For whoever saves it: gives the monitor and the way to let the host stand still for a moment. */
  async whileStopped<T>(use: (whileStopped: Freezer["whileStopped"], qmp: Qmp) => Promise<T>): Promise<T> {
    this.#assertUsable();
    try {
      return await use((work) => this.#freezer.whileStopped(work), this.#qmp);
    } catch (thrown) {
      throw this.#failure ?? thrown;
    }
  }

  async leave(): Promise<void> {
    if (this.#ending !== undefined) return;
    await this.freeze().catch(() => {});
    this.#ending = Promise.resolve();
    this.#freezer.stop();
    this.#ssh.then((ssh) => ssh.close()).catch(() => {});
    this.#qmp.close();
  }

  end(): Promise<void> {
    this.#ending ??= this.#giveBack("ending");
    return this.#ending;
  }

  onState(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where KVM is the processor's own, a stop is never lost. */
  #standStill(): Promise<void> {
    if (this.accelerator.kind !== "tcg") return this.#qmp.execute("stop");
    return standStill(this.#qmp, async () => (await this.#ssh).openSocket(STILL_SOCKET));
  }

  async #giveBack(first: "ending" | "lost"): Promise<void> {
    this.#freezer.stop();
    this.#move(first);
    this.#ssh.then((ssh) => ssh.close()).catch(() => {});
    this.#qmp.close();
    await this.#options.giveBack();
    this.#move("ended");
  }

  #lose(log: string): void {
    // An end that was asked for closes the monitor too, before its promise is kept.
    if (this.#ending !== undefined || this.#state === "ending") return;
    this.#failure = new LabError("host_lost", { log });
    this.#options.log.warn({ host: this.id }, log);
    this.#ending = this.#giveBack("lost");
  }

  #move(state: HostState): void {
    if (this.#state === state || this.#state === "ended") return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #thawed(stoodMs: number): void {
    this.#move("running");
    if (stoodMs < CLOCK_MATTERS_MS) return;
    const timer = setTimeout(() => {
      if (this.#state !== "running") return;
      void this.setClocks();
    }, CLOCK_WAITS_MS);
    timer.unref();
  }

  /** A learner may have ended the holder; systemd starts another one. */
  async #holder(): Promise<Duplex> {
    const deadline = performance.now() + HOLDER_MS;
    for (;;) {
      const ssh = await this.#connection();
      try {
        return await ssh.openSocket(HOLDER_SOCKET);
      } catch (thrown) {
        if (asLabError(thrown).code !== "host_not_ready" || performance.now() > deadline) throw thrown;
        await delay(HOLDER_RETRY_MS);
      }
    }
  }

  /** The connection, made again if it broke: a learner may end their host's sshd and should still get a terminal. */
  async #connection(): Promise<SshConnection> {
    try {
      return await this.#ssh;
    } catch {
      const { port, clientKey, hostKey } = this.#options.record.access;
      this.#ssh = connectSsh({ port, username: "root", privateKey: clientKey, hostKey, readyTimeoutMs: RECONNECT_MS });
      this.#ssh.then((ssh) => this.#watchConnection(ssh)).catch(() => {});
      return this.#ssh;
    }
  }

  #watchConnection(ssh: SshConnection): void {
    ssh.onClose((reason) => {
      this.#ssh = Promise.reject(new Error(reason));
      this.#ssh.catch(() => {});
    });
  }

  #assertUsable(): void {
    if (this.#state === "lost" || this.#failure !== undefined) throw this.#failure ?? new LabError("host_lost", { log: `host ${this.id} is lost` });
    if (this.#state === "ending" || this.#state === "ended") throw new LabError("seat_ended", { log: `host ${this.id} has ended` });
  }

  #explain(thrown: unknown): LabError {
    if (this.#failure !== undefined) return this.#failure;
    if (this.#ending !== undefined) return new LabError("seat_ended", { log: `host ${this.id} was ended meanwhile`, cause: thrown });
    return asLabError(thrown);
  }
}
