import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Probe } from "../check.ts";
import { shellWord } from "../compose.ts";
import { FactUnknown } from "../fact.ts";
import { REASONS } from "../texts.ts";
import type { GuestState } from "./guest.ts";
import { Xml } from "./xml.ts";

const SCRIPT = readFileSync(new URL("libvirt-facts.py", import.meta.url), "utf8");

/** A guest as libvirt knows it. `live` is there while it runs, `config` while it is persistent. */
export interface LibvirtGuest {
  readonly name: string;
  readonly uuid: string;
  /** Another one after each start; -1 while it is off. */
  readonly id: number;
  readonly state: GuestState;
  /** virDomainState's reason as its number, for `SHUT_OFF_REASONS` and the like (libvirt-domain.h). */
  readonly reason: number;
  readonly persistent: boolean;
  readonly autostart: boolean;
  /** Whether a managed save waits for its next start. */
  readonly saved: boolean;
  readonly live: Xml | undefined;
  readonly config: Xml | undefined;
  /** What the balloon leaves to it, MiB; undefined while it is off. */
  readonly balloonMiB: number | undefined;
  readonly snapshots: readonly string[];
}

export interface Lease {
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
}

export interface LibvirtNetwork {
  readonly name: string;
  readonly active: boolean;
  readonly persistent: boolean;
  readonly autostart: boolean;
  readonly live: Xml | undefined;
  readonly config: Xml | undefined;
  readonly leases: readonly Lease[];
}

export interface LibvirtPool {
  readonly name: string;
  readonly active: boolean;
  readonly persistent: boolean;
  readonly autostart: boolean;
  readonly xml: Xml;
  readonly volumes: readonly { readonly name: string; readonly path: string; readonly xml: Xml }[];
}

/** What a shell command printed inside a guest. */
export interface GuestAnswer {
  readonly status: number;
  readonly output: string;
}

/** Everything that libvirt knows at one moment, and the answers of QEMU and of guests that were asked for. */
export class LibvirtFacts {
  readonly guests: readonly LibvirtGuest[];
  readonly networks: readonly LibvirtNetwork[];
  readonly pools: readonly LibvirtPool[];
  readonly #answers: z.infer<typeof answerSchema>;

  constructor(answers: z.infer<typeof answerSchema>) {
    this.#answers = answers;
    this.guests = answers.guests;
    this.networks = answers.networks;
    this.pools = answers.pools;
  }

  guest(name: string): LibvirtGuest | undefined {
    return this.guests.find((one) => one.name === name);
  }

  /** Its state, for `notRunning`; `absent` when libvirt knows no such guest. */
  state(name: string): { readonly name: string; readonly state: GuestState } {
    return { name, state: this.guest(name)?.state ?? "absent" };
  }

  network(name: string): LibvirtNetwork | undefined {
    return this.networks.find((one) => one.name === name);
  }

  pool(name: string): LibvirtPool | undefined {
    return this.pools.find((one) => one.name === name);
  }

  /** What QEMU answered under this key, in the given shape. Throws `FactUnknown` when it gave no answer. */
  monitor<T>(key: string, schema: z.ZodType<T>): T {
    const said = this.#answers.monitor[key];
    const parsed = schema.safeParse(said?.answer);
    if (parsed.success) return parsed.data;
    throw new FactUnknown(REASONS.probeSilent, `monitor ${key}: ${said?.error ?? parsed.error.message}`);
  }

  /** What the guest's shell answered under this key, of any exit status. Throws `FactUnknown` when the guest's agent gave no answer. */
  inside(key: string): GuestAnswer {
    const said = this.#answers.inside[key];
    if (said?.output !== undefined && said.status !== undefined) return { status: said.status, output: said.output };
    throw new FactUnknown(
      {
        en: "The agent inside the guest does not answer, so the check cannot see into it. If the guest is still starting, wait a little and check again.",
        "zh-cn": "客户机里的代理没有回答，检查程序看不到客户机内部。如果客户机还在启动，请稍等再检查。",
      },
      `inside ${key}: ${said?.error ?? "not asked"}`,
    );
  }

  /** Whether the guest answered under this key at all. */
  answered(key: string): boolean {
    return this.#answers.inside[key]?.output !== undefined;
  }
}

/** virDomainState, by number (libvirt-domain.h). */
const STATES: readonly GuestState[] = ["unknown", "running", "running", "paused", "shutting-down", "shut-off", "crashed", "suspended"];
/** virDomainShutoffReason, virDomainPausedReason and virDomainRunningReason, as far as exercises ask for them. */
export const SHUT_OFF_REASONS = { unknown: 0, shutdown: 1, destroyed: 2, crashed: 3, migrated: 4, saved: 5, failed: 6, fromSnapshot: 7 } as const;
export const PAUSED_REASONS = { unknown: 0, user: 1, migration: 2, save: 3, dump: 4, ioError: 5 } as const;
export const RUNNING_REASONS = { unknown: 0, booted: 1, migrated: 2, restored: 3, fromSnapshot: 4, unpaused: 5 } as const;

const xml = z.string().transform((text) => new Xml(text));
const maybeXml = xml.nullable().transform((one) => one ?? undefined);
const answerSchema = z.object({
  guests: z.array(
    z
      .object({
        name: z.string(),
        uuid: z.string(),
        id: z.int(),
        state: z.int().transform((number): GuestState => STATES[number] ?? "unknown"),
        reason: z.int(),
        persistent: z.boolean(),
        autostart: z.boolean(),
        saved: z.boolean(),
        live: maybeXml,
        config: maybeXml,
        snapshots: z.array(z.string()),
      })
      // libvirt keeps currentMemory of the running definition at what the balloon leaves; asking QEMU for it costs seconds.
      .transform((guest) => {
        const leftKiB = guest.live?.number("/domain/currentMemory");
        return { ...guest, balloonMiB: leftKiB === undefined ? undefined : leftKiB / 1024 };
      }),
  ),
  networks: z.array(
    z.object({
      name: z.string(),
      active: z.boolean(),
      persistent: z.boolean(),
      autostart: z.boolean(),
      live: maybeXml,
      config: maybeXml,
      leases: z.array(z.object({ mac: z.string(), address: z.string(), hostname: z.string() })),
    }),
  ),
  pools: z.array(
    z.object({
      name: z.string(),
      active: z.boolean(),
      persistent: z.boolean(),
      autostart: z.boolean(),
      xml,
      volumes: z.array(z.object({ name: z.string(), path: z.string(), xml })),
    }),
  ),
  monitor: z.record(z.string(), z.object({ answer: z.unknown().optional(), error: z.string().optional() })),
  inside: z.record(z.string(), z.object({ status: z.int().optional(), output: z.string().optional(), error: z.string().optional() })),
});

export interface LibvirtQuestions {
  /** QMP commands, each for one guest, under a key of your choice. */
  readonly monitor?: Readonly<Record<string, { readonly guest: string; readonly execute: string; readonly arguments?: object }>>;
  /** Shell commands that the guest's agent runs as root, likewise. At most 16 KiB of output is kept. */
  readonly inside?: Readonly<Record<string, { readonly guest: string; readonly command: string }>>;
  /**
   * How long guests may take to answer, in seconds; default 12, below 40. A guest that does not run, or has no channel for an agent, is not waited
   * for, and one whose agent has not opened the channel (it boots, most often) for four seconds at most.
   */
  readonly seconds?: number;
}

/** Asks libvirt for all its guests, networks and pools, and whoever else is named, with one process in the host. */
export function libvirtFacts({ monitor = {}, inside = {}, seconds = 12 }: LibvirtQuestions = {}): Probe<LibvirtFacts> {
  if (seconds >= 40) throw new RangeError(`seconds: expected less than 40, found ${seconds}`);
  const questions = {
    monitor: Object.fromEntries(Object.entries(monitor).map(([key, { guest, ...command }]) => [key, [guest, command]])),
    inside: Object.fromEntries(Object.entries(inside).map(([key, { guest, command }]) => [key, [guest, command]])),
    seconds,
  };
  return {
    script: `exec python3 -I -S - ${shellWord(JSON.stringify(questions))} <<'END OF FACTS'\n${SCRIPT}END OF FACTS\n`,
    read: (output) => new LibvirtFacts(answerSchema.parse(JSON.parse(output))),
  };
}
