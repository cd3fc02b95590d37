import type { Machine, Sample, XrayGuest } from "../../lab-server/contract/xray.ts";
import { commandOf, type Word } from "./xray-command.ts";
import { bytes, rate, share, size } from "./xray-format.ts";
import type { LessonKey } from "./xray-lessons.ts";
import type { Part } from "./xray-part.ts";
import type { XrayStrings } from "./xray-strings.ts";

/** Name and value; both may be long. */
export type Fact = readonly [name: string, value: string];

export interface Description {
  readonly title: string;
  /** What it is, in a sentence or two. */
  readonly text: string;
  readonly facts: readonly Fact[];
  /** What to type on the host to be told the same; undefined where a name cannot be typed. */
  readonly command: string | undefined;
  readonly lesson: LessonKey;
}

/** A card is read at a glance; the table has the rest. */
const MOST_FACTS = 14;

/** What the card of a part says; undefined once the part is gone. */
export function describe(part: Part, machine: Machine, sample: Sample | undefined, words: XrayStrings): Description | undefined {
  const { kind, item = "" } = part;
  const say = (title: string, facts: readonly (Fact | undefined)[], lesson: LessonKey, ...command: Word[]): Description => ({
    title,
    text: words.about[kind],
    facts: facts.filter((fact) => fact !== undefined).slice(0, MOST_FACTS),
    command: commandOf(command),
    lesson,
  });
  const { facts, names } = words;
  const { host } = machine;
  switch (kind) {
    case "virsh":
      return say(names.virsh, [], "libvirt", "virsh uri");
    case "socket":
      return say(names.socket, machine.libvirt?.sockets.map((path, index) => [facts.layer(index + 1), path] as const) ?? [], "socket", "ls -l /run/libvirt/");
    case "daemon": {
      const { daemon, pid } = machine.libvirt ?? {};
      return say(
        names.daemon,
        [fact(facts.daemon, daemon), fact(facts.pid, pid)],
        "daemon",
        "systemctl --no-pager status",
        daemon === undefined ? "libvirtd" : { name: daemon },
      );
    }
    case "userSpace":
      return say(names.userSpace, [[facts.guests, String(running(machine).length)]], "rings", "ps -ef");
    case "kernel":
      return say(names.kernel, [[facts.kernel, host.kernel]], "rings", "uname -r");
    case "guestMode":
      return say(names.guestMode, [[facts.guests, String(running(machine).length)]], "modes", "lscpu | grep -i virtualization");
    case "kvm":
      return say(
        names.kvm,
        [fact(facts.module, host.module), host.nested === undefined ? undefined : [facts.nested, yesNo(host.nested, words)]],
        "kvm",
        "ls -l /dev/kvm; lsmod | grep kvm",
      );
    case "exits":
      return say(
        names.exits,
        [
          fact(facts.rate, sample?.host.exits === undefined ? undefined : rate(sample.host.exits)),
          ...(sample?.guests ?? []).map(({ name, exits }) => fact(name, exits === undefined ? undefined : rate(exits))),
        ],
        "exits",
        "grep . /sys/kernel/debug/kvm/*exits",
      );
    case "counter": {
      const counter = sample?.host.counters.find(({ name }) => name === item);
      const told = say(item, [[facts.rate, rate(counter?.rate ?? 0)]], "exits", "cat", { name: `/sys/kernel/debug/kvm/${item}` });
      return { ...told, text: counterText(item, words) };
    }
    case "processor":
      return say(
        names.processor,
        [[facts.processors, String(host.vcpus)], fact(facts.cpu, sample && share(sample.host.cpu)), fact(facts.module, host.module)],
        "processor",
        "lscpu",
      );
    case "hostMemory":
      return say(names.hostMemory, [[facts.memory, size(host.memoryMiB)], fact(facts.used, sample && size(sample.host.memoryUsedMiB))], "resident", "free -m");
    case "network": {
      const network = machine.networks.find(({ name }) => name === item);
      if (network === undefined) return undefined;
      return say(
        `${names.network} ${network.name}`,
        [
          [facts.active, yesNo(network.active, words)],
          fact(facts.bridge, network.bridge),
          fact(facts.address, network.address),
          fact(facts.forward, network.forward && (words.forwards[network.forward] ?? network.forward)),
        ],
        "network",
        "virsh net-dumpxml",
        { name: network.name },
      );
    }
    case "pool": {
      const pool = machine.pools.find(({ name }) => name === item);
      if (pool === undefined) return undefined;
      return say(
        `${names.pool} ${pool.name}`,
        [[facts.active, yesNo(pool.active, words)], [facts.type, pool.type], fact(facts.path, pool.path)],
        "pools",
        "virsh pool-info",
        { name: pool.name },
      );
    }
    default:
      return describeOfGuest(part, machine, sample, words, say);
  }
}

type Say = (title: string, facts: readonly (Fact | undefined)[], lesson: LessonKey, ...command: Word[]) => Description;

function describeOfGuest(
  { kind, guest: name, item }: Part,
  machine: Machine,
  sample: Sample | undefined,
  words: XrayStrings,
  say: Say,
): Description | undefined {
  const guest = machine.guests.find((one) => one.name === name);
  if (guest === undefined) return undefined;
  const moves = sample?.guests.find((one) => one.name === name);
  const { facts, names } = words;
  const self = { name: guest.name };
  const of = (kindName: string, which = ""): string => [kindName, which, "·", guest.name].filter((word) => word !== "").join(" ");
  const { process } = guest;
  switch (kind) {
    case "guest": {
      const told = say(
        guest.name,
        [
          [facts.state, stateWord(guest, words)],
          fact(facts.pid, process?.pid),
          fact(facts.user, process?.user),
          fact(facts.machine, process?.machine),
          fact(facts.accelerator, process?.accelerator),
          fact(facts.cpu, process && moves && share(moves.cpu)),
          [facts.persistent, yesNo(guest.persistent, words)],
          [facts.autostart, yesNo(guest.autostart, words)],
        ],
        process === undefined ? "definition" : "process",
        ...(process === undefined ? ["virsh dumpxml", self] : [`ps -o pid,user,pcpu,rss,comm -p ${process.pid}`]),
      );
      return process === undefined ? { ...told, text: words.definedOnly } : told;
    }
    case "vcpu": {
      const thread = guest.vcpus.threads.find(({ vcpu }) => String(vcpu) === item);
      if (thread === undefined || process === undefined) return undefined;
      const cpu = moves?.threads.find(({ tid }) => tid === thread.tid)?.cpu;
      return say(
        of(names.vcpu, String(thread.vcpu)),
        [[facts.tid, String(thread.tid)], [facts.pid, String(process.pid)], fact(facts.cpu, cpu === undefined ? undefined : share(cpu))],
        "thread",
        `ps -L -o tid,pcpu,comm -p ${process.pid}`,
      );
    }
    case "otherThreads":
      return process && say(of(names.otherThreads), [[facts.threads, String(guest.otherThreads)]], "process", `ps -L -o tid,pcpu,comm -p ${process.pid}`);
    case "memory": {
      const { maximumMiB, balloon } = guest.memory;
      const current = currentMemory(guest, moves?.balloonMiB);
      return say(
        of(names.memory),
        [
          [facts.current, size(current)],
          [facts.maximum, size(maximumMiB)],
          balloon ? [facts.balloon, size(Math.max(0, maximumMiB - current))] : undefined,
          fact(facts.resident, moves?.residentMiB === undefined ? undefined : size(moves.residentMiB)),
        ],
        "balloon",
        "virsh dommemstat",
        self,
      );
    }
    case "disk": {
      const disk = guest.disks.find(({ target }) => target === item);
      if (disk === undefined) return undefined;
      const top = disk.chain[0];
      const told = say(
        of(names.disk, disk.target),
        [
          ...disk.chain.map(({ path, format, allocatedMiB }, index): Fact => {
            const label = disk.chain.length === 1 ? facts.file : facts.layer(index + 1);
            return [label, [path, format, allocatedMiB === undefined ? "" : size(allocatedMiB)].filter((word) => word !== "").join(" · ")];
          }),
          fact(facts.virtual, top?.virtualMiB === undefined ? undefined : size(top.virtualMiB)),
          [facts.bus, disk.bus],
          fact(facts.read, moves?.readBytes === undefined ? undefined : bytes(moves.readBytes)),
          fact(facts.written, moves?.writtenBytes === undefined ? undefined : bytes(moves.writtenBytes)),
        ],
        "layers",
        ...(top === undefined ? ["virsh domblklist", self] : ["qemu-img info -U --backing-chain", { name: top.path }]),
      );
      return top === undefined ? { ...told, text: words.emptyDrive } : told;
    }
    case "nic":
    case "tap": {
      const nic = guest.nics.find(({ mac }) => mac === item);
      if (nic === undefined || (kind === "tap" && nic.tap === undefined)) return undefined;
      return say(
        of(kind === "tap" ? `${names.tap} ${nic.tap}` : names.nic, kind === "tap" ? "" : nic.model),
        [
          [facts.mac, nic.mac],
          [facts.model, nic.model],
          fact(facts.tap, nic.tap),
          fact(facts.bridge, nic.bridge),
          fact(facts.source, nic.source),
          fact(facts.received, moves?.receivedBytes === undefined ? undefined : bytes(moves.receivedBytes)),
          fact(facts.sent, moves?.sentBytes === undefined ? undefined : bytes(moves.sentBytes)),
        ],
        kind === "tap" ? "started" : "network",
        ...(kind === "tap" ? ["ip -d link show", { name: nic.tap ?? "" }] : ["virsh domiflist", self]),
      );
    }
    case "graphics": {
      const screen = guest.graphics[Number(item)];
      if (screen === undefined) return undefined;
      return say(
        of(screen.type.toUpperCase()),
        [fact(facts.listen, screen.listen), fact(facts.port, screen.port), fact(facts.socket, screen.socket)],
        "screen",
        "virsh domdisplay",
        self,
      );
    }
    case "console":
      if (guest.console === undefined) return undefined;
      return say(of(names.console), [[facts.terminal, guest.console]], "console", "virsh ttyconsole", self);
    case "monitor":
      if (process?.monitor === undefined) return undefined;
      return say(of(names.monitor), [[facts.socket, process.monitor]], "libvirt", "virsh qemu-monitor-command", self, "--hmp info status");
    case "machine":
      if (process === undefined) return undefined;
      return say(
        guest.name,
        [
          [facts.processors, String(guest.vcpus.threads.length)],
          [facts.memory, size(currentMemory(guest, moves?.balloonMiB))],
          fact(facts.exits, moves?.exits === undefined ? undefined : rate(moves.exits)),
        ],
        "modes",
        "virsh domstats",
        self,
        "--vcpu",
      );
    default:
      return undefined;
  }
}

/** What a guest has now: what its balloon leaves it while it runs, what is written in its definition otherwise. MiB. */
export function currentMemory(guest: XrayGuest, balloonMiB: number | undefined): number {
  return Math.min(guest.memory.maximumMiB, guest.process === undefined ? guest.memory.currentMiB : (balloonMiB ?? guest.memory.currentMiB));
}

export const running = (machine: Machine): readonly XrayGuest[] => machine.guests.filter(({ process }) => process !== undefined);

export const stateWord = ({ state }: XrayGuest, words: XrayStrings): string => words.states[state] ?? state;

/** A counter that the course has no sentence for is still one of KVM's counters. */
export function counterText(name: string, words: XrayStrings): string {
  return Object.hasOwn(words.counters, name) ? (words.counters[name] ?? "") : words.about.counter;
}

const fact = (name: string, value: string | number | undefined): Fact | undefined => (value === undefined || value === "" ? undefined : [name, String(value)]);
const yesNo = (value: boolean, words: XrayStrings): string => (value ? words.yes : words.no);
