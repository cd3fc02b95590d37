/** All sizes in MiB, as of the guests of the lab: `free -m` in one of them showed 455 of 512, and 967 of 1024. */
export const MAXIMUM = 1024;
export const RESERVED = 57;
/** What a guest with room for memory devices keeps besides: bounce buffers, for its addresses go beyond 4 GiB. */
export const RESERVED_FOR_ROOM = 64;
/** What the guest cannot do without. A target of 1 MiB made one this small before it stood still. */
export const SQUEEZED = 136;
/** Where the same target held one with autodeflate, giving and taking by turns. */
export const SPARED = 152;
export const SMALLEST_TARGET = 256;
export const PAGE = 16;
export const PAGES = MAXIMUM / PAGE;
/** The virtio-mem device: its size, and in which steps memory is requested of it here. */
export const DEVICE = 512;
export const DEVICE_STEP = PAGE * 4;

export interface Balloon {
  /** What the host has asked for. */
  readonly target: number;
  /** What the guest has now, without the virtio-mem device. */
  readonly actual: number;
  /** Whether the guest runs virtio_balloon. */
  readonly driver: boolean;
  /** The guest stands still for want of memory. */
  readonly stuck: boolean;
  /** Whether the driver lets go before the guest's kernel kills. */
  readonly autodeflate: boolean;
  /** Whether the driver tells the host which pages are free. */
  readonly reporting: boolean;
  /** Whether the guest was started with a virtio-mem device, what is requested of it, and what the guest has taken. */
  readonly device: boolean;
  readonly requested: number;
  readonly current: number;
}

export const AT_FIRST: Balloon = {
  target: 512,
  actual: 512,
  driver: true,
  stuck: false,
  autodeflate: false,
  reporting: false,
  device: false,
  requested: 0,
  current: 0,
};

/** Where the guest's memory is going. Without a driver nobody takes anything away, and a guest that stands still obeys nobody. */
export function goal(balloon: Balloon): number {
  if (!balloon.driver) return MAXIMUM;
  if (balloon.stuck) return balloon.actual;
  return Math.min(MAXIMUM, Math.max(balloon.autodeflate ? SPARED : SQUEEZED, balloon.target));
}

/** What the guest is going to have of the device: it has a driver of its own, and a guest that stands still does not run it either. */
export function deviceGoal(balloon: Balloon): number {
  if (!balloon.device) return 0;
  return balloon.stuck ? balloon.current : Math.min(DEVICE, balloon.requested);
}

export function moving(balloon: Balloon): boolean {
  return balloon.actual !== goal(balloon) || balloon.current !== deviceGoal(balloon);
}

function nearer(from: number, to: number): number {
  return from < to ? Math.min(to, from + PAGE) : Math.max(to, from - PAGE);
}

/** One page of the picture nearer to the goal. Squeezed as far as it goes, a guest stands still. */
export function tick(balloon: Balloon): Balloon {
  const actual = nearer(balloon.actual, goal(balloon));
  const current = nearer(balloon.current, deviceGoal(balloon));
  // With memory of the device the guest still has room when the balloon has taken the rest.
  const short = balloon.driver && actual === SQUEEZED && current === 0;
  return { ...balloon, actual, current, stuck: balloon.stuck || short };
}

/** What programs in the guest see as the whole memory. */
export function memTotal(balloon: Balloon): number {
  return balloon.actual - RESERVED + (balloon.device ? balloon.current - RESERVED_FOR_ROOM : 0);
}

/** What the guest costs the host, once every page has been touched: all that it has, or only what it uses, when it tells which pages are free. */
export function hostGives(balloon: Balloon): number {
  return balloon.reporting && balloon.driver && !balloon.stuck ? SQUEEZED : balloon.actual + balloon.current;
}

export type Says = "inflated" | "empty" | "absent" | "stuck" | "spared" | "reported" | "added";

/** The sentence that fits, once it has come to rest. The newest switch speaks first. */
export function says(balloon: Balloon): Says {
  if (balloon.stuck) return "stuck";
  if (balloon.current > 0) return "added";
  if (balloon.driver && balloon.autodeflate && balloon.actual === SPARED) return "spared";
  if (!balloon.driver) return "absent";
  if (balloon.reporting) return "reported";
  return balloon.actual === MAXIMUM ? "empty" : "inflated";
}

/** `used`: the guest needs it. `free`: the guest has it and the host provides it. `lent`: free, and told so. `held`: in the balloon. */
export type PageKind = "used" | "free" | "lent" | "held";

/**
 * What each page of the guest's own memory is. The driver takes whatever pages are free, so they lie scattered.
 * @returns for every page of the picture
 */
export function pageKinds(balloon: Balloon): readonly PageKind[] {
  const held = Math.round((MAXIMUM - balloon.actual) / PAGE);
  const used = Math.floor(SQUEEZED / PAGE);
  const free: PageKind = hostGives(balloon) < balloon.actual + balloon.current ? "lent" : "free";
  const kinds: PageKind[] = Array.from({ length: PAGES }, () => free);
  for (let turn = 0; turn < PAGES; turn += 1) {
    // 27 and 64 have no common divisor: every page has its turn once.
    const page = (turn * 27 + 5) % PAGES;
    if (turn < held) kinds[page] = "held";
    else if (turn >= PAGES - used) kinds[page] = "used";
  }
  return kinds;
}

/** What each page of the virtio-mem device is: the guest takes them in order. `none`: not there for the guest. */
export function devicePages(balloon: Balloon): readonly ("free" | "lent" | "none")[] {
  const free = hostGives(balloon) < balloon.actual + balloon.current ? "lent" : "free";
  return Array.from({ length: DEVICE / PAGE }, (_, page) => (page < balloon.current / PAGE ? free : "none"));
}
