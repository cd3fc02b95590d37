import type { FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import type { ProblemCode } from "../contract/problem.ts";
import { LabError } from "../errors.ts";

/** `special`: a device, a pipe, a socket. */
export type FileKind = "file" | "folder" | "link" | "special";

export interface FileStat {
  readonly kind: FileKind;
  readonly bytes: number;
  /** Permission bits, setuid and the like included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly changedAt: number;
}

/** A file that is open on the host. */
export interface OpenFile {
  stat(): Promise<FileStat>;
  /** At most so many bytes from that position on; none at the end. */
  read(position: number, bytes: number): Promise<Buffer>;
  write(data: Uint8Array, position: number): Promise<void>;
  setOwner(uid: number, gid: number): Promise<void>;
  setMode(mode: number): Promise<void>;
  /** Never fails: nothing can be done about it. */
  close(): Promise<void>;
}

/**
 * The files of a host, over SFTP on a channel of its own. What it answers is a learner's word.
 *
 * Errors: `no_such_file`, `no_permission`; `file_refused` for whatever else the host says no to (SFTP tells no more);
 * `host_not_ready` when it does not answer in time, `host_lost` when the connection is gone. After either the channel is closed.
 */
export interface FileChannel {
  readonly closed: boolean;
  /** Without links and dots. The last part need not exist. */
  realPath(path: string): Promise<string>;
  /** Follows links. */
  stat(path: string): Promise<FileStat>;
  linkStat(path: string): Promise<FileStat>;
  /** Up to so many entries, links not followed, in no order. */
  list(path: string, most: number): Promise<{ entries: { name: string; stat: FileStat }[]; more: boolean }>;
  /** `create` fails where there is something already; only its owner may read the new file. */
  open(path: string, how: "read" | "create"): Promise<OpenFile>;
  /** In one step; what was at `to` is gone. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Whether the file system of that path has no room for another file. */
  full(path: string): Promise<boolean>;
  close(): void;
}

/** A file server that takes longer for one answer hangs: at a pipe put in place of a file, or on purpose. */
const ANSWER_MS = 10_000;

// SFTP's file types and status codes: draft-ietf-secsh-filexfer-02, 5 and 7.
const TYPE_BITS = 0o170000;
const KINDS: ReadonlyMap<number, FileKind> = new Map([
  [0o100000, "file"],
  [0o040000, "folder"],
  [0o120000, "link"],
]);
const END_OF_FILE = 1;
const CODES: Readonly<Record<number, ProblemCode>> = { 2: "no_such_file", 3: "no_permission" };
/** Less than this is no room, in bytes. */
const NO_ROOM_BYTES = 64 * 1024;

type Done<T> = (error: Error | null | undefined, value?: T) => void;

/** The files behind an SFTP channel of ssh2. */
export function openFileChannel(sftp: SFTPWrapper, answerMs = ANSWER_MS): FileChannel {
  let closed = false;
  const close = (): void => {
    closed = true;
    sftp.end();
  };
  sftp.on("error", () => {});
  sftp.on("close", () => {
    closed = true;
  });

  function ask<T>(path: string, call: (done: Done<T>) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const late = setTimeout(() => {
      close();
      reject(new LabError("host_not_ready", { log: `no answer about ${JSON.stringify(path)} within ${answerMs} ms` }));
    }, answerMs);
    try {
      if (closed) throw new Error("the file channel is closed");
      call((error, value) => (error ? reject(asRefusal(error, path)) : resolve(value as T)));
    } catch (thrown) {
      reject(asRefusal(thrown, path));
    }
    return promise.finally(() => clearTimeout(late));
  }

  const openedFile = (path: string, handle: Buffer): OpenFile => ({
    stat: async () => readStat(await ask<Stats>(path, (done) => sftp.fstat(handle, done)), path),
    read: (position, bytes) =>
      ask<Buffer>(path, (done) =>
        sftp.read(handle, Buffer.allocUnsafe(bytes), 0, bytes, position, (error, _read, data) => {
          if (statusOf(error) === END_OF_FILE) done(undefined, Buffer.alloc(0));
          else done(error, data);
        }),
      ),
    write: (data, position) => ask(path, (done) => sftp.write(handle, Buffer.from(data.buffer, data.byteOffset, data.length), 0, data.length, position, done)),
    setOwner: (uid, gid) => ask(path, (done) => sftp.fchown(handle, uid, gid, done)),
    setMode: (mode) => ask(path, (done) => sftp.fchmod(handle, mode, done)),
    close: () => (closed ? Promise.resolve() : ask<void>(path, (done) => sftp.close(handle, done)).catch(() => {})),
  });

  return {
    get closed() {
      return closed;
    },
    realPath: (path) => ask(path, (done) => sftp.realpath(path, done)),
    stat: async (path) => readStat(await ask<Stats>(path, (done) => sftp.stat(path, done)), path),
    linkStat: async (path) => readStat(await ask<Stats>(path, (done) => sftp.lstat(path, done)), path),
    async list(path, most) {
      const handle = await ask<Buffer>(path, (done) => sftp.opendir(path, done));
      const entries: { name: string; stat: FileStat }[] = [];
      let more = false;
      while (!more) {
        const batch = await ask<FileEntryWithStats[] | undefined>(path, (done) =>
          sftp.readdir(handle, (error, list) => (statusOf(error) === END_OF_FILE ? done(undefined) : done(error, list))),
        );
        if (batch === undefined || batch.length === 0) break;
        for (const { filename, attrs } of batch) {
          if (filename === "." || filename === ".." || filename.includes("/")) continue;
          if (entries.length < most) entries.push({ name: filename, stat: readStat(attrs, path) });
          else more = true;
        }
      }
      await ask<void>(path, (done) => sftp.close(handle, done)).catch(() => {});
      return { entries, more };
    },
    open: async (path, how) => openedFile(path, await ask<Buffer>(path, (done) => sftp.open(path, how === "read" ? "r" : "wx", 0o600, done))),
    rename: (from, to) => ask(to, (done) => sftp.ext_openssh_rename(from, to, done)),
    remove: (path) => ask(path, (done) => sftp.unlink(path, done)),
    async full(path) {
      const facts = await ask<Record<string, unknown>>(path, (done) => sftp.ext_openssh_statvfs(path, done));
      return Number(facts["f_bfree"]) * Number(facts["f_frsize"]) < NO_ROOM_BYTES || Number(facts["f_ffree"]) < 1;
    },
    close,
  };
}

function readStat(attrs: Stats, path: string): FileStat {
  const { mode, size, uid, gid, mtime } = attrs;
  // What a field lacks would be undefined: types promise more than a host does.
  if (![mode, size, uid, gid, mtime].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw new LabError("file_refused", { params: { path: shownPath(path) }, log: "the host told a file's facts in parts" });
  }
  return { kind: KINDS.get(mode & TYPE_BITS) ?? "special", bytes: size, mode: mode & 0o7777, uid, gid, changedAt: mtime };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function asRefusal(thrown: unknown, path: string): LabError {
  if (thrown instanceof LabError) return thrown;
  const status = statusOf(thrown);
  const log = `${JSON.stringify(path)}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  if (status === undefined) return new LabError("host_not_ready", { log, cause: thrown });
  return new LabError(CODES[status] ?? "file_refused", { params: { path: shownPath(path) }, log, cause: thrown });
}

const SHOWN = 120;

/** A path as a sentence can hold it: on one line, and not endless. */
export function shownPath(path: string): string {
  const line = path.replace(/\p{Cc}/gu, "\u{fffd}");
  return line.length > SHOWN ? `…${line.slice(1 - SHOWN)}` : line;
}
