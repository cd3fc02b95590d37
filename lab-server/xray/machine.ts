import type { Machine, XrayGuest } from "../contract/xray.ts";
import { all, attribute, type Element, one, whole } from "./definition.ts";
import { type KnownGuest, knownGuests } from "./guests.ts";
import type { FileKind, HostFacts } from "./host-facts.ts";

/** The whole structure is no larger than this: guests beyond it are left out. */
const MOST_CHARACTERS = 96 * 1024;
const LONGEST = 200;
const MOST_DISKS = 16;
const MOST_NICS = 16;
const MOST_SCREENS = 4;
const MOST_THREADS = 64;
const MOST_OTHERS = 64;
/** Of a backing chain; one that goes round in a circle ends here too. */
const MOST_FILES = 8;
const KIB_PER_MIB = 1024;
const BYTES_PER_MIB = 1024 * 1024;

type Disk = XrayGuest["disks"][number];
type ChainFile = Disk["chain"][number];

interface Image {
  readonly format: string;
  readonly virtualMiB?: number;
  readonly allocatedMiB?: number;
  readonly behind: string | undefined;
}

/** What a page is shown of a host: as much of what the host told as there is room for. */
export function machine(facts: HostFacts, at: Date): Machine {
  const [name = "", kernel = "", vcpus, memoryKiB, module = "", nested = ""] = facts.list("host");
  const [daemon = "libvirtd", pid] = facts.list("daemon");
  const daemonPid = whole(pid);
  const processes = new Map(groups(facts.list("processes"), 4).map(([guest = "", ...rest]) => [guest, rest]));
  const images = readImages(facts);
  const autostart = new Set(facts.list("autostart"));
  const bridges = new Map(facts.names("live-network").map((network) => [network, bridgeOf(networkOf(facts, "live-network", network))]));
  let characters = 0;
  const guests: XrayGuest[] = [];
  for (const known of knownGuests(facts)) {
    const guest = readGuest(known, { process: processes.get(known.name), images, autostart: autostart.has(known.name), bridges });
    characters += JSON.stringify(guest).length;
    if (characters > MOST_CHARACTERS) break;
    guests.push(guest);
  }
  return {
    type: "machine",
    at: at.toISOString(),
    host: {
      name: cut(name),
      kernel: cut(kernel),
      vcpus: whole(vcpus) ?? 0,
      memoryMiB: mib(whole(memoryKiB), KIB_PER_MIB) ?? 0,
      ...(module !== "" && { module: cut(module), nested: /^[1Y]/.test(nested) }),
    },
    libvirt: { daemon: cut(daemon), ...(daemonPid && { pid: daemonPid }), sockets: facts.list("sockets").slice(0, MOST_OTHERS).map(cut).sort() },
    guests,
    networks: namesOf(facts, "live-network", "network").map((network) => {
      const active = facts.has("live-network", network);
      const definition = networkOf(facts, active ? "live-network" : "network", network);
      const ip = one(definition, "ip");
      const address = attribute(ip, "address");
      return {
        name: cut(network),
        active,
        ...optional("bridge", bridgeOf(definition)),
        ...optional(
          "address",
          address === undefined ? undefined : `${address}/${attribute(ip, "prefix") ?? attribute(ip, "netmask") ?? ""}`.replace(/\/$/, ""),
        ),
        ...optional("forward", attribute(one(definition, "forward"), "mode")),
      };
    }),
    pools: namesOf(facts, "live-pool", "pool").map((pool) => {
      const active = facts.has("live-pool", pool);
      const root = facts.definition(active ? "live-pool" : "pool", pool);
      const definition = one(root, "pool") ?? root;
      return { name: cut(pool), active, type: cut(attribute(definition, "type") ?? ""), ...optional("path", one(definition, "target", "path")?.text) };
    }),
  };
}

interface Around {
  readonly process: readonly string[] | undefined;
  readonly images: ReadonlyMap<string, Image>;
  readonly autostart: boolean;
  readonly bridges: ReadonlyMap<string, string | undefined>;
}

function readGuest({ name, state, status, domain, persistent }: KnownGuest, { process, images, autostart, bridges }: Around): XrayGuest {
  const live = status !== undefined;
  const devices = one(domain, "devices");
  const [pid, user = "", threads] = process ?? [];
  const processId = live ? whole(pid) : undefined;
  const vcpu = one(domain, "vcpu");
  const maximum = whole(vcpu?.text) ?? 1;
  const vcpuThreads = all(status, "vcpus", "vcpu")
    .flatMap((one) => {
      const [number, tid] = [whole(attribute(one, "id")), whole(attribute(one, "pid"))];
      return number === undefined || tid === undefined || processId === undefined ? [] : [{ vcpu: number, tid }];
    })
    .slice(0, MOST_THREADS);
  const maximumMiB = mib(whole(one(domain, "memory")?.text), KIB_PER_MIB) ?? 0;
  const tty = all(devices, "serial")
    .concat(all(devices, "console"))
    .find((serial) => attribute(serial, "type") === "pty");
  return {
    name: cut(name),
    state,
    persistent,
    autostart,
    ...(processId !== undefined && {
      process: {
        pid: processId,
        user: cut(user),
        ...optional("machine", attribute(one(domain, "os", "type"), "machine")),
        ...optional("accelerator", attribute(domain, "type")),
        ...optional("monitor", attribute(one(status, "monitor"), "path")),
      },
    }),
    vcpus: { current: whole(attribute(vcpu, "current")) ?? maximum, maximum, threads: vcpuThreads },
    otherThreads: processId === undefined ? 0 : Math.max(0, (whole(threads) ?? 0) - vcpuThreads.length),
    memory: {
      currentMiB: mib(whole(one(domain, "currentMemory")?.text), KIB_PER_MIB) ?? maximumMiB,
      maximumMiB,
      balloon: all(devices, "memballoon").some((balloon) => attribute(balloon, "model") !== "none"),
    },
    disks: all(devices, "disk")
      .slice(0, MOST_DISKS)
      .map((disk) => ({
        target: cut(attribute(one(disk, "target"), "dev") ?? ""),
        bus: cut(attribute(one(disk, "target"), "bus") ?? ""),
        device: cut(attribute(disk, "device") ?? "disk"),
        chain: live ? liveChain(disk, images) : chainOnDisk(disk, images),
      })),
    nics: all(devices, "interface")
      .slice(0, MOST_NICS)
      .map((nic) => readNic(nic, live, bridges)),
    graphics: all(devices, "graphics")
      .slice(0, MOST_SCREENS)
      .map((graphics) => readGraphics(graphics, live)),
    ...(live && optional("console", attribute(one(tty, "source"), "path"))),
  };
}

function readNic(nic: Element, live: boolean, bridges: Around["bridges"]): XrayGuest["nics"][number] {
  const source = one(nic, "source");
  const network = attribute(source, "network");
  const bridge = attribute(one(nic, "actual", "source"), "bridge") ?? attribute(source, "bridge") ?? (network === undefined ? undefined : bridges.get(network));
  return {
    mac: cut(attribute(one(nic, "mac"), "address") ?? ""),
    model: cut(attribute(one(nic, "model"), "type") ?? ""),
    ...(live && optional("tap", attribute(one(nic, "target"), "dev"))),
    ...optional("source", network ?? attribute(source, "bridge") ?? attribute(source, "dev")),
    ...optional("bridge", bridge),
  };
}

function readGraphics(graphics: Element, live: boolean): XrayGuest["graphics"][number] {
  const listen = one(graphics, "listen");
  const port = whole(attribute(graphics, "port"));
  return {
    type: cut(attribute(graphics, "type") ?? ""),
    ...optional("listen", attribute(listen, "address") ?? attribute(graphics, "listen")),
    ...(live && port !== undefined && port > 0 && { port }),
    ...optional("socket", attribute(listen, "socket") ?? attribute(graphics, "socket")),
  };
}

/** What QEMU has opened. */
function liveChain(disk: Element, images: ReadonlyMap<string, Image>): ChainFile[] {
  const chain: ChainFile[] = [];
  let layer: Element | undefined = disk;
  while (layer !== undefined && chain.length < MOST_FILES) {
    const path = pathOf(layer);
    if (path === undefined) break;
    const format = attribute(one(layer, "driver"), "type") ?? attribute(one(layer, "format"), "type") ?? "raw";
    chain.push(chainFile(path, format, images.get(path)));
    layer = one(layer, "backingStore");
  }
  return chain;
}

/** What the next start would open: the files say themselves what lies behind them. */
function chainOnDisk(disk: Element, images: ReadonlyMap<string, Image>): ChainFile[] {
  const chain: ChainFile[] = [];
  let path = pathOf(disk);
  let format = attribute(one(disk, "driver"), "type");
  while (path !== undefined && chain.length < MOST_FILES) {
    const image = images.get(path);
    chain.push(chainFile(path, format ?? image?.format ?? "raw", image));
    path = image?.behind;
    format = undefined;
  }
  return chain;
}

function chainFile(path: string, format: string, image: Image | undefined): ChainFile {
  const { virtualMiB, allocatedMiB } = image ?? {};
  return { path: cut(path), format: cut(format), ...(virtualMiB !== undefined && { virtualMiB }), ...(allocatedMiB !== undefined && { allocatedMiB }) };
}

function pathOf(layer: Element): string | undefined {
  const source = one(layer, "source");
  const [pool, volume, protocol] = ["pool", "volume", "protocol"].map((name) => attribute(source, name));
  if (protocol !== undefined) return `${protocol}:${attribute(source, "name") ?? ""}`;
  return attribute(source, "file") ?? attribute(source, "dev") ?? attribute(source, "dir") ?? (volume === undefined ? undefined : `${pool ?? ""}/${volume}`);
}

function readImages(facts: HostFacts): Map<string, Image> {
  return new Map(
    groups(facts.list("images"), 5).map(([path = "", format = "", virtual, allocated, behind]) => {
      const sizes = { virtualMiB: mib(whole(virtual), BYTES_PER_MIB), allocatedMiB: mib(whole(allocated), BYTES_PER_MIB) };
      const known = Object.fromEntries(Object.entries(sizes).filter(([, size]) => size !== undefined));
      return [path, { format, ...known, behind: behind === "" ? undefined : behind }];
    }),
  );
}

function networkOf(facts: HostFacts, kind: FileKind, name: string): Element | undefined {
  const root = facts.definition(kind, name);
  return one(root, "network") ?? root;
}

const bridgeOf = (network: Element | undefined): string | undefined => attribute(one(network, "bridge"), "name");

function namesOf(facts: HostFacts, live: FileKind, defined: FileKind): string[] {
  return [...new Set([...facts.names(live), ...facts.names(defined)])].sort().slice(0, MOST_OTHERS);
}

function groups(fields: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.floor(fields.length / size) }, (_, index) => fields.slice(index * size, (index + 1) * size));
}

/** A name as the contract allows it. */
export const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function mib(amount: number | undefined, perMib: number): number | undefined {
  return amount === undefined || amount < 0 ? undefined : Math.round((amount / perMib) * 10) / 10;
}

function optional<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined || value === "" ? {} : ({ [key]: cut(value) } as { [key in K]: string });
}
