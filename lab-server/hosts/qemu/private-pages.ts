import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { ProcessIdentity } from "./process.ts";

const PAGE = 4096;
/** Read at once. */
const MAX_RUN_BYTES = 1024 * 1024;
/** Bits 61 to 63 of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst), in its upper half. */
const PRESENT = 1 << 31;
const SWAPPED = 1 << 30;
const OF_FILE = 1 << 29;

interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Where the mapping begins in its file. */
  readonly offset: number;
}

/** The mappings of a file in a process (proc_pid_maps(5)). */
export function mappingsOf(maps: string, path: string): Mapping[] {
  const found: Mapping[] = [];
  for (const line of maps.split("\n")) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+ +(.*)$/.exec(line);
    if (match?.[4] !== path) continue;
    const [start = 0, end = 0, offset = 0] = match.slice(1, 4).map((hex) => Number.parseInt(hex, 16));
    found.push({ start, end, offset });
  }
  return found;
}

/**
 * Writes into `target` the pages of a process that are no longer those of the file it maps privately: what it has written since.
 * The process must stand still. Gives how many bytes there were.
 * Errors: EACCES or EPERM where this user may not read the process's memory (ptrace(2), "Ptrace access mode checking").
 */
export async function copyPrivatePages(process: ProcessIdentity, path: string, target: FileHandle): Promise<number> {
  const mappings = mappingsOf(readFileSync(`/proc/${process.pid}/maps`, "utf8"), path);
  if (mappings.length === 0) throw new Error(`process ${process.pid} does not map ${path}`);
  const pagemap = await open(`/proc/${process.pid}/pagemap`, "r");
  const memory = await open(`/proc/${process.pid}/mem`, "r");
  const buffer = Buffer.allocUnsafe(MAX_RUN_BYTES);
  let copied = 0;
  try {
    for (const { start, end, offset } of mappings) {
      for (const run of privateRuns(await entriesOf(pagemap, start, end))) {
        for (let at = run.first * PAGE; at < run.end * PAGE; at += MAX_RUN_BYTES) {
          const length = Math.min(MAX_RUN_BYTES, run.end * PAGE - at);
          const { bytesRead } = await memory.read(buffer, 0, length, start + at);
          if (bytesRead !== length) throw new Error(`read ${bytesRead} of ${length} bytes of process ${process.pid}`);
          await target.write(buffer, 0, length, offset + at);
          copied += length;
        }
      }
    }
    return copied;
  } finally {
    await pagemap.close();
    await memory.close();
  }
}

async function entriesOf(pagemap: FileHandle, start: number, end: number): Promise<Buffer> {
  const entries = Buffer.alloc(((end - start) / PAGE) * 8);
  let read = 0;
  while (read < entries.length) {
    const { bytesRead } = await pagemap.read(entries, read, entries.length - read, (start / PAGE) * 8 + read);
    if (bytesRead === 0) throw new Error("a pagemap ended early");
    read += bytesRead;
  }
  return entries;
}

/** Pages, counted from the mapping's begin, that lie together and are the process's own. */
export function* privateRuns(entries: Buffer): Generator<{ first: number; end: number }> {
  const pages = entries.length / 8;
  let first = -1;
  for (let page = 0; page <= pages; page += 1) {
    const flags = page < pages ? entries.readInt32LE(page * 8 + 4) : 0;
    const own = (flags & SWAPPED) !== 0 || ((flags & PRESENT) !== 0 && (flags & OF_FILE) === 0);
    if (own && first < 0) first = page;
    if (!own && first >= 0) {
      yield { first, end: page };
      first = -1;
    }
  }
}
