import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Text } from "../../contract/locale.ts";
import type { Probe } from "../check.ts";
import { FactUnknown } from "../fact.ts";
import { cpuDisagreements, memoryDisagreements } from "../witnesses.ts";

const SCRIPT = readFileSync(new URL("guest-facts.sh", import.meta.url), "utf8");

/** `absent`: libvirt knows no guest of this name. Only a `running` guest has anything live to tell. */
export const GUEST_STATES = ["running", "paused", "shutting-down", "shut-off", "crashed", "suspended", "absent", "unknown"] as const;
export type GuestState = (typeof GUEST_STATES)[number];

/** Which process a guest is: another pid, or the same pid with another start, is another run. */
export interface QemuProcess {
  readonly pid: number;
  /** Clock ticks from the host's boot to the start of the process. */
  readonly startTicks: number;
}

/**
 * What three witnesses say about one guest: libvirt, QEMU over its monitor, and the guest through its agent.
 * Each field is known or unknown by itself: reading one that its witness did not give throws `FactUnknown`.
 */
export interface GuestFacts {
  readonly name: string;
  readonly state: GuestState;
  /** Guest: changes with every boot of its kernel. */
  readonly bootId: string;
  readonly qemuProcess: QemuProcess;
}

export interface GuestCpus extends GuestFacts {
  /** libvirt: vCPUs of the running guest, and what the definition gives at the next start. */
  readonly liveVcpus: number;
  readonly configVcpus: number;
  /** QEMU: vCPUs that exist in the machine. */
  readonly qemuVcpus: number;
  /** Guest: CPUs that its kernel uses. */
  readonly guestOnlineCpus: number;
}

/** In MiB, with fractions where the balloon stands between two. */
export interface GuestMemory extends GuestFacts {
  /** QEMU: what the balloon leaves to the guest. */
  readonly balloonMiB: number;
  /** libvirt: the same, and what the definition gives at the next start. */
  readonly liveMiB: number;
  readonly configMiB: number;
  /** Guest: MemTotal, which is less than it was given by what its kernel keeps for itself. */
  readonly guestTotalMiB: number;
}

type Witness = "libvirt" | "qemu" | "agent" | "host";

/** What stands behind each mark, by the mark's name. A later answer replaces an earlier one. */
type Marked = Readonly<Record<string, string>>;

function readMarks(output: string): Marked {
  const marked: Record<string, string> = Object.create(null);
  const marks = [...output.matchAll(/@([A-Za-z]+)@/g)];
  for (const [index, mark] of marks.entries()) {
    marked[mark[1] ?? ""] = output.slice(mark.index + mark[0].length, marks[index + 1]?.index).trim();
  }
  return marked;
}

/** An answer, or the reason that there is none. virsh begins its complaints with `error:`; its last words stand after all marks. */
function answerTo(marked: Marked, name: string): string {
  const answer = marked[name] ?? marked.end;
  if (answer === undefined || answer === "") throw new Error("no answer");
  if (answer.startsWith("error:")) throw new Error(answer.slice("error:".length).trim());
  return answer;
}

const whole = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);

/** The number at a place of an answer that is nothing but numbers. */
function numberAt(marked: Marked, name: string, place = 0): number {
  const number = answerTo(marked, name)
    .split(/\s+/)
    .map((word) => whole.parse(word))[place];
  if (number === undefined) throw new Error(`expected at least ${place + 1} numbers`);
  return number;
}

const fileSchema = z.object({ return: z.object({ "buf-b64": z.string() }) });

function fileText(marked: Marked, name: string): string {
  return Buffer.from(fileSchema.parse(JSON.parse(answerTo(marked, name))).return["buf-b64"], "base64").toString("utf8");
}

function firstMatch(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`expected ${pattern.source}`);
  return found;
}

const STATES: Readonly<Record<string, GuestState>> = {
  running: "running",
  idle: "running",
  paused: "paused",
  "in shutdown": "shutting-down",
  "shut off": "shut-off",
  crashed: "crashed",
  pmsuspended: "suspended",
};

function readState(marked: Marked, name: string): GuestState {
  // An empty list is an answer: a host without guests.
  const names = marked.names === "" ? [] : answerTo(marked, "names").split("\n");
  if (!names.includes(name)) return "absent";
  return STATES[answerTo(marked, "state")] ?? "unknown";
}

const KIB = 1024;
const cpusSchema = z.array(z.object({ "cpu-index": z.int() }));
const balloonSchema = z.object({ actual: z.int().nonnegative() });

/** Each field: who tells it, and how it is read. */
type Fields<F> = { readonly [K in Exclude<keyof F, "name">]: readonly [Witness, (marked: Marked, name: string) => F[K]] };

const RUN: Fields<GuestFacts> = {
  state: ["libvirt", readState],
  bootId: ["agent", (marked) => firstMatch(/^([0-9a-f-]{36})\n$/, fileText(marked, "bootId"))],
  qemuProcess: ["host", (marked) => ({ pid: numberAt(marked, "process"), startTicks: numberAt(marked, "process", 1) })],
};

const CPUS: Fields<GuestCpus> = {
  ...RUN,
  liveVcpus: ["libvirt", (marked) => numberAt(marked, "liveVcpus")],
  configVcpus: ["libvirt", (marked) => numberAt(marked, "configVcpus")],
  qemuVcpus: ["qemu", (marked) => cpusSchema.parse(JSON.parse(answerTo(marked, "cpus"))).length],
  guestOnlineCpus: ["agent", (marked) => numberAt(marked, "guestOnline")],
};

/** The only place where units are converted: libvirt counts in KiB, QEMU in bytes, the guest's kernel in KiB that it calls kB. */
const MEMORY: Fields<GuestMemory> = {
  ...RUN,
  balloonMiB: ["qemu", (marked) => balloonSchema.parse(JSON.parse(answerTo(marked, "balloon"))).actual / KIB / KIB],
  liveMiB: ["libvirt", (marked) => numberAt(marked, "liveMemory") / KIB],
  configMiB: ["libvirt", (marked) => numberAt(marked, "configMemory") / KIB],
  guestTotalMiB: ["agent", (marked) => Number(firstMatch(/^MemTotal: +(\d+) kB$/m, fileText(marked, "memInfo"))) / KIB],
};

function silence(witness: Witness, name: string): Text {
  switch (witness) {
    case "agent":
      return {
        en: `The agent inside ${name} does not answer, so the check cannot see into the guest. If the guest is still starting, wait a little and check again.`,
        "zh-cn": `${name} 里的客户机代理没有回答，检查程序看不到客户机内部。如果客户机还在启动，请稍等再检查。`,
      };
    case "qemu":
      return {
        en: `QEMU of ${name} does not answer on its monitor. Wait until running commands have ended and check again.`,
        "zh-cn": `${name} 的 QEMU 监视器没有回答。请等正在运行的命令结束后再检查。`,
      };
    case "libvirt":
      return {
        en: "libvirt on the host does not answer. See `systemctl status libvirtd`, then check again.",
        "zh-cn": "宿主机上的 libvirt 没有回答。请看 `systemctl status libvirtd`，然后再检查。",
      };
    case "host":
      return {
        en: `The host does not say which process ${name} is. Try again; if it happens again, reset the host.`,
        "zh-cn": `宿主机没有说明 ${name} 是哪个进程。请重试；如果再次出现，请重置宿主机。`,
      };
  }
}

/** Reads what `guest-facts.sh` printed about a guest. Never throws: an output that says nothing leaves all unknown. */
function readFacts<F extends GuestFacts>(fields: Fields<F>, name: string, output: string): F {
  const marked = readMarks(output);
  const facts = { name };
  for (const [field, [witness, read]] of Object.entries<readonly [Witness, (marked: Marked, name: string) => unknown]>(fields)) {
    Object.defineProperty(facts, field, {
      enumerable: true,
      get(): unknown {
        try {
          return read(marked, name);
        } catch (thrown) {
          const why = thrown instanceof Error ? thrown.message : String(thrown);
          throw new FactUnknown(silence(witness, name), `${name}: ${field} unknown: ${why}`);
        }
      },
    });
  }
  return facts as F;
}

/** Names that need no quotes, neither for the shell nor for virsh. */
const GUEST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

function script(name: string, part: "cpus" | "memory" | "run"): string {
  if (!GUEST_NAME.test(name)) throw new TypeError(`guest name: expected letters, digits, dot, hyphen and underscore, found ${JSON.stringify(name)}`);
  return `set -- ${name} ${part}\n${SCRIPT}`;
}

/**
 * The CPUs of a guest, its state and which run of it this is, from one virsh in the host (see `guest-facts.sh`).
 * @param name of a guest that need not exist
 */
export function guestCpus(name: string): Probe<GuestCpus> {
  return { script: script(name, "cpus"), read: (output) => readFacts(CPUS, name, output), disagreements: cpuDisagreements };
}

/** The memory of a guest, likewise. */
export function guestMemory(name: string): Probe<GuestMemory> {
  return { script: script(name, "memory"), read: (output) => readFacts(MEMORY, name, output), disagreements: memoryDisagreements };
}

/** What makes a running guest the one it was at the start. */
export type GuestRun = Pick<GuestFacts, "bootId" | "qemuProcess">;

/** For a baseline: which run of the guest this is. Unknown as a whole unless every part is known. */
export function guestRun(name: string): Probe<GuestRun> {
  return {
    script: script(name, "run"),
    read(output) {
      const { bootId, qemuProcess } = readFacts(RUN, name, output);
      return { bootId, qemuProcess };
    },
  };
}
