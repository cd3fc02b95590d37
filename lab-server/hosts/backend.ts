import type { Duplex } from "node:stream";
import type { AcceleratorView } from "../contract/seat.ts";
import type { LabError } from "../errors.ts";
import type { FileChannel } from "./file-channel.ts";

/**
 * The life of a host. It only moves forward, but for `running` and `frozen`, which change places.
 *
 *     cloning -> waking -> running <-> frozen -> ending -> ended
 *        \_________\_________\___________\______-> lost -> ended
 *
 * - `cloning`: overlay and process are made, the template's state is loaded.
 * - `waking`: the clone becomes itself: clock, entropy, machine id, keys, name; it proves that a guest can start.
 * - `running`: it can be used.
 * - `frozen`: it stands still and costs no CPU. Any use thaws it.
 * - `ending`: processes, sockets, files and ports are being given back.
 * - `lost`: it stopped by itself or was killed; what it held is being given back.
 * - `ended`: nothing is left of it.
 */
export const HOST_STATES = ["cloning", "waking", "running", "frozen", "ending", "lost", "ended"] as const;
export type HostState = (typeof HOST_STATES)[number];

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface ExecOptions {
  /** Written to the command's standard input, which is then closed. */
  readonly stdin?: string | Uint8Array;
  /** After this many milliseconds the channel is closed and the call fails. Default 30,000. */
  readonly timeoutMs?: number;
  /** Output beyond this many bytes (stdout and stderr each) makes the call fail. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Aborting ends the command; the call then fails with `seat_ended`. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  /** Exit status; null when a signal ended the command. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the call to the end of the output, in milliseconds. */
  readonly ms: number;
}

/** What brings an empty terminal of that size to a certain screen. */
export interface ScreenPicture {
  readonly size: TerminalSize;
  readonly redraw: Uint8Array;
}

/** An interactive login shell on a host, with a PTY. Bytes, not characters. */
export interface ShellChannel {
  /** Bytes given to `write` that wait here because the host takes no more; 0 where this is not known. */
  readonly unsentBytes?: number;
  /** Sends keys. Bytes given after `close` are dropped. */
  write(data: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** Stops reading: within the transport's window the program in the shell then blocks. */
  pause(): void;
  resume(): void;
  close(): void;
  /**
   * At most one listener each; what came before the listener is kept and given to it first.
   * `again` is true for what the shell said before this channel was opened, and after the screen in `left`.
   */
  onData(listener: (data: Uint8Array, again?: boolean | undefined) => void): void;
  /** Called once, after the last data. `code` is null when the connection broke. */
  onClose(listener: (code: number | null) => void): void;
  /** The screen as an earlier channel left it, where the host holds the shell. Comes before the first data. */
  readonly left?: ScreenPicture | undefined;
  /** Leaves the screen, as it was after so many bytes of data, to the next channel; the host forgets what was said before. */
  keep?(picture: ScreenPicture, afterBytes: number): void;
}

/** A host's facts that do not change. */
export interface HostInfo {
  /** Unique on this node, 12 characters of [a-z0-9]. */
  readonly id: string;
  /** The host name inside, and in the learner's prompt. */
  readonly name: string;
  /** The starting state it was cloned from. */
  readonly template: string;
  readonly accelerator: AcceleratorView;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Whether `HostBackend.save` can save it. */
  readonly savable: boolean;
}

/**
 * One machine. It is owned by whoever called `HostBackend.create` or `adopt`, and knows no learner.
 * All calls may be made in any state; a call that the state does not allow fails with `host_not_ready`
 * (too early), `host_lost` or `seat_ended` (too late).
 */
export interface Host extends HostInfo {
  readonly state: HostState;
  /** Why it was lost; set in `lost` and in the `ended` that follows. */
  readonly failure: LabError | undefined;

  /**
   * Runs a command as root with `sh -c`, on a channel of its own. Thaws the host for as long as it runs.
   * A non-zero exit status is a result and not an error.
   * Fails with `host_lost`, or `host_not_ready` on a time-out or too much output.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;

  /**
   * The root login shell of that name, which the host holds: it is started if there is none, and outlives the channel, its
   * connection and this server. The channel does not keep the host awake: see `watch`.
   * @param name at most 63 bytes without spaces. An earlier channel to the same shell is cut off.
   * @param program what is started instead of a login shell, with its arguments
   */
  openShell(name: string, size: TerminalSize, program?: readonly string[]): Promise<ShellChannel>;

  /**
   * A stream of bytes to a TCP port of the host, through its one connection. It does not keep the host awake: see `watch`.
   * Fails with `host_not_ready` where nobody listens.
   * @param address as the host itself reaches it; its loopback when it is left out
   */
  openPort(port: number, address?: string): Promise<Duplex>;

  /** The same to a unix socket of the host. */
  openSocket(path: string): Promise<Duplex>;

  /**
   * Runs a command that goes on, as `exec` does, and gives each line that it prints. Resolves when it ends, which aborting
   * brings about; does not keep the host awake. Fails with `host_lost` when the connection breaks.
   */
  follow(command: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;

  /** A way to the host's files. It does not keep the host awake; its calls fail when the connection breaks. The caller closes it. */
  openFiles(): Promise<FileChannel>;

  /**
   * Declares that somebody looks at the host: it is thawed, and stays so until every watch is released and
   * the grace time has passed. Release is idempotent.
   */
  watch(): () => void;

  /** Resolves when the host runs. Thaws a frozen host once, as a key does; the grace time starts again. */
  thaw(): Promise<void>;

  /** Freezes now, whoever watches. Used by the pool, by tests and by the bench. */
  freeze(): Promise<void>;

  /** Lets go of the host without ending it: it stands still, and a later server can adopt it. Every other call then fails. */
  leave(): Promise<void>;

  /**
   * Ends the host and gives back its process, sockets, files and port. Idempotent; never fails: what
   * could not be removed is logged.
   */
  end(): Promise<void>;

  /** Called on every change of state. Returns the way to stop listening. */
  onState(listener: (state: HostState) => void): () => void;
}

/** How far a start has come, for whoever waits. */
export type CreateStep = "clone" | "wake" | "connect";

export interface CreateOptions {
  readonly template: string;
  /** Called as each step begins. */
  readonly onStep?: (step: CreateStep) => void;
  /** Aborting gives back what was made so far; the call then fails with `seat_ended`. */
  readonly signal?: AbortSignal;
}

/** What one host may cost at most, for the budget. */
export interface HostCost {
  readonly memoryMiB: number;
  readonly vcpus: number;
}

/** A host that was saved as it ran. */
export interface SavedHost {
  readonly id: string;
  /** What it takes on the node's disk. */
  readonly bytes: number;
}

export interface RestoreOptions extends Pick<CreateOptions, "onStep" | "signal"> {
  /** It becomes a machine of its own, as a clone does: another name, other keys, other randomness. */
  readonly anew?: boolean;
}

/**
 * Makes hosts. There is one backend in a server.
 */
export interface HostBackend {
  readonly accelerator: AcceleratorView;
  /** Starting states it can clone now. */
  readonly templates: readonly string[];
  /** Why a starting state cannot be cloned now: `desktop_in_making`, `desktop_not_made`, or `host_failed` where there is none of that name. */
  whyNot(template: string): LabError;
  /** Called when a starting state has come that was not among the `templates`, or in place of one that was. */
  onTemplate(listener: (template: string) => void): void;
  cost(template: string): HostCost;

  /**
   * Makes a host and brings it to `running`.
   * - Effects on success: one process, one run folder, one loopback port, one ssh connection.
   * - Effects on failure: none; everything made so far is given back before the call fails.
   * - Errors: `host_failed` with `step`; `seat_ended` when aborted.
   */
  create(options: CreateOptions): Promise<Host>;

  /**
   * Hosts that an earlier server left running on this node, by id, whether or not they can be adopted.
   * Only before the first `create`.
   */
  leftovers(): Promise<readonly string[]>;

  /**
   * Takes a leftover over and connects to it again. Fails with `host_lost` if it does not answer, and with `node_restarted` if the
   * node has been started again since it ran; it is then removed.
   */
  adopt(id: string): Promise<Host>;

  /** Removes a leftover: process, sockets, files. Never fails; logs what could not be removed. */
  remove(id: string): Promise<void>;

  /**
   * Saves a host as it is at this moment: memory, devices, disk, with all that runs in it. It stands still meanwhile and runs on.
   * Fails with `cannot_save` where the node's kernel does not allow it, with `no_disk`, or with `internal`; nothing is then left of it.
   */
  save(host: Host): Promise<SavedHost>;

  /**
   * Makes a host that goes on from where a saved one stood: the same name, keys, shells and guests, at the present time, unless
   * it is to be a machine of its own. Fails with `not_found`, and as `create`.
   */
  restore(saved: string, options?: RestoreOptions): Promise<Host>;

  /** Nobody wants the saved host any more; it goes when nothing runs from it. Never fails. */
  forget(saved: string): void;

  /** Every saved host, by id. */
  saved(): readonly string[];

  /** Ends every host and frees everything but what is saved. */
  close(): Promise<void>;
}
