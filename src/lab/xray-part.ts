/** Things that the X-ray draws and that can be asked what they are. */
export const PART_KINDS = [
  "virsh",
  "socket",
  "daemon",
  "userSpace",
  "kernel",
  "guestMode",
  "kvm",
  "exits",
  "counter",
  "processor",
  "hostMemory",
  "guest",
  "vcpu",
  "otherThreads",
  "memory",
  "disk",
  "nic",
  "graphics",
  "console",
  "monitor",
  "machine",
  "tap",
  "network",
  "pool",
] as const;
export type PartKind = (typeof PART_KINDS)[number];

/** `item` tells parts of one kind apart: a disk's target, a card's MAC, a vCPU's number, a counter's name. */
export interface Part {
  readonly kind: PartKind;
  readonly guest?: string;
  readonly item?: string;
}

/** One text for a part, the same for the same part. Names come from the host and may hold anything, so they are not just joined. */
export const partKey = ({ kind, guest, item }: Part): string => JSON.stringify([kind, guest ?? null, item ?? null]);
