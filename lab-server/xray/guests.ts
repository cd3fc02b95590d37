import { type GuestOfSeat, MOST_GUESTS } from "../contract/events.ts";
import { all, attribute, type Element, one } from "./definition.ts";
import type { HostFacts } from "./host-facts.ts";

/** libvirt writes states into its files in other words than virsh says them (virDomainState, virsh-domain-monitor.c). */
const STATES: Readonly<Record<string, string>> = {
  running: "running",
  blocked: "idle",
  paused: "paused",
  shutdown: "in shutdown",
  shutoff: "shut off",
  crashed: "crashed",
  pmsuspended: "pmsuspended",
};

/** The longest name of a guest that is passed on. */
const LONGEST_NAME = 200;

/** Everything that libvirt knows of one guest. */
export interface KnownGuest {
  readonly name: string;
  readonly state: string;
  /** The state file, while it runs. */
  readonly status: Element | undefined;
  /** The definition that counts now: of the running guest, else of the next start. */
  readonly domain: Element;
  readonly persistent: boolean;
}

/** The guests of a host, those that run first, then by name; at most `MOST_GUESTS`. */
export function knownGuests(facts: HostFacts): KnownGuest[] {
  const live = facts.names("live");
  const names = [...live, ...facts.names("defined").filter((name) => !facts.has("live", name))];
  const guests: KnownGuest[] = [];
  for (const name of names) {
    if (guests.length === MOST_GUESTS) break;
    if (name === "" || name.length > LONGEST_NAME) continue;
    const status = facts.definition("live", name);
    const domain = one(status, "domain") ?? facts.definition("defined", name);
    if (domain?.name !== "domain") continue;
    const state = STATES[attribute(status, "state") ?? "shutoff"] ?? "no state";
    guests.push({ name, state, status, domain, persistent: facts.has("defined", name) });
  }
  return guests;
}

/** What can be shown of a guest. */
export function guestOfSeat({ name, state, domain }: KnownGuest): GuestOfSeat {
  const devices = one(domain, "devices");
  const screens = all(devices, "graphics").map((graphics) => attribute(graphics, "type"));
  return {
    name,
    state,
    console: all(devices, "console").length + all(devices, "serial").length > 0,
    screen: screens.includes("vnc") ? "vnc" : screens.includes("spice") ? "spice" : "none",
  };
}
