import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Text } from "../../contract/locale.ts";
import type { Probe } from "../check.ts";
import { shellWord } from "../compose.ts";
import { FactUnknown } from "../fact.ts";

const SCRIPT = readFileSync(new URL("guest-facts.py", import.meta.url), "utf8");

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
 * Memory is in MiB, with fractions where the balloon stands between two.
 */
export interface GuestFacts {
  readonly name: string;
  readonly state: GuestState;
  /** libvirt: vCPUs of the running guest, its maximum, and what the definition gives at the next start. */
  readonly liveVcpus: number;
  readonly maximumVcpus: number;
  readonly configVcpus: number;
  /** QEMU: vCPUs that exist in the machine. */
  readonly qemuVcpus: number;
  /** Guest: CPUs that its kernel uses. */
  readonly guestOnlineCpus: number;
  /** Guest: changes with every boot of its kernel. */
  readonly bootId: string;
  readonly qemuProcess: QemuProcess;
  /** QEMU: what the balloon leaves to the guest. */
  readonly balloonMiB: number;
  /** libvirt: the same, its maximum, and what the definition gives at the next start. */
  readonly libvirtMiB: number;
  readonly maximumMiB: number;
  readonly configMiB: number;
  /** Guest: MemTotal, which is less than it was given by what its kernel keeps for itself. */
  readonly guestTotalMiB: number;
}

const WITNESSES = ["libvirt", "qemu", "agent", "host"] as const;
type Witness = (typeof WITNESSES)[number];

const answerSchema = z.object({
  facts: z.object({
    state: z.enum(GUEST_STATES),
    liveVcpus: z.int(),
    maximumVcpus: z.int(),
    configVcpus: z.int(),
    qemuVcpus: z.int(),
    guestOnlineCpus: z.int(),
    bootId: z.string().min(1),
    qemuProcess: z.object({ pid: z.int(), startTicks: z.int() }),
    balloonBytes: z.int(),
    libvirtKiB: z.int(),
    maximumKiB: z.int(),
    configKiB: z.int(),
    guestTotalKiB: z.int(),
  }).partial(),
  silent: z.partialRecord(z.enum(WITNESSES), z.string()),
});
type Raw = z.infer<typeof answerSchema>;

const fromKiB = (kib: number | undefined): number | undefined => (kib === undefined ? undefined : kib / 1024);
const fromBytes = (bytes: number | undefined): number | undefined => (bytes === undefined ? undefined : bytes / 1024 / 1024);

/** Each field: who tells it, and how it is found in the answer. The only place where units are converted. */
const FIELDS: { readonly [K in Exclude<keyof GuestFacts, "name">]: readonly [Witness, (raw: Raw["facts"]) => GuestFacts[K] | undefined] } = {
  state: ["libvirt", (raw) => raw.state],
  liveVcpus: ["libvirt", (raw) => raw.liveVcpus],
  maximumVcpus: ["libvirt", (raw) => raw.maximumVcpus],
  configVcpus: ["libvirt", (raw) => raw.configVcpus],
  qemuVcpus: ["qemu", (raw) => raw.qemuVcpus],
  guestOnlineCpus: ["agent", (raw) => raw.guestOnlineCpus],
  bootId: ["agent", (raw) => raw.bootId],
  qemuProcess: ["host", (raw) => raw.qemuProcess],
  balloonMiB: ["qemu", (raw) => fromBytes(raw.balloonBytes)],
  libvirtMiB: ["libvirt", (raw) => fromKiB(raw.libvirtKiB)],
  maximumMiB: ["libvirt", (raw) => fromKiB(raw.maximumKiB)],
  configMiB: ["libvirt", (raw) => fromKiB(raw.configKiB)],
  guestTotalMiB: ["agent", (raw) => fromKiB(raw.guestTotalKiB)],
};

function silence(witness: Witness, name: string): Text {
  switch (witness) {
    case "agent":
      return {
        en: `The agent inside ${name} does not answer, so the check cannot see into the guest. If the guest is still starting, wait a little and check again.`,
        "zh-cn": `${name} 里的客户机代理没有回答,检查程序看不到客户机内部。如果客户机还在启动,请稍等再检查。`,
      };
    case "qemu":
      return {
        en: `QEMU of ${name} does not answer on its monitor. Wait until running commands have ended and check again.`,
        "zh-cn": `${name} 的 QEMU 监视器没有回答。请等正在运行的命令结束后再检查。`,
      };
    case "libvirt":
      return {
        en: "libvirt on the host does not answer. See `systemctl status libvirtd`, then check again.",
        "zh-cn": "宿主机上的 libvirt 没有回答。请看 `systemctl status libvirtd`,然后再检查。",
      };
    case "host":
      return {
        en: `The host does not say which process ${name} is. Try again; if it happens again, reset the host.`,
        "zh-cn": `宿主机没有说明 ${name} 是哪个进程。请重试;如果再次出现,请重置宿主机。`,
      };
  }
}

/** Reads what `guest-facts.py` printed. Throws when it is not that at all. */
export function readGuestFacts(name: string, output: string): GuestFacts {
  const raw = answerSchema.parse(JSON.parse(output));
  const facts = { name };
  for (const [field, [witness, find]] of Object.entries(FIELDS)) {
    Object.defineProperty(facts, field, {
      enumerable: true,
      get(): unknown {
        const value = find(raw.facts);
        if (value !== undefined) return value;
        throw new FactUnknown(silence(witness, name), `${name}: ${field} unknown: ${raw.silent[witness] ?? `not given while ${raw.facts.state ?? "the state is unknown"}`}`);
      },
    });
  }
  return facts as GuestFacts;
}

function script(name: string, part: "all" | "run"): string {
  return `exec python3 -sE -c ${shellWord(SCRIPT)} ${shellWord(name)} ${part}`;
}

/**
 * Everything about one guest, from one process in the host (see `guest-facts.py` beside this file).
 * @param name of a guest that need not exist
 */
export function guest(name: string): Probe<GuestFacts> {
  return { script: script(name, "all"), read: (output) => readGuestFacts(name, output) };
}

/** What makes a running guest the one it was at the start. */
export interface GuestRun {
  readonly bootId: string;
  readonly qemuProcess: QemuProcess;
}

/** For a baseline: which run of the guest this is. Unknown as a whole unless every part is known. */
export function guestRun(name: string): Probe<GuestRun> {
  return {
    script: script(name, "run"),
    read(output) {
      const { bootId, qemuProcess } = readGuestFacts(name, output);
      return { bootId, qemuProcess };
    },
  };
}
