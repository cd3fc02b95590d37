import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { HostBackend, HostCost } from "./backend.ts";

/** What is left to the node itself: the server, the page cache of the templates, and whoever logs in to look. */
const KEPT_FOR_THE_NODE_MIB = 1024;
const SHARE_OF_MEMORY = 0.85;
/** Hosts are idle most of the time, and frozen when nobody looks: more vCPUs than cores harm nobody. */
const VCPUS_PER_CORE = 8;

/** The room for hosts on a machine with this much available memory and this many cores. */
export function budgetFromMachine(memoryAvailableMiB: number, cores: number): HostCost {
  return {
    memoryMiB: Math.max(0, Math.floor(memoryAvailableMiB * SHARE_OF_MEMORY - KEPT_FOR_THE_NODE_MIB)),
    vcpus: cores * VCPUS_PER_CORE,
  };
}

/** What this machine has now: available memory in MiB, and the cores that this process may use. */
export function readMachine(): { memoryAvailableMiB: number; cores: number } {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
  return { memoryAvailableMiB: Math.floor(Number(found?.[1] ?? 0) / 1024), cores: availableParallelism() };
}

/** How many hosts in the dearest of some starting states run side by side within a limit. One that is not made yet costs what the others do. */
export function hostsThatFit(backend: Pick<HostBackend, "templates" | "cost">, limit: HostCost): (templates: readonly string[]) => number {
  return (wanted) => {
    const made = backend.templates.filter((template) => wanted.includes(template));
    const costs = (made.length > 0 ? made : backend.templates).map((template) => backend.cost(template));
    return Math.min(...costs.map(({ memoryMiB, vcpus }) => Math.floor(Math.min(limit.memoryMiB / memoryMiB, limit.vcpus / vcpus))));
  };
}

/**
 * Counts what hosts may cost at most, from before they are made until nothing is left of them.
 * Invariant: nothing is reserved beyond the limit. Only hosts that already exist, left by an earlier
 * server, may stand above it; then nothing more is reserved until enough of them have ended.
 */
export class Budget {
  readonly limit: HostCost;
  #memoryMiB = 0;
  #vcpus = 0;

  constructor(limit: HostCost) {
    this.limit = limit;
  }

  get used(): HostCost {
    return { memoryMiB: this.#memoryMiB, vcpus: this.#vcpus };
  }

  /** Whether there is room now. */
  fits(cost: HostCost): boolean {
    return this.fitsOnce(cost, []);
  }

  /** Whether there will be room once the `leaving` have handed back what they hold. */
  fitsOnce(cost: HostCost, leaving: readonly HostCost[]): boolean {
    const memoryMiB = leaving.reduce((sum, part) => sum - part.memoryMiB, this.#memoryMiB + cost.memoryMiB);
    const vcpus = leaving.reduce((sum, part) => sum - part.vcpus, this.#vcpus + cost.vcpus);
    return memoryMiB <= this.limit.memoryMiB && vcpus <= this.limit.vcpus;
  }

  /** Whether there would be room if nothing else ran. */
  canEverFit(cost: HostCost): boolean {
    return cost.memoryMiB <= this.limit.memoryMiB && cost.vcpus <= this.limit.vcpus;
  }

  /** Takes room, and gives the way to hand it back (idempotent); undefined when there is none. */
  reserve(cost: HostCost): (() => void) | undefined {
    return this.fits(cost) ? this.hold(cost) : undefined;
  }

  /** Counts what is there already, room or not. */
  hold(cost: HostCost): () => void {
    this.#memoryMiB += cost.memoryMiB;
    this.#vcpus += cost.vcpus;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#memoryMiB -= cost.memoryMiB;
      this.#vcpus -= cost.vcpus;
    };
  }
}
