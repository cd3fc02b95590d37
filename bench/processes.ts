import { readFileSync } from "node:fs";
import { hostFiles } from "../lab-server/hosts/qemu/files.ts";
import { type HostRecord, readRecord, recordedHosts } from "../lab-server/hosts/qemu/record.ts";

/** The hosts of a server that can be reached, by its state folder. */
export function reachableHosts(stateDir: string): HostRecord[] {
  return recordedHosts(stateDir)
    .map((id) => readRecord(hostFiles(stateDir, id)))
    .filter((record) => record?.access !== undefined && record.process !== undefined) as HostRecord[];
}

/** Memory of a process with its share of what it shares, MiB (proc_pid_smaps(5), Pss). */
export function pssMiB(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024;
}

/** CPU time of a process so far, ms; a tick is 10 ms on Linux (proc_pid_stat(5)). */
export function cpuMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    // It ended between the question and the answer.
    return Number.NaN;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Waits until `count` hosts are there and none of them computes: the pool is full and frozen. */
export async function poolAtRest(stateDir: string, count: number, ms = 120_000): Promise<void> {
  const deadline = performance.now() + ms;
  for (;;) {
    const hosts = reachableHosts(stateDir);
    const before = hosts.map(({ process }) => cpuMs(process?.pid ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const after = hosts.map(({ process }) => cpuMs(process?.pid ?? 0));
    if (hosts.length >= count && before.every((value, index) => after[index] === value)) return;
    if (performance.now() > deadline) throw new Error(`the pool was not at rest within ${ms} ms`);
  }
}
