import { z } from "zod";

/**
 * The X-ray of one host, `GET /api/v1/seats/:seat/xray`: server-sent events for as long as somebody looks. `machine` is the whole
 * structure, at once on connection and again whenever it changes; `sample` is what moves, every second or two.
 * Everything in it comes from the learner's own host: names are data, never markup, and every list is bounded.
 */
const name = z.string().max(200);
const mib = z.number().min(0);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(64);

/** One file of a backing chain, the writable one first (qemu-img info --backing-chain). */
export const chainFileSchema = z.object({ path: name, format: name, virtualMiB: mib.optional(), allocatedMiB: mib.optional() });
/** `device`: disk, cdrom or floppy. An empty drive has no chain. */
export const xrayDiskSchema = z.object({ target: name, bus: name, device: name, chain: list(chainFileSchema) });
/** `tap` is the device on the host while the guest runs; `source` the libvirt network or the bridge's own name. */
export const xrayNicSchema = z.object({ mac: name, model: name, tap: name.optional(), source: name.optional(), bridge: name.optional() });
/** `port` is the TCP port, while it runs; `socket` a path where it listens there instead. */
export const xrayGraphicsSchema = z.object({ type: name, listen: name.optional(), port: z.number().int().optional(), socket: name.optional() });

export const xrayGuestSchema = z.object({
  name,
  /** libvirt's word: running, paused, shut off, … (virsh domstate). */
  state: name,
  persistent: z.boolean(),
  autostart: z.boolean(),
  /** The QEMU process, while there is one. */
  process: z.object({ pid: z.number().int(), user: name, machine: name.optional(), accelerator: name.optional(), monitor: name.optional() }).optional(),
  vcpus: z.object({
    current: z.number().int(),
    maximum: z.number().int(),
    /** A thread each, as `ps -L` numbers them. */
    threads: list(z.object({ vcpu: z.number().int(), tid: z.number().int() })),
  }),
  /** The process's other threads: main loop, I/O threads, workers. */
  otherThreads: z.number().int(),
  memory: z.object({ currentMiB: mib, maximumMiB: mib, balloon: z.boolean() }),
  disks: list(xrayDiskSchema),
  nics: list(xrayNicSchema),
  graphics: list(xrayGraphicsSchema),
  /** The pseudo terminal of the first serial console, while it runs. */
  console: name.optional(),
});
export type XrayGuest = z.infer<typeof xrayGuestSchema>;

export const machineSchema = z.object({
  type: z.literal("machine"),
  at: z.string(),
  host: z.object({ name, kernel: name, vcpus: z.number().int(), memoryMiB: mib, module: name.optional(), nested: z.boolean().optional() }),
  /** libvirt's daemon, and the sockets on which it is asked. */
  libvirt: z.object({ daemon: name, pid: z.number().int().optional(), sockets: list(name) }).optional(),
  guests: list(xrayGuestSchema),
  networks: list(z.object({ name, active: z.boolean(), bridge: name.optional(), address: name.optional(), forward: name.optional() })),
  pools: list(z.object({ name, active: z.boolean(), type: name, path: name.optional() })),
});
export type Machine = z.infer<typeof machineSchema>;

/** Rates are per second since the sample before; a share of a CPU is 1 for one that is busy all the time. */
export const sampleSchema = z.object({
  type: z.literal("sample"),
  at: z.string(),
  host: z.object({
    cpu: z.number(),
    memoryUsedMiB: mib,
    /** All guests' together; absent where the kernel does not tell (kvm statistics in debugfs). */
    exits: z.number().optional(),
    /** The kernel's own counters that moved, with their rates, the busiest first: io_exits, mmio_exits, halt_exits, irq_exits, … */
    counters: list(z.object({ name, rate: z.number() })),
  }),
  guests: list(
    z.object({
      name,
      cpu: z.number(),
      /** By thread id. */
      threads: list(z.object({ tid: z.number().int(), cpu: z.number() })),
      exits: z.number().optional(),
      /** What the balloon leaves the guest, and what the process takes of the host (resident). */
      balloonMiB: mib.optional(),
      residentMiB: mib.optional(),
      readBytes: z.number().optional(),
      writtenBytes: z.number().optional(),
      receivedBytes: z.number().optional(),
      sentBytes: z.number().optional(),
    }),
  ),
});
export type Sample = z.infer<typeof sampleSchema>;

export const xrayEventSchema = z.discriminatedUnion("type", [machineSchema, sampleSchema]);
export type XrayEvent = z.infer<typeof xrayEventSchema>;
