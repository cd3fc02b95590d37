import { createHash, randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path/posix";
import { Readable } from "node:stream";
import { type Folder, MOST_DOWNLOAD_BYTES, MOST_ENTRIES, MOST_TEXT_BYTES, MOST_UPLOAD_BYTES, type TextFile, type WrittenFile } from "../contract/files.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";
import { type FileChannel, type FileStat, type OpenFile, shownPath } from "../hosts/file-channel.ts";
import { listFolder } from "./list-folder.ts";
import { Slots } from "./slots.ts";

/** A file on its way out. Whoever gets it reads or destroys the stream. */
export interface Download {
  readonly name: string;
  /** Undefined where the host cannot tell before the end, as in /proc. */
  readonly bytes: number | undefined;
  readonly stream: Readable;
}

const AT_ONCE = 2;
const MOST_WAITING = 8;
/** What a look at a file or a folder may take in all: a host may answer every question just in time. */
const SHORT_MS = 30_000;
const LONG_MS = 600_000;
/** A file server that nobody asks is ended after this long. */
const IDLE_MS = 30_000;
const PIECE_BYTES = 128 * 1024;
const MEBI = 1024 * 1024;
const NEW_FILE_MODE = 0o644;

/**
 * The files of one host, read and written for its learner, who is root there: any path is theirs. The host is awake
 * as long as it takes. Errors are those of `FileChannel`, and what each method names.
 */
export class HostFiles {
  readonly #host: Pick<Host, "watch" | "thaw" | "openFiles">;
  readonly #slots = new Slots(AT_ONCE, MOST_WAITING);
  #channel: Promise<FileChannel> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(host: Pick<Host, "watch" | "thaw" | "openFiles">) {
    this.#host = host;
  }

  /** Fails with `is_file`. */
  list(path: string): Promise<Folder> {
    return this.#with(SHORT_MS, (files) => listFolder(files, path, MOST_ENTRIES));
  }

  /** A file of at most `MOST_TEXT_BYTES` that is UTF-8. Fails with `is_folder`, `special_file`, `not_text`, `too_large`. */
  readText(path: string): Promise<TextFile> {
    return this.#with(SHORT_MS, async (files) => {
      const real = await files.realPath(path);
      const data = await readWhole(files, real, MOST_TEXT_BYTES);
      return { path: real, text: decode(data, path), version: versionOf(data) };
    });
  }

  /** Fails with `is_folder`, `special_file`, `too_large`. What is wrong later on breaks the stream off. */
  async download(path: string): Promise<Download> {
    const use = await this.#use(LONG_MS);
    try {
      const file = await openPlain(use.files, path, MOST_DOWNLOAD_BYTES);
      // The kernel tells no size of what it makes up while it is read.
      const bytes = file.bytes === 0 ? undefined : file.bytes;
      const stream = Readable.from(pieces(file.open, bytes ?? MOST_TEXT_BYTES), { objectMode: false, highWaterMark: PIECE_BYTES });
      stream.on("error", () => {});
      use.signal.addEventListener("abort", () => stream.destroy(new Error("it took too long")));
      // Not in the generator: one that was never asked runs no `finally`.
      stream.once("close", () => void file.open.close().then(use.release));
      return { name: basename(path), bytes, stream };
    } catch (thrown) {
      use.release();
      throw thrown;
    }
  }

  /**
   * Puts a file in its place in one step, with the owner and the mode that were there. Whatever fails, the place is as it was.
   * @param version what is expected there; see `versionSchema`.
   * Fails with `file_exists`, `file_changed`, `is_folder`, `special_file`, `too_large` (`MOST_UPLOAD_BYTES`), `host_disk_full`.
   */
  write(path: string, version: string, content: AsyncIterable<Uint8Array>): Promise<WrittenFile> {
    return this.#with(LONG_MS, async (files) => {
      const before = await lookAt(files, path);
      const place = before === undefined ? join(await files.realPath(dirname(path)), basename(path)) : await files.realPath(path);
      if (before === undefined && basename(path) === "") throw refusal("is_folder", path);
      await assertExpected(files, place, before, version);
      const part = join(dirname(place), `.ringside-${randomBytes(8).toString("hex")}`);
      const made = await this.#orFull(files, place, () => files.open(part, "create"));
      try {
        const { bytes, hash } = await this.#orFull(files, place, () => writeAll(made, content));
        if (before !== undefined) await made.setOwner(before.uid, before.gid);
        await made.setMode(before?.mode ?? NEW_FILE_MODE);
        await made.close();
        const now = await lookAt(files, place);
        if (version !== "any" && !same(before, now)) throw refusal(before === undefined ? "file_exists" : "file_changed", path);
        await files.rename(part, place);
        return { path: place, bytes, version: hash };
      } catch (thrown) {
        await made.close();
        await files.remove(part).catch(() => {});
        throw thrown;
      }
    });
  }

  /** SFTP has no word for a full disk. */
  async #orFull<T>(files: FileChannel, place: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = asLabError(thrown);
      const full = error.code === "file_refused" && (await files.full(dirname(place)).catch(() => false));
      throw full ? refusal("host_disk_full", place) : error;
    }
  }

  async #with<T>(ms: number, work: (files: FileChannel) => Promise<T>): Promise<T> {
    const use = await this.#use(ms);
    try {
      const late = new Promise<never>((_resolve, reject) => {
        use.signal.addEventListener("abort", () => reject(new LabError("host_not_ready", { log: `files: not done within ${ms} ms` })));
      });
      return await Promise.race([work(use.files), late]);
    } finally {
      use.release();
    }
  }

  /** A turn at the channel. When its time is over the channel is closed, which ends whatever waits for it. */
  async #use(ms: number): Promise<{ files: FileChannel; signal: AbortSignal; release: () => void }> {
    const giveSlot = await this.#slots.take();
    const unwatch = this.#host.watch();
    clearTimeout(this.#idle);
    this.#users += 1;
    const over = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const release = (): void => {
      clearTimeout(timer);
      unwatch();
      giveSlot();
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.#drop(), IDLE_MS).unref();
    };
    try {
      await this.#host.thaw();
      const files = await this.#open();
      timer = setTimeout(() => {
        files.close();
        over.abort();
      }, ms);
      return { files, signal: over.signal, release: once(release) };
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  async #open(): Promise<FileChannel> {
    const open = await this.#channel?.catch(() => undefined);
    if (open !== undefined && !open.closed) return open;
    this.#channel = this.#host.openFiles();
    return this.#channel;
  }

  #drop(): void {
    this.#channel?.then((files) => files.close()).catch(() => {});
    this.#channel = undefined;
  }
}

const kept = new WeakMap<Host, HostFiles>();

/** The files of a host: the same for all who ask, so that they share its channel and its limits. */
export function filesOf(host: Host): HostFiles {
  const files = kept.get(host) ?? new HostFiles(host);
  kept.set(host, files);
  return files;
}

/** The name of a content. */
export function versionOf(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 32);
}

function refusal(code: "is_folder" | "special_file" | "not_text" | "file_exists" | "file_changed" | "host_disk_full", path: string): LabError {
  return new LabError(code, { params: { path: shownPath(path) }, log: `${code}: ${JSON.stringify(path)}` });
}

function tooLarge(limit: number): LabError {
  return new LabError("too_large", { params: { limit: `${limit / MEBI} MiB` }, log: `more than ${limit} bytes` });
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

/** What is there; undefined when nothing is. A link to nowhere is something. */
async function lookAt(files: FileChannel, path: string): Promise<FileStat | undefined> {
  try {
    return await files.stat(path);
  } catch (thrown) {
    if (asLabError(thrown).code !== "no_such_file") throw thrown;
    return files.linkStat(path).catch(() => undefined);
  }
}

function assertPlain(stat: FileStat, path: string): void {
  if (stat.kind === "folder") throw refusal("is_folder", path);
  if (stat.kind !== "file") throw refusal("special_file", path);
}

async function assertExpected(files: FileChannel, place: string, found: FileStat | undefined, version: string): Promise<void> {
  if (found !== undefined) assertPlain(found, place);
  if (version === "any") return;
  if (version === "new") {
    if (found !== undefined) throw refusal("file_exists", place);
    return;
  }
  if (found === undefined || found.bytes > MOST_TEXT_BYTES) throw refusal("file_changed", place);
  if (versionOf(await readWhole(files, place, MOST_TEXT_BYTES)) !== version) throw refusal("file_changed", place);
}

function same(one: FileStat | undefined, other: FileStat | undefined): boolean {
  return one?.bytes === other?.bytes && one?.changedAt === other?.changedAt && one?.kind === other?.kind;
}

/** Opens an ordinary file. It is looked at first: to open a pipe is to wait for its other end. */
async function openPlain(files: FileChannel, path: string, limit: number): Promise<{ open: OpenFile; bytes: number }> {
  const stat = await files.stat(path);
  assertPlain(stat, path);
  if (stat.bytes > limit) throw tooLarge(limit);
  const open = await files.open(path, "read");
  try {
    // It may be another one by now.
    const now = await open.stat();
    assertPlain(now, path);
    if (now.bytes > limit) throw tooLarge(limit);
    return { open, bytes: now.bytes };
  } catch (thrown) {
    await open.close();
    throw thrown;
  }
}

async function readWhole(files: FileChannel, path: string, limit: number): Promise<Buffer> {
  const { open } = await openPlain(files, path, limit);
  const data: Buffer[] = [];
  let size = 0;
  try {
    for (;;) {
      const piece = await open.read(size, PIECE_BYTES);
      if (piece.length === 0) return Buffer.concat(data);
      size += piece.length;
      if (size > limit) throw tooLarge(limit);
      data.push(piece);
    }
  } finally {
    await open.close();
  }
}

async function* pieces(open: OpenFile, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const piece = await open.read(at, Math.min(PIECE_BYTES, bytes - at));
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

async function writeAll(file: OpenFile, content: AsyncIterable<Uint8Array>): Promise<{ bytes: number; hash: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of content) {
    if (bytes + piece.length > MOST_UPLOAD_BYTES) throw tooLarge(MOST_UPLOAD_BYTES);
    await file.write(piece, bytes);
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, hash: hash.digest("hex").slice(0, 32) };
}

function decode(data: Buffer, path: string): string {
  try {
    if (!data.includes(0)) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    // Not UTF-8.
  }
  throw refusal("not_text", path);
}
