import type { Sample } from "../contract/xray.ts";
import { all, attribute, one, whole } from "./definition.ts";
import { knownGuests } from "./guests.ts";
import type { HostFacts } from "./host-facts.ts";
import { cut } from "./machine.ts";

const MOST_COUNTERS = 64;
const MOST_GUESTS = 64;
const MOST_THREADS = 64;
const MOST_FIELDS = 400;
const KIB_PER_MIB = 1024;
const NS = 1e9;
/** Of the fields of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal; what guests use is a part of user. */
const CPU_FIELDS = 8;
const IDLE_FIELDS = [3, 4];

/** What has been used so far, as the host counts it (lab-host/host/programs/watch-guests.c). */
interface Reading {
  readonly ns: number;
  readonly usedKiB: number;
  cpu: number[];
  readonly counters: Map<string, number>;
  readonly devices: Map<string, { received: number; sent: number }>;
  readonly guests: Map<string, GuestReading>;
}

interface GuestReading {
  readonly pid: number;
  readonly exits: number | undefined;
  readonly residentKiB: number;
  readonly read: number;
  readonly written: number;
  readonly threads: ReadonlyMap<number, number>;
}

/** Makes rates of readings: what came between one and the next, per second. */
export class Rates {
  #before: Reading | undefined;
  #now: Reading | undefined;

  /** Takes one line. Gives a sample when a reading is complete and there was one before. */
  hear(line: string, facts: HostFacts, at: Date): Sample | undefined {
    const [type, ...fields] = line.split("\t", MOST_FIELDS);
    if (type === "sample") {
      const [ns = 0, total = 0, available = 0] = fields.map(count);
      this.#now = { ns, usedKiB: Math.max(0, total - available), cpu: [], counters: new Map(), devices: new Map(), guests: new Map() };
    }
    const now = this.#now;
    if (now === undefined) return undefined;
    if (type === "cpu") now.cpu = fields.slice(0, CPU_FIELDS).map(count);
    if (type === "kvm") for (const [name = "", value] of groupsOf(fields, 2)) if (now.counters.size < MOST_COUNTERS) now.counters.set(cut(name), count(value));
    if (type === "net")
      for (const [device = "", received, sent] of groupsOf(fields, 3)) now.devices.set(device, { received: count(received), sent: count(sent) });
    if (type === "guest" && now.guests.size < MOST_GUESTS) readGuest(fields, now);
    if (type !== "end") return undefined;
    const before = this.#before;
    this.#before = now;
    this.#now = undefined;
    return before === undefined || now.ns <= before.ns ? undefined : sample(before, now, facts, at);
  }
}

function readGuest([name = "", pid, exits, resident, read, written, ...threads]: readonly string[], now: Reading): void {
  now.guests.set(name, {
    pid: count(pid),
    exits: exits === "" ? undefined : count(exits),
    residentKiB: count(resident),
    read: count(read),
    written: count(written),
    threads: new Map(
      groupsOf(threads, 2)
        .slice(0, MOST_THREADS)
        .map(([tid, ns]) => [count(tid), count(ns)]),
    ),
  });
}

function sample(before: Reading, now: Reading, facts: HostFacts, at: Date): Sample {
  const seconds = (now.ns - before.ns) / NS;
  /** Something may have ended meanwhile, or begun anew: what then seems to be less than nothing is nothing. */
  const rate = (after: number, earlier: number): number => round(Math.max(0, after - earlier) / seconds);
  const ticks = now.cpu.map((value, index) => Math.max(0, value - (before.cpu[index] ?? value)));
  const all = ticks.reduce((sum, value) => sum + value, 0);
  const idle = IDLE_FIELDS.reduce((sum, index) => sum + (ticks[index] ?? 0), 0);
  const vcpus = whole(facts.list("host")[2]) ?? 1;
  const counters = [...now.counters]
    .flatMap(([name, value]) => (name === "exits" || !before.counters.has(name) ? [] : [{ name, rate: rate(value, before.counters.get(name) ?? value) }]))
    .filter((counter) => counter.rate > 0)
    .sort((a, b) => b.rate - a.rate);
  const exits = now.counters.get("exits");
  const guests = guestFacts(facts);
  return {
    type: "sample",
    at: at.toISOString(),
    host: {
      cpu: all === 0 ? 0 : round(((all - idle) / all) * vcpus),
      memoryUsedMiB: Math.round(now.usedKiB / KIB_PER_MIB),
      ...(exits !== undefined && { exits: rate(exits, before.counters.get("exits") ?? exits) }),
      counters,
    },
    guests: [...now.guests].flatMap(([name, guest]) => {
      const earlier = before.guests.get(name);
      if (earlier === undefined || earlier.pid !== guest.pid) return [];
      const threads = [...guest.threads].map(([tid, ns]) => ({ tid, cpu: rate(ns / NS, (earlier.threads.get(tid) ?? ns) / NS) }));
      const { balloonMiB, taps = [] } = guests.get(name) ?? {};
      /** What the host sends into a tap is what the guest receives. */
      const traffic = (which: "received" | "sent"): number =>
        round(taps.reduce((sum, tap) => sum + rate(now.devices.get(tap)?.[which] ?? 0, before.devices.get(tap)?.[which] ?? 0), 0));
      return {
        name: cut(name),
        cpu: round(threads.reduce((sum, { cpu }) => sum + cpu, 0)),
        threads,
        ...(guest.exits !== undefined && { exits: rate(guest.exits, earlier.exits ?? guest.exits) }),
        ...(balloonMiB !== undefined && { balloonMiB }),
        residentMiB: Math.round(guest.residentKiB / KIB_PER_MIB),
        readBytes: rate(guest.read, earlier.read),
        writtenBytes: rate(guest.written, earlier.written),
        receivedBytes: traffic("sent"),
        sentBytes: traffic("received"),
      };
    }),
  };
}

/** Of each guest that runs: what its balloon leaves it, and its taps. */
function guestFacts(facts: HostFacts): Map<string, { balloonMiB: number | undefined; taps: string[] }> {
  return new Map(
    knownGuests(facts)
      .filter(({ status }) => status !== undefined)
      .map(({ name, domain }) => {
        const kib = whole(one(domain, "currentMemory")?.text);
        const taps = all(domain, "devices", "interface", "target").flatMap((target) => attribute(target, "dev") ?? []);
        return [name, { balloonMiB: kib === undefined || kib < 0 ? undefined : Math.round(kib / KIB_PER_MIB), taps }];
      }),
  );
}

/** A count, which is never negative; what is none is 0. */
const count = (text: string | undefined): number => (text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : 0);
const round = (value: number): number => Math.round(value * 1_000) / 1_000;

function groupsOf(fields: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.floor(fields.length / size) }, (_, index) => fields.slice(index * size, (index + 1) * size));
}
