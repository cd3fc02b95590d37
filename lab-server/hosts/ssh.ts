import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientChannel, type SFTPWrapper } from "ssh2";
import { LabError } from "../errors.ts";
import type { ExecOptions, ExecResult, ShellChannel, TerminalSize } from "./backend.ts";
import { type FileChannel, openFileChannel } from "./file-channel.ts";
import { followCommand, openShellChannel, runCommand } from "./ssh-channels.ts";
import { publicKeyBlob } from "./ssh-keys.ts";

export interface SshOptions {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly username: string;
  /** OpenSSH or PEM text, without passphrase. */
  readonly privateKey: string;
  /** The only host key that is accepted, as a public key line: `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  /** From the call to a usable connection, tries included, in milliseconds. */
  readonly readyTimeoutMs: number;
  /** Aborting gives the socket back; the call then fails with `seat_ended`. */
  readonly signal?: AbortSignal;
}

/** One connection to one host; each command and each shell has a channel of its own in it. */
export interface SshConnection {
  /** As `Host.exec`, without the thawing, in the user's login shell. The time limit covers the opening of the channel too. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** As `Host.follow`. */
  follow(command: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  openShell(size: TerminalSize): Promise<ShellChannel>;
  /** A stream to a unix socket on the host. Fails with `host_not_ready` where nobody listens there. */
  openSocket(path: string): Promise<Duplex>;
  /** A stream to a TCP port as the host itself reaches it. Fails with `host_not_ready` where nobody listens there. */
  openPort(port: number, address: string): Promise<Duplex>;
  /** Fails with `host_not_ready` where no file server answers. */
  openFiles(): Promise<FileChannel>;
  /** Called once when the connection is over, before its channels hear of it. Returns the way to stop listening. */
  onClose(listener: (reason: string) => void): () => void;
  /** Closes the connection and with it every channel. Idempotent. */
  close(): void;
}

const RETRY_MS = 25;
/** A file server that has said nothing for so long is no file server. */
const FILES_MS = 10_000;
/** A listener that takes the connection and says nothing is given this long at first, then twice as long each time. */
const FIRST_BANNER_MS = 10_000;

/**
 * Connects to a host's sshd. A port that refuses, or a connection cut before it is usable, means "not yet": it is
 * tried again at once until the time is over, because a host that wakes up opens its port late.
 *
 * There is no keepalive: the other end of the loopback socket is held by the host's own process, whose death closes
 * it at once, and a frozen host could not answer one.
 *
 * Errors: `host_not_ready` when the time is over; `host_lost` when something else answers there (another host
 * key) or refuses our key, which no retry can mend; `seat_ended` when aborted.
 */
export async function connectSsh(options: SshOptions): Promise<SshConnection> {
  const deadline = performance.now() + options.readyTimeoutMs;
  const where = `${options.host ?? "127.0.0.1"}:${options.port}`;
  let bannerMs = FIRST_BANNER_MS;
  for (;;) {
    let last: unknown;
    try {
      return await attempt(options, deadline, bannerMs);
    } catch (thrown) {
      if (thrown instanceof LabError) throw thrown;
      last = thrown;
    }
    if (last instanceof SilentPort) bannerMs *= 2;
    if (performance.now() + RETRY_MS > deadline) {
      const log = `sshd at ${where} was not usable within ${options.readyTimeoutMs} ms: ${text(last)}`;
      throw new LabError("host_not_ready", { log, cause: last });
    }
    await delay(RETRY_MS);
  }
}

class SilentPort extends Error {}

/** One try. What may be mended by another try is thrown as it is, what may not as `LabError`. */
function attempt(options: SshOptions, deadline: number, bannerMs: number): Promise<SshConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<SshConnection>();
  const { signal } = options;
  const expected = publicKeyBlob(options.hostKey);
  const socket: Socket = connect({ port: options.port, host: options.host ?? "127.0.0.1", noDelay: true });
  const client = new Client();
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const settle = (finish: () => void): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    finish();
  };
  const fail = (thrown: unknown): void =>
    settle(() => {
      client.end();
      socket.destroy();
      reject(thrown);
    });
  const limit = (ms: number, error: Error): void => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(error), ms);
  };
  const onAbort = (): void => fail(new LabError("seat_ended", { log: "connecting was aborted", cause: signal?.reason }));

  client.on("ready", () => settle(() => resolve(new Connection(client, socket))));
  client.on("error", (error) =>
    fail(error.level === "client-authentication" ? new LabError("host_lost", { log: `the host refused our key: ${error.message}`, cause: error }) : error),
  );
  client.on("close", () => fail(new Error("connection closed before it was usable")));
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  client.connect({
    sock: socket,
    username: options.username,
    privateKey: options.privateKey,
    authHandler: ["publickey"],
    // The limits above are ours: ssh2's own one cannot tell a silent port from a slow handshake.
    readyTimeout: 0,
    keepaliveInterval: 0,
    algorithms: {
      kex: ["curve25519-sha256"],
      cipher: ["aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"],
      serverHostKey: ["ssh-ed25519"],
    },
    hostVerifier: (key: Buffer) => {
      if (key.equals(expected)) return true;
      fail(new LabError("host_lost", { log: `another host key than expected at port ${options.port}` }));
      return false;
    },
  });
  limit(Math.min(bannerMs, deadline - performance.now()), new SilentPort("the port took the connection and said nothing"));
  socket.once("data", () => settled || limit(deadline - performance.now(), new Error("the handshake took too long")));
  return promise;
}

/** Connections made by this process: part of the mark by which a command's processes are found. */
let connections = 0;

class Connection implements SshConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #listeners = new Set<(reason: string) => void>();
  readonly #number = ++connections;
  #commands = 0;
  #closed: string | undefined;

  constructor(client: Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
    let reason = "connection closed";
    client.on("error", (error) => {
      reason = error.message;
    });
    client.on("close", () => {
      this.#closed ??= reason;
      for (const listener of [...this.#listeners]) listener(this.#closed);
      this.#listeners.clear();
    });
  }

  onClose(listener: (reason: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed ??= "closed by the server";
    this.#client.end();
    // A frozen host does not answer the polite goodbye.
    this.#socket.destroy();
  }

  exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { mark, opening } = this.#start(command);
    return runCommand(opening, command, options, () => this.#kill(mark));
  }

  /** Starts a command whose processes carry a mark. */
  #start(command: string): { mark: string; opening: Promise<ClientChannel> } {
    this.#commands += 1;
    const mark = `LAB_EXEC=${process.pid}-${this.#number}-${this.#commands}`;
    return { mark, opening: this.#open((done) => this.#client.exec(`export ${mark}\n${command}`, done)) };
  }

  follow(command: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const { mark, opening } = this.#start(command);
    return followCommand(opening, command, onLine, signal, () => this.#kill(mark));
  }

  openShell({ cols, rows }: TerminalSize): Promise<ShellChannel> {
    return openShellChannel(this.#open((done) => this.#client.shell({ term: "xterm-256color", cols, rows, width: 0, height: 0 }, done)));
  }

  openSocket(path: string): Promise<Duplex> {
    return this.#open((done) => this.#client.openssh_forwardOutStreamLocal(path, done));
  }

  openPort(port: number, address: string): Promise<Duplex> {
    // The first two say where the stream came from, which sshd only logs.
    return this.#open((done) => this.#client.forwardOut("127.0.0.1", 0, address, port, done));
  }

  async openFiles(): Promise<FileChannel> {
    const opening = this.#open<SFTPWrapper>((done) => this.#client.sftp(done));
    const { promise, resolve, reject } = Promise.withResolvers<SFTPWrapper>();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new LabError("host_not_ready", { log: `no file server within ${FILES_MS} ms` }));
    }, FILES_MS);
    // One that comes too late is nobody's.
    opening.then((sftp) => (late ? sftp.end() : resolve(sftp)), reject);
    return openFileChannel(await promise.finally(() => clearTimeout(timer)));
  }

  /**
   * Ends a command that was given up, with all that it started: they carry its mark in their environment. sshd does
   * not deliver signals to root's sessions. The mark goes by standard input, so that the search does not find itself.
   */
  #kill(mark: string): void {
    if (this.#closed !== undefined) return;
    const search = "grep -lsFf - /proc/[0-9]*/environ /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -u | xargs -r kill -KILL";
    const opening = this.#open((done) => this.#client.exec(search, done));
    runCommand(opening, search, { stdin: mark }, () => {}).catch(() => {});
  }

  /** Opens a channel; a refusal and a dead connection get their own errors. */
  #open<T = ClientChannel>(ask: (done: (error: Error | undefined, channel: T) => void) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const fail = (error: Error): void => {
      const lost = this.#closed !== undefined || !("reason" in error);
      const log = lost ? `connection lost: ${error.message}` : `sshd refused a channel (its MaxSessions limit?): ${error.message}`;
      reject(new LabError(lost ? "host_lost" : "host_not_ready", { log, cause: error }));
    };
    try {
      if (this.#closed !== undefined) throw new Error(this.#closed);
      ask((error, channel) => (error ? fail(error) : resolve(channel)));
    } catch (thrown) {
      fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    return promise;
  }
}

function text(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
