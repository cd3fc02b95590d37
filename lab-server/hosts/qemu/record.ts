import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { bootId } from "./boot.ts";
import { type HostFiles, hostsFolder } from "./files.ts";

/** What a later server must know to take a host over. Holds the key to the host: mode 0600, and not in QEMU's folder. */
export const recordSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  template: z.string(),
  accelerator: z.strictObject({
    kind: z.enum(["kvm", "tcg"]),
    forced: z.boolean(),
    reason: z.enum(["works", "no-device", "start-failed", "no-nesting", "unsafe-kernel", "forced"]),
  }),
  vcpus: z.number().int(),
  memoryMiB: z.number().int(),
  uid: z.number().int().optional(),
  /** The group that may read what it runs from. */
  gid: z.number().int().optional(),
  /** The folder of the template or saved host that it runs from. */
  base: z.string().optional(),
  /** The node's run in which it was started; see `bootId`. */
  boot: z.string().optional(),
  process: z.strictObject({ pid: z.number().int(), startTime: z.number().int() }).optional(),
  /** Present once the host can be reached. */
  access: z.strictObject({ port: z.number().int(), clientKey: z.string(), hostKey: z.string() }).optional(),
});
export type HostRecord = z.infer<typeof recordSchema>;

/** Whether the node has been started again since: then nothing of the host runs, and its process number may be anybody's. */
export function ranBeforeBoot(record: HostRecord, boot = bootId()): boolean {
  return record.boot !== undefined && record.boot !== boot;
}

export function writeRecord(files: HostFiles, record: HostRecord): void {
  const next = `${files.record}.new`;
  writeFileSync(next, JSON.stringify(record), { mode: 0o600 });
  renameSync(next, files.record);
}

/** The record of a host; undefined when there is none that can be read. */
export function readRecord(files: HostFiles): HostRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(files.record, "utf8")));
  } catch {
    return undefined;
  }
}

/** The ids of all hosts that have a folder or a record, whole or not. */
export function recordedHosts(stateDir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(hostsFolder(stateDir));
  } catch {
    return [];
  }
  const ids = names.map((name) => name.replace(/\.json(\.new)?$/, "")).filter((name) => /^[a-z0-9]{12}$/.test(name));
  return [...new Set(ids)];
}
