import type { Machine, XrayGuest } from "../../lab-server/contract/xray.ts";
import { type Part, partKey } from "./xray-part.ts";

/** What is different in a machine, most telling first. `from` and `to` are numbers of threads, or MiB. */
export type Change =
  | { readonly kind: "started" | "stopped" | "paused" | "resumed" | "defined" | "undefined"; readonly guest: string }
  | { readonly kind: "vcpus" | "maximumVcpus" | "memory" | "maximumMemory"; readonly guest: string; readonly from: number; readonly to: number }
  | { readonly kind: "diskAdded" | "diskRemoved" | "layers"; readonly guest: string; readonly item: string }
  | { readonly kind: "nicAdded" | "nicRemoved"; readonly guest: string; readonly item: string }
  | { readonly kind: "networkStarted" | "networkStopped" | "poolStarted" | "poolStopped"; readonly item: string }
  | { readonly kind: "daemonGone" | "daemonBack" };

export interface Changes {
  readonly changes: readonly Change[];
  /** The parts that are new or different, by key. */
  readonly parts: ReadonlySet<string>;
}

/** What happened between two pictures of one machine. */
export function changesBetween(before: Machine, after: Machine): Changes {
  const changes: Change[] = [];
  const parts = new Set<string>();
  const mark = (...marked: Part[]): void => marked.forEach((part) => void parts.add(partKey(part)));

  if ((before.libvirt === undefined) !== (after.libvirt === undefined)) {
    changes.push({ kind: after.libvirt === undefined ? "daemonGone" : "daemonBack" });
    mark({ kind: "daemon" });
  }
  const old = new Map(before.guests.map((guest) => [guest.name, guest]));
  for (const guest of after.guests) {
    const was = old.get(guest.name);
    old.delete(guest.name);
    if (was === undefined) {
      changes.push({ kind: guest.process === undefined ? "defined" : "started", guest: guest.name });
      mark({ kind: "guest", guest: guest.name });
    } else changes.push(...guestChanges(was, guest, mark));
  }
  for (const guest of old.keys()) changes.push({ kind: "undefined", guest });
  changes.push(...switched(before.networks, after.networks, "network", mark), ...switched(before.pools, after.pools, "pool", mark));
  return { changes, parts };
}

type Mark = (...parts: Part[]) => void;

function guestChanges(was: XrayGuest, is: XrayGuest, mark: Mark): readonly Change[] {
  const guest = is.name;
  const changes: Change[] = [];
  const itself = (kind: "started" | "stopped" | "paused" | "resumed"): void => {
    changes.push({ kind, guest });
    mark({ kind: "guest", guest });
  };
  if (was.process?.pid !== is.process?.pid) itself(is.process === undefined ? "stopped" : "started");
  else if (was.state !== is.state && is.process !== undefined) {
    if (is.state === "paused") itself("paused");
    else if (was.state === "paused") itself("resumed");
  }
  const sameRun = was.process !== undefined && was.process.pid === is.process?.pid;
  const [from, to] = sameRun ? [was.vcpus.threads.length, is.vcpus.threads.length] : [was.vcpus.current, is.vcpus.current];
  // A guest that starts has all its threads anew; that it started is news enough.
  if (from !== to && (sameRun || is.process === undefined)) changes.push({ kind: "vcpus", guest, from, to });
  if (sameRun) {
    const known = new Set(was.vcpus.threads.map(({ tid }) => tid));
    for (const { vcpu, tid } of is.vcpus.threads) if (!known.has(tid)) mark({ kind: "vcpu", guest, item: String(vcpu) });
  }
  if (was.vcpus.maximum !== is.vcpus.maximum) changes.push({ kind: "maximumVcpus", guest, from: was.vcpus.maximum, to: is.vcpus.maximum });
  if (was.memory.currentMiB !== is.memory.currentMiB && (sameRun || is.process === undefined)) {
    changes.push({ kind: "memory", guest, from: was.memory.currentMiB, to: is.memory.currentMiB });
    mark({ kind: "memory", guest });
  }
  if (was.memory.maximumMiB !== is.memory.maximumMiB) {
    changes.push({ kind: "maximumMemory", guest, from: was.memory.maximumMiB, to: is.memory.maximumMiB });
    mark({ kind: "memory", guest });
  }
  const disks = new Map(was.disks.map((disk) => [disk.target, disk]));
  for (const { target, chain } of is.disks) {
    const disk = disks.get(target);
    disks.delete(target);
    const same = disk !== undefined && files(disk.chain) === files(chain);
    if (same) continue;
    changes.push({ kind: disk === undefined ? "diskAdded" : "layers", guest, item: target });
    mark({ kind: "disk", guest, item: target });
  }
  for (const item of disks.keys()) changes.push({ kind: "diskRemoved", guest, item });
  const nics = new Set(was.nics.map(({ mac }) => mac));
  for (const { mac } of is.nics) {
    if (nics.delete(mac)) continue;
    changes.push({ kind: "nicAdded", guest, item: mac });
    mark({ kind: "nic", guest, item: mac });
  }
  for (const item of nics) changes.push({ kind: "nicRemoved", guest, item });
  return changes;
}

/** Sizes move all the time; which files there are does not. */
const files = (chain: readonly { readonly path: string }[]): string => JSON.stringify(chain.map(({ path }) => path));

interface Switch {
  readonly name: string;
  readonly active: boolean;
}

function switched(before: readonly Switch[], after: readonly Switch[], kind: "network" | "pool", mark: Mark): readonly Change[] {
  const was = new Map(before.map(({ name, active }) => [name, active]));
  const is = new Map(after.map(({ name, active }) => [name, active]));
  const changes: Change[] = [];
  for (const item of new Set([...was.keys(), ...is.keys()])) {
    const [old = false, now = false] = [was.get(item), is.get(item)];
    if (was.get(item) === is.get(item)) continue;
    mark({ kind, item });
    if (old !== now) changes.push({ kind: `${kind}${now ? "Started" : "Stopped"}`, item });
  }
  return changes;
}
