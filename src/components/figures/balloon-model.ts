/** All sizes in MiB, as of the guests of the lab: `free -m` in one of them showed 455 of 512, and 967 of 1024. */
export const MAXIMUM = 1024;
export const RESERVED = 57;
/** How small a target of 1 MiB made a guest before it stood still. */
export const SQUEEZED = 136;
export const SMALLEST_TARGET = 256;
export const PAGE = 16;
export const PAGES = MAXIMUM / PAGE;

export interface Balloon {
  /** What the host has asked for. */
  readonly target: number;
  /** What the guest has now. */
  readonly actual: number;
  /** Whether the guest runs virtio_balloon. */
  readonly driver: boolean;
  /** The guest stands still for want of memory. */
  readonly stuck: boolean;
}

export const AT_FIRST: Balloon = { target: 512, actual: 512, driver: true, stuck: false };

/** Where the guest's memory is going. Without a driver nobody takes anything away, and a guest that stands still obeys nobody. */
export function goal(balloon: Balloon): number {
  if (!balloon.driver) return MAXIMUM;
  if (balloon.stuck) return balloon.actual;
  return Math.min(MAXIMUM, Math.max(SQUEEZED, balloon.target));
}

/** One page of the picture nearer to the goal. Squeezed as far as it goes, a guest stands still. */
export function tick(balloon: Balloon): Balloon {
  const to = goal(balloon);
  const actual = balloon.actual < to ? Math.min(to, balloon.actual + PAGE) : Math.max(to, balloon.actual - PAGE);
  return { ...balloon, actual, stuck: balloon.stuck || (balloon.driver && actual === SQUEEZED) };
}

/** What programs in the guest see as the whole memory. */
export function memTotal(balloon: Balloon): number {
  return balloon.actual - RESERVED;
}

/**
 * Which pages lie in the balloon: the driver takes whatever pages are free, so they lie scattered.
 * @returns for every page, whether the balloon holds it
 */
export function pagesHeld(balloon: Balloon): readonly boolean[] {
  const held = Math.round((MAXIMUM - balloon.actual) / PAGE);
  // 27 and 64 have no common divisor: every page has its turn once.
  const turns = Array.from({ length: PAGES }, (_, turn) => (turn * 27 + 5) % PAGES);
  const taken = new Set(turns.slice(0, held));
  return Array.from({ length: PAGES }, (_, page) => taken.has(page));
}
