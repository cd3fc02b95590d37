import { type FileHandle, open } from "node:fs/promises";

const NEWLINE = 0x0a;
const LOOK_BACK_BYTES = 64 * 1024;

/**
 * A file that only grows, by whole lines, in the order of the calls. A line is on its way to the file when `append` returns: a
 * server that is killed loses at most the one that is being written, and what is left of that is cut off by whoever reads (`wholeBytes`).
 */
export class CastFile {
  readonly #handle: FileHandle;
  readonly #onFailure: (error: unknown) => void;
  #waiting = "";
  #writing: Promise<void> | undefined;
  #bytes = 0;

  private constructor(handle: FileHandle, onFailure: (error: unknown) => void) {
    this.#handle = handle;
    this.#onFailure = onFailure;
  }

  /** A new file for its owner alone. @param onFailure called once when a line could not be written; the file takes no more then */
  static async create(path: string, onFailure: (error: unknown) => void): Promise<CastFile> {
    return new CastFile(await open(path, "ax+", 0o600), onFailure);
  }

  /** The size once all is written. */
  get bytes(): number {
    return this.#bytes;
  }

  append(lines: string): void {
    this.#bytes += Buffer.byteLength(lines);
    this.#waiting += lines;
    this.#writing ??= this.#write();
  }

  /** Resolves with the size when everything is written, cut to whole lines where a write failed. */
  async close(): Promise<number> {
    await this.#writing;
    this.#bytes = await cutToWholeLines(this.#handle).catch(() => this.#bytes);
    await this.#handle.close();
    return this.#bytes;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const lines = this.#waiting;
        this.#waiting = "";
        await this.#handle.appendFile(lines);
      }
      this.#writing = undefined;
    } catch (error) {
      // What was not written stays unwritten: a hole in the middle would be worse than an early end.
      this.#onFailure(error);
    }
  }
}

/** Cuts off a last line that is not whole. @returns the size after it */
export async function cutToWholeLines(file: FileHandle): Promise<number> {
  const whole = await wholeBytes(file);
  if (whole < (await file.stat()).size) await file.truncate(whole);
  return whole;
}

/** How many bytes at the beginning of a file are whole lines. */
export async function wholeBytes(file: FileHandle): Promise<number> {
  let end = (await file.stat()).size;
  const piece = Buffer.alloc(LOOK_BACK_BYTES);
  while (end > 0) {
    const from = Math.max(0, end - piece.length);
    const { bytesRead } = await file.read(piece, 0, end - from, from);
    const at = piece.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}
