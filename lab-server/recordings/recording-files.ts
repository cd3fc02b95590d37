import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { LabError } from "../errors.ts";
import type { Store } from "../store/database.ts";
import { allRecordings, endRecording, removeRecording } from "../store/recordings.ts";
import { lengthOf } from "./asciicast.ts";
import { cutToWholeLines, wholeBytes } from "./cast-file.ts";

const FOLDER = "recordings";
const ENDING = ".cast";
const DAY_MS = 24 * 3600 * 1000;

/** A recording as it is read. */
export interface KeptCast {
  readonly bytes: number;
  readonly stream: Readable;
}

/** The folder of the recordings, kept in step with the store, and how much of the disk it takes. */
export class RecordingFiles {
  readonly #store: Store;
  readonly #folder: string;
  #totalBytes = 0;
  readonly #removing = new Set<Promise<void>>();

  private constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  /**
   * What a server left that was killed is put right: a recording that ran is over and cut to whole lines, a file without a row and
   * a row without a file are removed.
   */
  static async open(store: Store, stateDir: string): Promise<RecordingFiles> {
    const folder = join(stateDir, FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = new RecordingFiles(store, folder);
    const there = new Set(await readdir(folder));
    for (const { id, ended, bytes } of await allRecordings(store)) {
      const found = there.delete(`${id}${ENDING}`);
      if (!found) await removeRecording(store, id);
      else if (ended === undefined) await files.#finish(id);
      else files.#totalBytes += bytes;
    }
    for (const stray of there) await rm(join(folder, stray), { force: true, recursive: true });
    return files;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Resolves when nothing is being removed any more. */
  get settled(): Promise<unknown> {
    return Promise.allSettled(this.#removing);
  }

  path(id: string): string {
    return join(this.#folder, `${id}${ENDING}`);
  }

  /** Counts so many bytes more, unless all would then be over the limit. */
  takeRoom(bytes: number, limit: number): boolean {
    if (this.#totalBytes + bytes > limit) return false;
    this.#totalBytes += bytes;
    return true;
  }

  /** Fails with `not_found` when the file is gone. */
  async read(id: string): Promise<KeptCast> {
    const file = await open(this.path(id)).catch((cause: unknown) => {
      throw new LabError("not_found", { log: `the file of recording ${id} cannot be read`, cause });
    });
    const bytes = await wholeBytes(file);
    if (bytes > 0) return { bytes, stream: file.createReadStream({ start: 0, end: bytes - 1 }) };
    await file.close();
    throw new LabError("not_found", { log: `recording ${id} is empty` });
  }

  /** @param bytes what was counted for it */
  remove(id: string, bytes: number): Promise<void> {
    const removed = (async () => {
      await removeRecording(this.#store, id);
      await rm(this.path(id), { force: true });
      this.#totalBytes = Math.max(0, this.#totalBytes - bytes);
    })();
    const settled = removed.catch(() => {}).finally(() => this.#removing.delete(settled));
    this.#removing.add(settled);
    return removed;
  }

  /** Removes what has been kept for long enough. */
  async expire(days: number): Promise<void> {
    const before = new Date(Date.now() - days * DAY_MS).toISOString();
    for (const { id, at, ended, bytes } of await allRecordings(this.#store)) {
      if (ended !== undefined && at < before) await this.remove(id, bytes);
    }
  }

  async #finish(id: string): Promise<void> {
    const file = await open(this.path(id), "r+");
    const bytes = await cutToWholeLines(file).finally(() => file.close());
    if (bytes === 0) return this.remove(id, 0);
    const ms = lengthOf(await readFile(this.path(id), "utf8"));
    await endRecording(this.#store, id, { ms, bytes, ended: "server" });
    this.#totalBytes += bytes;
  }
}
